import ArgumentParser
import BackupModel
import WebTokens

/// `nexus-backup web token revoke`.
struct WebTokenRevoke: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke",
        abstract: "Revokes a token, and ends the sessions opened with it."
    )

    @Argument(help: ArgumentHelp("The token's name, as `web token list` shows it.", valueName: "name"))
    var name: String

    @OptionGroup var file: TokenFileOptions
    @OptionGroup var options: GlobalOptions

    func run() async throws {
        try file.tokenFile.change(group: file.groupID()) { try $0.revoke(name) }
        guard options.json else { return }
        try Console.current.print(json: ["name": name])
    }
}
