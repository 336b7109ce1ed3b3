import ArgumentParser
import BackupModel
import WebTokens

/// `nexus-backup web token add`.
struct WebTokenAdd: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Makes a token, and shows it this once.",
        discussion: """
            The token is typed in at the page, sent as `Authorization: Bearer`, or given as the password to programs such as \
            wget, with any user. It is kept nowhere; what is lost is revoked and made anew.

            Examples:
              nexus-backup web token add alice
              nexus-backup web token add backuppc --read-only
            """
    )

    @Argument(help: ArgumentHelp("Whose token it is, or what for.", valueName: "name"))
    var name: String

    @Flag(help: "The token is good for looking and downloading, and for nothing else.")
    var readOnly = false

    @OptionGroup var file: TokenFileOptions
    @OptionGroup var options: GlobalOptions

    func run() async throws {
        let console = Console.current
        let role: Token.Role = readOnly ? .readOnly : .full
        let token = try file.tokenFile.change(group: file.groupID()) { list in
            try list.add(name: name, role: role, created: console.now)
        }
        guard !options.json else {
            return try console.print(json: TokenDocument(name: name, role: role.rawValue, token: token))
        }
        try console.print(token)
        console.note("This is the only time that it is shown.")
    }
}

private struct TokenDocument: Encodable {
    let name: String
    let role: String
    let token: String
}
