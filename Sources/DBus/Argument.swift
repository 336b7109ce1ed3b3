/// What a method takes or returns at one position.
public struct Argument: Sendable {
    /// The name, as in the introspection.
    public let name: String
    /// The type.
    public let type: ArgumentType

    /// Creates an argument.
    public init(_ name: String, _ type: ArgumentType) {
        self.name = name
        self.type = type
    }
}

/// The types an argument may have, and how it is decoded.
public enum ArgumentType: Sendable, Equatable {
    /// A value of this signature, which is one complete type.
    case exactly(String)
    /// An integer of any type (`y n q i u x t`); the introspection says `u`.
    case anyInteger
    /// A string that is decoded as `Value.secret`; its bytes in the message are overwritten.
    case secret
    /// An `a{sv}` in which the strings of these keys are decoded as `Value.secret` and overwritten in the message.
    case options(secrets: Set<String>)

    /// The signature that the introspection declares.
    public var signature: String {
        switch self {
        case .exactly(let signature): signature
        case .anyInteger: "u"
        case .secret: "s"
        case .options: "a{sv}"
        }
    }

    /// Whether a value of the complete type `signature` is acceptable.
    func accepts(_ signature: Substring) -> Bool {
        switch self {
        case .anyInteger: signature.count == 1 && signature.allSatisfy("ynqiuxt".contains)
        default: signature == self.signature
        }
    }

    /// Whether a password may come in a value of this type.
    var mayHoldSecret: Bool {
        switch self {
        case .secret, .options: true
        case .exactly, .anyInteger: false
        }
    }
}
