/// An interface that an object of ours implements.
public struct ExportedInterface: Sendable {
    /// The interface's name.
    public let name: String
    /// Its methods.
    public let methods: [Method]
    /// Its properties, none of which can be set or ever changes.
    public let properties: [String: Value]
    /// Its `<interface …>…</interface>` element, served as it is.
    public let introspection: String

    /// Creates an interface.
    public init(name: String, methods: [Method], properties: [String: Value] = [:], introspection: String) {
        self.name = name
        self.methods = methods
        self.properties = properties
        self.introspection = introspection
    }

    func method(_ member: String) -> Method? {
        methods.first { $0.name == member }
    }
}
