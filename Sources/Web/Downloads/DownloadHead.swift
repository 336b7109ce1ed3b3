import BackupModel
import FoundationEssentials
import HTTPTypes
import Hummingbird

/// What is said of a file before its bytes: all of it, a part, or why not.
struct DownloadHead {
    private let size: UInt64
    private let entityTag: String?
    private let lastModified: HTTPDate
    private let request: HTTPFields
    private var headers: HTTPFields

    init(_ export: ExportSummary, size: UInt64, _ request: HTTPFields) {
        self.size = size
        self.request = request
        entityTag = export.sha256.isEmpty ? nil : "\"sha256-\(export.sha256)\""
        lastModified = HTTPDate(seconds: Int64(clamping: export.created))
        headers = [
            .acceptRanges: "bytes",
            .cacheControl: "private, no-cache",
            .contentType: "application/pgp-encrypted",
            .contentDisposition: "attachment; filename=\"\(export.name)\"",
            .lastModified: lastModified.text,
        ]
        if let entityTag { headers[.eTag] = entityTag }
        if let digest = Self.digest(export.sha256), let name = HTTPField.Name("Repr-Digest") { headers[name] = digest }
    }

    /// The response, with the body that `body` makes of a range.
    func response(_ body: (Range<UInt64>) -> ResponseBody) -> Response {
        switch Preconditions.outcome(request, entityTag: entityTag, lastModified: lastModified) {
        case .failed: return Response(status: .preconditionFailed, headers: [.cacheControl: "private, no-cache"])
        case .notModified:
            var headers = headers
            headers[.contentType] = nil
            headers[.contentDisposition] = nil
            return Response(status: .notModified, headers: headers)
        case .proceed: break
        }
        let isPart = Preconditions.allowRange(request, entityTag: entityTag, lastModified: lastModified)
        var headers = headers
        switch isPart ? ByteRange(request[.range], size: size) : .whole {
        case .whole:
            headers[.contentLength] = "\(size)"
            return Response(status: .ok, headers: headers, body: body(0..<size))
        case .part(let range):
            headers[.contentLength] = "\(range.upperBound - range.lowerBound)"
            headers[.contentRange] = "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(size)"
            return Response(status: .partialContent, headers: headers, body: body(range))
        case .unsatisfiable:
            return Response(
                status: .rangeNotSatisfiable,
                headers: [.contentRange: "bytes */\(size)", .acceptRanges: "bytes"]
            )
        }
    }

    /// `sha-256=:…:`; see RFC 9530.
    private static func digest(_ hexadecimal: String) -> String? {
        let digits = Array(hexadecimal)
        guard digits.count == 64 else { return nil }
        let bytes = stride(from: 0, to: 64, by: 2).compactMap { UInt8(String(digits[$0...$0 + 1]), radix: 16) }
        guard bytes.count == 32 else { return nil }
        return "sha-256=:\(Data(bytes).base64EncodedString()):"
    }
}
