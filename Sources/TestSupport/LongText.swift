public import Testing

/// A text as an argument of a test, of which the test's output shows the beginning only.
public struct LongText: Sendable, ExpressibleByStringLiteral, CustomTestStringConvertible {
    /// The whole text.
    public let text: String

    /// The text's beginning and length.
    public var testDescription: String {
        text.utf8.count <= 60
            ? text.debugDescription : "\(text.prefix(40).debugDescription)… (\(text.utf8.count) bytes)"
    }

    /// Wraps `text`.
    public init(_ text: String) {
        self.text = text
    }

    /// Wraps a literal.
    public init(stringLiteral text: String) {
        self.init(text)
    }

    /// `count` times the same.
    public static func repeating(_ part: String, count: Int) -> LongText {
        LongText(String(repeating: part, count: count))
    }
}
