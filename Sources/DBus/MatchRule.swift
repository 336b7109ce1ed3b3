/// Which signals are wanted; nil stands for any.
struct MatchRule {
    let sender: String?
    let interface: String
    let member: String?
    let path: String?

    /// - Throws: `InvalidArgs` for a malformed name.
    init(sender: String?, interface: String, member: String?, path: String?) throws(DBusError) {
        if let sender { try Name.busName.validate(sender) }
        try Name.interface.validate(interface)
        if let member { try Name.member.validate(member) }
        if let path { try Name.objectPath.validate(path) }
        self.sender = sender
        self.interface = interface
        self.member = member
        self.path = path
    }

    /// The rule as the bus takes it; no valid name has a quote in it.
    var text: String {
        var keys = ["type='signal'", "interface='\(interface)'"]
        if let sender { keys.append("sender='\(sender)'") }
        if let member { keys.append("member='\(member)'") }
        if let path { keys.append("path='\(path)'") }
        return keys.joined(separator: ",")
    }

    /// The sender, where it is a name that passes from one connection to another.
    var wellKnownSender: String? {
        guard let sender, !sender.hasPrefix(":"), sender != Bus.name else { return nil }
        return sender
    }

    /// The rule that tells of each new owner of `name`.
    static func ownerChanges(of name: String) -> String {
        "\(ownerChanges),arg0='\(name)'"
    }

    /// The rule that tells of names that have no owner any more.
    static let vanishings = "\(ownerChanges),arg2=''"

    private static let ownerChanges =
        "type='signal',sender='\(Bus.name)',path='\(Bus.path)',interface='\(Bus.interface)',member='NameOwnerChanged'"
}
