public import BackupModel
import DBus

extension BackupError {
    /// What a caller is told of an error reply, or of a bus that did not deliver.
    init(_ error: DBusError) {
        if let sentence = Self.busSentence(error) {
            self.init(sentence.code, sentence.text, cause: error)
        } else if let code = Code(busName: error.name) {
            self.init(code, error.message, cause: error)
        } else {
            self.init(.failed, "The backup service failed with \(error.name): \(error.message.asClause).", cause: error)
        }
    }

    /// Whether the service was not there, or went away before it replied; it may come back.
    public var isServiceGone: Bool {
        guard let error = cause as? DBusError else { return false }
        return Self.absences.contains { error.isStandard($0) } || error.isStandard("NoReply")
            || error.name.hasPrefix(Self.spawnPrefix)
    }

    private static let absences = ["ServiceUnknown", "NameHasNoOwner"]
    private static let spawnPrefix = DBusError.standardPrefix + "Spawn."

    /// The sentence for an error that the bus or libdbus made; nil for one that the service made.
    private static func busSentence(_ error: DBusError) -> (code: Code, text: String)? {
        if absences.contains(where: { error.isStandard($0) }) {
            return (
                .unknownObject, "The backup service is not running; start it with `systemctl start nexus-backupd`."
            )
        }
        if error.name.hasPrefix(spawnPrefix) || error.isStandard("TimedOut") {
            return (
                .unknownObject,
                "The backup service could not be started: \(error.message.asClause). See `systemctl status nexus-backupd`."
            )
        }
        if error.isStandard("NoReply") {
            return (
                .failed,
                "The backup service did not reply, or ended meanwhile; see `journalctl -u nexus-backupd`, then try again."
            )
        }
        if error.isStandard("Disconnected") {
            return (.unknownObject, "The connection to the message bus was lost; try again.")
        }
        if error.isStandard("AccessDenied"), isBusPolicy(error.message) {
            return (
                .accessDenied,
                "The message bus does not let this user call the backup service; check that the service's bus policy is "
                    + "installed, or call as root."
            )
        }
        return nil
    }

    /// The bus refuses under the same name as the service; only the text differs, in dbus-daemon and in dbus-broker.
    private static func isBusPolicy(_ message: String) -> Bool {
        ["Rejected send message", "Sender is not authorized"].contains { message.hasPrefix($0) }
    }
}

extension String {
    /// The text without a full stop at its end, to stand inside a sentence.
    var asClause: String {
        hasSuffix(".") ? String(dropLast()) : self
    }
}
