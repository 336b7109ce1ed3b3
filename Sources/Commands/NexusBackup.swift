public import ArgumentParser
import BackupModel
import Linux

/// The command `nexus-backup`.
public struct NexusBackup: AsyncParsableCommand {
    /// Name, help and subcommands.
    public static let configuration = CommandConfiguration(
        commandName: "nexus-backup",
        abstract: "Takes snapshots, and exports them as encrypted backups.",
        usage: "nexus-backup <subcommand> [<options>]",
        discussion: """
            The work is done by the service nexus-backupd, which this command calls over D-Bus. Whoever is not root needs \
            a grant by polkit.

            Examples:
              Take a snapshot, and export it; the password is asked for:
                nexus-backup snapshot create before the upgrade
                nexus-backup backup create 7

              The same from a script:
                id=$(nexus-backup snapshot create --json nightly | jq .id)
                nexus-backup backup create "$id" --password-file /root/backup-password

            With --json, standard output holds one JSON document, or nothing where the command failed before there was \
            anything to tell; the reason is on standard error.

            Exit status:
            \(ExitStatus.help)
            """,
        version: Version.current,
        subcommands: [
            StatusCommand.self, SnapshotCommand.self, BackupCommand.self, WebCommand.self, ExportCommand.self,
            RestoreCommand.self, VerifyCommand.self,
        ]
    )

    @OptionGroup var options: GlobalOptions

    /// Creates the command as the parser needs it.
    public init() {}
}

extension NexusBackup {
    /// Runs the command that `arguments` ask for, and returns the exit status.
    public static func execute(_ arguments: [String]) async -> Int32 {
        keepDispatchQuiet()
        let console = Console.current
        do {
            var command = try await asyncParseAsRoot(arguments)
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
            return 0
        } catch let error as BackupError {
            console.note("nexus-backup: \(error.message.escapedForTerminal)")
            return error.code.exitStatus
        } catch let interruption as Interruption {
            return interruption.exitStatus
        } catch let failure as ReportedFailure {
            return failure.exitStatus
        } catch {
            let status = exitCode(for: error).rawValue
            let message = fullMessage(for: error)
            if status == 0 {
                try? console.print(message)
            } else if !message.isEmpty {
                console.note(message)
            }
            return status
        }
    }
}

/// A failure that has been told already.
struct ReportedFailure: Error {
    let exitStatus: Int32
}
