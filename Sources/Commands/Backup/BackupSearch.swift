import ArgumentParser
import BackupModel
import Client
import Linux

/// `nexus-backup backup search`.
struct BackupSearch: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "search",
        abstract: "Searches the names of the files in all backups; needs no password.",
        discussion: """
            It finds the entries in whose path the text is, whatever the case of its letters, and ends in their own name. A slash
            stands between directories, and no character has any other meaning.

            With --json, the document is {"matches": [...], "unsearched": [...]}; each entry has the keys of
            Backup1.SearchFiles.

            Examples:
              nexus-backup backup search fstab
              nexus-backup backup search /etc/ssh/sshd
            """
    )

    @Argument(help: "What to search for: at least three characters.")
    var text: String

    @Option(help: "The most matches that are shown, at most 1000.")
    var limit = FilePage.ofSearch.defaultLimit

    @Option(help: "How many matches are passed over, at most 10000.")
    var offset = 0

    @OptionGroup var options: GlobalOptions

    func run() async throws {
        let console = Console.current
        let page = FilePage(limit: limit, offset: offset)
        let result = try await options.withBackups { try await $0.search(text, page) }
        guard !options.json else { return try console.print(json: SearchDocument(result)) }
        if result.matches.isEmpty { try console.print("No path in the backups matches.") }
        let table = Table(
            [
                .init(title: "BACKUP", isRight: true), .init(title: "MODIFIED", rank: 1),
                .init(title: "SIZE", isRight: true), .init(title: "PATH", isFlexible: true),
            ],
            result.matches.map { match in
                [
                    "\(match.id)", Moment.date(match.entry.modified), Size.text(match.entry.size),
                    printable(match.entry.path) + (match.entry.kind == .directory ? "/" : ""),
                ]
            }
        )
        if !result.matches.isEmpty {
            for line in table.lines(width: console.outputWidth) { try console.print(line) }
        }
        if result.matches.count == limit {
            console.note("There may be more matches: --offset \(offset + limit) shows them.")
        }
        for unsearched in result.unsearched { console.note(unsearched.reason.escapedForTerminal) }
    }
}
