import ArgumentParser
import BackupModel
import WebTokens

/// `nexus-backup web token list`.
struct WebTokenList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Lists the names of the tokens, and what they are good for.",
        discussion: """
            With --json, the document is {"tokens": [...]}; each entry has name, role and created.
            """
    )

    @OptionGroup var file: TokenFileOptions
    @OptionGroup var options: GlobalOptions

    func run() async throws {
        let console = Console.current
        let tokens = try file.tokenFile.read().tokens
        guard !options.json else { return try console.print(json: TokenListDocument(tokens)) }
        guard !tokens.isEmpty else { return try console.print("There are no tokens.") }
        let now = console.now
        let table = Table(
            [.init(title: "NAME", isFlexible: true, rank: 1), .init(title: "ROLE"), .init(title: "MADE")],
            tokens.map {
                [$0.name, $0.role?.rawValue ?? "\($0.roleName) (unknown: refused)", Moment.age($0.created, now: now)]
            }
        )
        for line in table.lines(width: console.outputWidth) { try console.print(line) }
    }
}

private struct TokenListDocument: Encodable {
    struct Entry: Encodable {
        let name: String
        let role: String
        let created: UInt64
    }

    let tokens: [Entry]

    init(_ tokens: [Token]) {
        self.tokens = tokens.map { Entry(name: $0.name, role: $0.roleName, created: $0.created) }
    }
}
