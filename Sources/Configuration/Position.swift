/// A place in a text: line, and column in characters, both counted from 1.
struct Position: Sendable, Hashable {
    var line: Int
    var column: Int
}
