/// How bytes that name something can be read.
public enum TextEncoding: Sendable, Equatable {
    /// As ASCII.
    case ascii
    /// As UTF-8.
    case utf8
    /// As UTF-8 with characters taken apart, which some programs put together when they read a name.
    case decomposedUTF8
    /// Not as UTF-8.
    case other

    /// That of `bytes`.
    public init(of bytes: some Sequence<UInt8>) {
        if bytes.allSatisfy({ $0 < 0x80 }) {
            self = .ascii
        } else if let text = String(validating: Array(bytes), as: UTF8.self) {
            self = text.unicodeScalars.contains { Self.isPart($0) } ? .decomposedUTF8 : .utf8
        } else {
            self = .other
        }
    }

    /// Whether `scalar` may be put together with the one before: a combining mark, or the vowel or final of a Hangul syllable.
    private static func isPart(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.canonicalCombiningClass != .notReordered || (0x1161...0x11FF).contains(scalar.value)
    }
}
