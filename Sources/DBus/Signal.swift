/// A signal that came from the bus.
public struct Signal: Sendable {
    /// The unique name of who emitted it, which the bus vouches for.
    public let sender: String
    /// The object path it was emitted from.
    public let path: String
    /// The interface it belongs to.
    public let interface: String
    /// The signal's name.
    public let member: String
    /// The arguments, of whatever types the sender chose.
    public let arguments: [Value]

    /// Creates a signal, as a test does.
    public init(sender: String, path: String, interface: String, member: String, arguments: [Value] = []) {
        self.sender = sender
        self.path = path
        self.interface = interface
        self.member = member
        self.arguments = arguments
    }
}
