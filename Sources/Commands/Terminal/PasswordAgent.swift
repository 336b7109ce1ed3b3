import Linux

/// Asks at the terminal for an administrator's password where polkit wants one: pkttyagent(1), which is started when a call
/// needs it and there is no other agent, and ends with the command.
actor PasswordAgent {
    /// How long it may take to start.
    private static let patience: Duration = .seconds(5)

    private let console: Console
    /// The bus that polkit is on; nil for the system bus.
    private let address: String?
    private var companion: Companion?
    private var isTried = false

    init(_ console: Console, address: String?) {
        self.console = console
        self.address = address
    }

    /// Starts it where somebody is at a terminal, once.
    /// - Returns: Whether somebody can be asked from now on.
    func start() async -> Bool {
        guard !isTried else { return false }
        isTried = true
        guard !isRoot, isAtTerminal else { return false }
        companion = try? await blocking { [command] in
            try Companion.start(command, patience: Self.patience)
        }
        return companion?.hasEnded == false
    }

    /// Ends it, where it was started.
    func end() async {
        guard let companion else { return }
        try? await blocking { companion.end() }
        self.companion = nil
    }

    private var isAtTerminal: Bool {
        do {
            return try Descriptor.open(console.terminal, [.readWrite]).file.isForegroundTerminal
        } catch {
            return false
        }
    }

    private nonisolated var command: [String] {
        let bus = address.map { ["env", "DBUS_SYSTEM_BUS_ADDRESS=\($0)"] } ?? []
        // Not with --fallback: polkit has said that there is no other agent, and it asks a fallback in sessions only.
        return bus + ["pkttyagent", "--process", "\(ownProcessID)", "--notify-fd", "\(Companion.readyDescriptor)"]
    }
}
