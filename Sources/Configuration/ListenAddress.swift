/// An IP address and a port to listen on, written `127.0.0.1:8380` or `[::1]:8380`.
public struct ListenAddress: Sendable, Equatable, CustomStringConvertible {
    /// The IP address, without brackets.
    public let host: String
    /// The port; 0 for one that the kernel chooses.
    public let port: Int

    /// Creates an address from its parts, which are not checked.
    public init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// The address that `text` is; nil where it is none, or a name.
    public init?(_ text: String) {
        guard let colon = text.utf8.lastIndex(of: UInt8(ascii: ":")) else { return nil }
        let digits = text[text.index(after: colon)...]
        guard !digits.isEmpty, digits.utf8.allSatisfy(\.isDigit), let port = UInt16(digits) else { return nil }
        let host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") {
            let inner = String(host.dropFirst().dropLast())
            guard inner.contains(":"), inner.utf8.allSatisfy(Self.isOfIPv6) else { return nil }
            self.host = inner
        } else {
            guard Self.isIPv4(host) else { return nil }
            self.host = String(host)
        }
        self.port = Int(port)
    }

    /// Whether only this machine can connect to it.
    public var isLoopback: Bool {
        host == "::1" || host.hasPrefix("127.")
    }

    /// The address as it is written in a configuration.
    public var description: String {
        host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }

    private static func isIPv4(_ text: Substring) -> Bool {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4
            && parts.allSatisfy {
                !$0.isEmpty && $0.utf8.allSatisfy(\.isDigit) && UInt8($0).map(String.init) == String($0)
            }
    }

    private static func isOfIPv6(_ byte: UInt8) -> Bool {
        byte.isDigit || "abcdefABCDEF:.".utf8.contains(byte)
    }
}
