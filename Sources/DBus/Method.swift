/// A method of an exported interface.
public struct Method: Sendable {
    /// The method's name.
    public let name: String
    /// What it takes.
    public let input: [Argument]
    /// What it returns.
    public let output: [Argument]
    let handler: @Sendable (MethodCall) async throws(DBusError) -> [Value]

    /// Creates a method; `handler` runs in a task of its own for each call, which is cancelled when the bus goes, and
    /// gets only calls whose arguments have the declared types.
    public init(
        _ name: String,
        in input: [Argument],
        out output: [Argument],
        _ handler: @escaping @Sendable (MethodCall) async throws(DBusError) -> [Value]
    ) {
        self.name = name
        self.input = input
        self.output = output
        self.handler = handler
    }

    var inputSignature: String { input.map(\.type.signature).joined() }
    var outputSignature: String { output.map(\.type.signature).joined() }

    /// Whether arguments of these complete types can be passed.
    func accepts(_ types: [Substring]) -> Bool {
        types.count == input.count && zip(input, types).allSatisfy { $0.type.accepts($1) }
    }
}
