import ArgumentParser
import BackupModel
import Client
import Documents

/// `nexus-backup backup list`.
struct BackupList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Lists the backups.",
        discussion: """
            With --json, the document is {"backups": [...]}; each entry has the keys of Backup1.GetList.
            """
    )

    @OptionGroup var options: GlobalOptions

    func run() async throws {
        let exports = try await options.withBackups { try await $0.list() }.sorted { $0.id < $1.id }
        let console = Console.current
        guard !options.json else {
            return try console.print(json: BackupListDocument(exports))
        }
        guard !exports.isEmpty else { return try console.print("There are no backups.") }
        let now = console.now
        let table = Table(
            [
                .init(title: "ID", isRight: true), .init(title: "MADE"), .init(title: "SIZE", isRight: true),
                .init(title: "SNAPSHOT", rank: 4), .init(title: "VERIFIED", rank: 3),
                .init(title: "DESCRIPTION", isFlexible: true, rank: 1), .init(title: "FILE", rank: 2),
            ],
            exports.map { export in
                [
                    "\(export.id)", Moment.age(export.created, now: now), Size.text(export.size),
                    export.snapshotExists ? "there" : "deleted",
                    export.isVerified ? Moment.age(export.verifiedAt, now: now) : "no", export.description,
                    export.path,
                ]
            }
        )
        for line in table.lines(width: console.outputWidth) { try console.print(line) }
    }
}
