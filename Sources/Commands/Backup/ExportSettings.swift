import ArgumentParser
import BackupModel
import Client
import Linux

/// The options of the commands that export a snapshot.
struct ExportSettings: ParsableArguments {
    /// Where the password comes from, for the help.
    static let passwordHelp = """
        The password is asked for twice at the terminal. Where standard input is no terminal, it is read from there, up to \
        the end; one newline at the end is not part of it. With --recipient-file, there is a password only where \
        --password-file names one. It is never taken from an argument or the environment, which other users can see.
        """

    /// How the file is compressed.
    enum Compression: String, ExpressibleByArgument, CaseIterable {
        case none
        case zstd
    }

    @Option(
        help: ArgumentHelp("A file that holds the password; - is standard input.", valueName: "file"),
        completion: .file()
    )
    var passwordFile: String?

    @Option(
        help: ArgumentHelp(
            "A file that holds an OpenPGP public key, armored, whose owner can open the backup; may be given several times.",
            valueName: "file"
        ),
        completion: .file()
    )
    var recipientFile: [String] = []

    @Option(help: "How to compress before encrypting; without it, the service's configuration decides.")
    var compression: Compression?

    @Option(
        help: ArgumentHelp(
            "The most bytes per second, such as 500K or 20M, where K, M and G are KiB, MiB and GiB; 0 for no limit.",
            valueName: "rate"
        ),
        transform: { text in
            guard let rate = Size.parse(text) else {
                throw ValidationError("A rate is a number of bytes such as 4096, 500K or 20M.")
            }
            return rate
        }
    )
    var maxRate: UInt64?

    /// The recipients' keys.
    func recipients() async throws -> [String] {
        try await RecipientFiles.read(recipientFile)
    }

    /// What the service is to be told; asks for the password, where there is to be one, and has signals watched from then
    /// on.
    func options(_ recipients: [String], _ console: inout Console) async throws -> BackupClient.Options {
        BackupClient.Options(
            password: try await password(&console),
            recipients: recipients,
            compression: compression?.rawValue,
            maxRate: maxRate
        )
    }

    private func password(_ console: inout Console) async throws -> Secret? {
        // Without one, only the recipients' keys shall open the backup.
        guard passwordFile != nil || recipientFile.isEmpty else {
            console.watchSignals()
            return nil
        }
        return try await PasswordSource(file: passwordFile, isNew: true, console).readWatchingSignals(&console)
    }
}
