import NIOHTTP1

/// Refuses requests that two programs could understand in two ways, which is how a request is smuggled past a proxy.
///
/// The parser is strict already; this holds whatever the parser lets through.
enum RequestCheck {
    /// Bytes of the request's target.
    private static let targetLimit = 4096

    /// The status to refuse a request with; nil for one that is fine.
    static func refusal(of head: HTTPRequestHead, bodyLimit: Int) -> HTTPResponseStatus? {
        let headers = head.headers
        let isModern = head.version == .http1_1
        guard head.uri.utf8.count <= targetLimit else { return .uriTooLong }
        guard head.uri.utf8.first == UInt8(ascii: "/"), head.uri.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            return .badRequest
        }
        let hosts = headers["host"]
        guard hosts.count <= 1, !hosts.isEmpty || !isModern else { return .badRequest }
        let lengths = headers["content-length"]
        let encodings = headers["transfer-encoding"]
        guard lengths.count <= 1, encodings.count <= 1, lengths.isEmpty || encodings.isEmpty else { return .badRequest }
        if let encoding = encodings.first {
            guard isModern else { return .badRequest }
            guard encoding.lowercased() == "chunked" else { return .notImplemented }
        }
        if let length = lengths.first {
            guard !length.isEmpty, length.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else { return .badRequest }
            guard let size = Int(length), size <= bodyLimit else { return .payloadTooLarge }
        }
        return nil
    }
}
