/// A place in a text, counted from 1.
struct Position: Sendable, Hashable {
    var line: Int
    /// In characters; nil where only the line is known.
    var column: Int?
}
