/// The command that opens a backup without this software.
struct OpeningCommand {
    let path: String
    /// Whether the tar inside is compressed; nil where that is not known here.
    let isCompressed: Bool?

    /// To be typed in a shell; it extracts below `/mnt`.
    var text: String {
        let compression = isCompressed == true ? " --zstd" : ""
        return
            "gpg -d \(path.escapedForTerminal.quotedForShell) | sudo tar -x\(compression) --xattrs --xattrs-include='*' "
            + "--acls --numeric-owner -C /mnt"
    }

    /// What else there is to know.
    var hint: String? {
        isCompressed == nil ? "(with tar --zstd where the service is configured to compress)" : nil
    }
}
