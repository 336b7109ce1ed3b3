/// A method call that came from the bus.
public struct MethodCall: Sendable {
    /// The caller's unique name, which the bus vouches for.
    public let sender: String
    /// The object path called.
    public let path: String
    /// The interface named in the call, if one was.
    public let interface: String?
    /// The method's name.
    public let member: String
    /// The arguments, of the types that the method declares.
    public let arguments: [Value]
    /// Whether the caller is prepared to wait for a person who is asked for a password.
    public let allowsInteraction: Bool
    /// Whether the caller waits for a reply.
    public let wantsReply: Bool

    /// Creates a call, as a test does.
    public init(
        sender: String,
        path: String,
        interface: String?,
        member: String,
        arguments: [Value] = [],
        allowsInteraction: Bool = false,
        wantsReply: Bool = true
    ) {
        self.sender = sender
        self.path = path
        self.interface = interface
        self.member = member
        self.arguments = arguments
        self.allowsInteraction = allowsInteraction
        self.wantsReply = wantsReply
    }
}
