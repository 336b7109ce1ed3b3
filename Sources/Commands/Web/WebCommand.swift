import ArgumentParser

/// `nexus-backup web`.
struct WebCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "web",
        abstract: "Decides who may use the web service.",
        subcommands: [WebTokenCommand.self]
    )
}

/// `nexus-backup web token`.
struct WebTokenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token",
        abstract: "Makes, lists and revokes the tokens that let people and programs in.",
        subcommands: [WebTokenAdd.self, WebTokenList.self, WebTokenRevoke.self]
    )
}
