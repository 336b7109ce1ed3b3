import ArgumentParser
import BackupModel
import Client
import Linux

/// `nexus-backup backup files`.
struct BackupFiles: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "files",
        abstract: "Lists what is in a directory of a backup; needs no password.",
        discussion: """
            Without a path it lists the sources. In names, what can't be shown is written as \\n, \\\\ or \\xHH.

            With --json, the document is {"files": [...]}; each entry has the keys of Backup1.ListFiles.

            Example:
              nexus-backup backup files 7 system/etc
            """
    )

    @Argument(help: SnapshotNumber.backupHelp, completion: NumberCompletion.backups)
    var id: SnapshotNumber

    @Argument(help: "A directory in the backup, such as system/etc.")
    var path: String?

    @OptionGroup var options: GlobalOptions

    func run() async throws {
        let console = Console.current
        let files = try await options.withBackups { client in try await all(of: client) }
        guard !options.json else { return try console.print(json: FilesDocument(files)) }
        let table = Table(
            [
                .init(title: "MODE"), .init(title: "OWNER", isRight: true, rank: 3),
                .init(title: "GROUP", isRight: true, rank: 4), .init(title: "SIZE", isRight: true),
                .init(title: "MODIFIED", rank: 1), .init(title: "NAME", isFlexible: true),
            ],
            files.map { file in
                [
                    file.modeText, "\(file.userID)", "\(file.groupID)", Size.text(file.size),
                    Moment.date(file.modified), printable(file.path),
                ]
            }
        )
        guard !files.isEmpty else { return try console.print("The directory is empty.") }
        for line in table.lines(width: console.outputWidth) { try console.print(line) }
    }

    private func all(of client: BackupClient) async throws -> [FileEntry] {
        var page = FilePage(limit: FilePage.ofDirectory.maximumLimit)
        var files: [FileEntry] = []
        while true {
            let next = try await client.files(id.id, at: Array((path ?? "").utf8), page)
            files += next
            guard next.count == page.limit else { return files }
            page.offset += next.count
        }
    }
}
