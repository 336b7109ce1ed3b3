import Digest
import ExportProtocol
package import Linux

/// The lines of a manifest about what is in the archive; see ``ManifestFormat``.
extension ByteBuffer {
    /// Adds the line of a regular file.
    package func append(manifestLine path: EntryPath, _ digest: ContentDigest) throws(LinuxError) {
        if digest.isOfDataOnly {
            try append(ManifestFormat.dataOnlyPrefix)
        } else if path.needsEscaping {
            try append("\\")
        }
        try append(digest.value.hexadecimalDigits.span)
        try append("  ")
        try append(escaping: path)
        try append("\n")
    }

    /// Adds the line of an entry with flags.
    package func append(manifestLine path: EntryPath, _ flags: FileAttributes.Flags) throws(LinuxError) {
        try append(ManifestFormat.flagsPrefix)
        if flags.contains(.immutable) { try append("immutable ") }
        if flags.contains(.appendOnly) { try append("append-only ") }
        if flags.contains(.noDump) { try append("no-dump ") }
        try append(" ")
        try append(escaping: path)
        try append("\n")
    }
}
