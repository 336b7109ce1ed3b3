import ArgumentParser

/// `nexus-backup backup`.
struct BackupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Makes, verifies, restores, lists, searches and deletes backups.",
        subcommands: [
            BackupCreate.self, BackupVerify.self, BackupRestore.self, BackupStatus.self, BackupWait.self,
            BackupList.self, BackupShow.self, BackupFiles.self, BackupSearch.self, BackupDownload.self,
            BackupCancel.self,
            BackupDelete.self,
        ]
    )

    @OptionGroup var options: GlobalOptions
}
