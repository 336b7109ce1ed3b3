/// A value of a TOML text, with its place.
struct Node {
    indirect enum Value {
        case string(String)
        case integer(Int64)
        case boolean(Bool)
        case array([Node])
        case table([String: Node])
        /// A type that no key of ours has, as it is called in a sentence.
        case other(String)
    }

    let value: Value
    /// Where its key or header is; nil where that can't be told.
    let position: Position?

    /// What the value is, for a sentence.
    var kind: String {
        switch value {
        case .string: "a string"
        case .integer: "a whole number"
        case .boolean: "true or false"
        case .array: "an array"
        case .table: "a table"
        case .other(let name): name
        }
    }
}
