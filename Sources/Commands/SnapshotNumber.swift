import ArgumentParser
import BackupModel

/// A snapshot's id as it is typed.
struct SnapshotNumber: ExpressibleByArgument, Sendable {
    let id: SnapshotID

    init?(argument: String) {
        guard let id = SnapshotID(argument), id > 0, argument.allSatisfy(\.isNumber) else { return nil }
        self.id = id
    }

    static let help = ArgumentHelp("The snapshot's id, as `snapshot list` shows it.", valueName: "id")
    static let backupHelp = ArgumentHelp("The backup's id, as `backup list` shows it.", valueName: "id")
}
