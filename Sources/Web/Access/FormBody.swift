import HTTPTypes
import Hummingbird
import NIOCore

/// The body of a request that a form sent, `application/x-www-form-urlencoded`.
enum FormBody {
    /// The fields; nil for a body of another type. The body stays there for others to read.
    static func fields(of request: inout Request) async throws -> [String: String]? {
        let type = request.headers[.contentType]?.split(separator: ";").first?.lowercased()
        guard type == "application/x-www-form-urlencoded" else { return nil }
        let body = try await request.collectBody(upTo: WebContext.bodyLimit)
        var fields: [String: String] = [:]
        for pair in String(buffer: body).split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = decoded(parts.first ?? ""), let value = decoded(parts.dropFirst().first ?? "") else {
                throw Refusal.badForm
            }
            fields[name] = value
        }
        return fields
    }

    private static func decoded(_ text: Substring) -> String? {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "+"): bytes.append(0x20)
            case UInt8(ascii: "%"):
                guard rest.count >= 2, let value = UInt8(String(Substring(rest.prefix(2))), radix: 16) else {
                    return nil
                }
                bytes.append(value)
                rest = rest.dropFirst(2)
            default: bytes.append(byte)
            }
        }
        return String(validating: bytes, as: UTF8.self)
    }
}
