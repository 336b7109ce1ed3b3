import ArgumentParser
import BackupModel
import Glibc
import Linux
import SystemPackage
import WebTokens

/// Where the tokens are kept.
struct TokenFileOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The file of the tokens.", valueName: "path"))
    var file: String = TokenFile.defaultPath.string

    @Option(help: ArgumentHelp("The group that the web service runs as.", valueName: "name"))
    var group = "nexus-web"

    var tokenFile: TokenFile { TokenFile(FilePath(file)) }

    /// The group that is to be able to read the file.
    func groupID() throws(BackupError) -> UInt32 {
        guard getuid() == 0 else { return getgid() }
        guard let id = Linux.groupID(named: group) else {
            throw BackupError(
                .failed,
                "There is no group \(group), by which the web service reads the tokens; Scripts/install or `systemd-sysusers` "
                    + "makes it."
            )
        }
        return id
    }
}
