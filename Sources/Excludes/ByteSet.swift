/// A set of bytes.
struct ByteSet: Sendable, Equatable {
    private var words = SIMD4<UInt64>()

    func contains(_ byte: UInt8) -> Bool {
        words[Int(byte >> 6)] & Self.bit(byte) != 0
    }

    mutating func insert(_ byte: UInt8) {
        words[Int(byte >> 6)] |= Self.bit(byte)
    }

    mutating func insert(_ bytes: some Sequence<UInt8>) {
        for byte in bytes { insert(byte) }
    }

    mutating func remove(_ byte: UInt8) {
        words[Int(byte >> 6)] &= ~Self.bit(byte)
    }

    mutating func invert() {
        words = ~words
    }

    private static func bit(_ byte: UInt8) -> UInt64 {
        1 << UInt64(byte & 63)
    }
}

extension ByteSet {
    private static let letters = Array(UInt8(ascii: "a")...UInt8(ascii: "z"))
    private static let capitals = Array(UInt8(ascii: "A")...UInt8(ascii: "Z"))
    private static let digits = Array(UInt8(ascii: "0")...UInt8(ascii: "9"))

    /// The bytes of a POSIX character class in the locale C, such as `alpha`; nil where there is none of that name.
    static func bytes(ofClass name: String) -> [UInt8]? {
        let graphical = Array(UInt8(0x21)...0x7E)
        let alphanumerical = letters + capitals + digits
        return switch name {
        case "alnum": alphanumerical
        case "alpha": letters + capitals
        case "blank": [0x20, 0x09]
        case "cntrl": Array(0...0x1F) + [0x7F]
        case "digit": digits
        case "graph": graphical
        case "lower": letters
        case "print": [0x20] + graphical
        case "punct": graphical.filter { !alphanumerical.contains($0) }
        case "space": [0x20] + Array(0x09...0x0D)
        case "upper": capitals
        case "xdigit": digits + Array("abcdefABCDEF".utf8)
        default: nil
        }
    }
}
