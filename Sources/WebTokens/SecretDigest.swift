import Digest

/// The SHA-256 of something secret that is random, such as a token, by which it is recognised without being kept.
///
/// A slow hash, as passwords need, would add nothing: there are 2²⁵⁶ equally likely tokens, too many to try even at no cost
/// for each, and a hash that takes a tenth of a second would let anybody keep the server busy with wrong ones.
public struct SecretDigest: Sendable, Hashable {
    private let bytes: [UInt8]

    /// The digest of `text`; nil when libgcrypt can't be used.
    public init?(of text: String) {
        guard var sum = SHA256() else { return nil }
        sum.update(Array(text.utf8).span)
        bytes = sum.next().array
    }

    /// The digest that 64 hexadecimal digits are; nil for other texts.
    public init?(hexadecimal text: String) {
        let digits = Array(text.utf8)
        guard digits.count == 64, digits.allSatisfy({ "0123456789abcdef".utf8.contains($0) }) else { return nil }
        bytes = stride(from: 0, to: 64, by: 2).map { Self.value(digits[$0]) << 4 | Self.value(digits[$0 + 1]) }
    }

    /// The digest as 64 lower-case hexadecimal digits.
    public var hexadecimal: String { hexadecimalDigits(bytes) }

    /// Whether the digests are the same, found out in a time that does not depend on where they differ.
    public func isSame(as other: SecretDigest) -> Bool {
        zip(bytes, other.bytes).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }

    private static func value(_ digit: UInt8) -> UInt8 {
        digit <= UInt8(ascii: "9") ? digit & 15 : digit & 15 + 9
    }
}

/// 256 bits from the kernel's random source (see getrandom(2)), as 64 hexadecimal digits.
public func randomSecret() -> String {
    var generator = SystemRandomNumberGenerator()
    return hexadecimalDigits((0..<32).map { _ in UInt8.random(in: .min ... .max, using: &generator) })
}

private func hexadecimalDigits(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
}
