/// An error reply, or what libdbus reported: an error name and a sentence.
public struct DBusError: Error, Sendable, Equatable, CustomStringConvertible {
    /// A name such as `org.freedesktop.DBus.Error.NoReply`.
    public let name: String
    /// A sentence for people.
    public let message: String

    /// Creates an error called `name`.
    public init(name: String, message: String) {
        self.name = name
        self.message = message
    }

    /// Name and sentence, for a log.
    public var description: String { "\(name): \(message)" }
}

extension DBusError {
    /// The prefix of the names that the D-Bus specification and libdbus define.
    public static let standardPrefix = "org.freedesktop.DBus.Error."

    /// An error of the standard namespace, such as `standard("InvalidArgs", …)`.
    public static func standard(_ name: String, _ message: String) -> DBusError {
        DBusError(name: standardPrefix + name, message: message)
    }

    /// Whether this is the error `org.freedesktop.DBus.Error.<name>`.
    public func isStandard(_ name: String) -> Bool {
        self.name == Self.standardPrefix + name
    }
}
