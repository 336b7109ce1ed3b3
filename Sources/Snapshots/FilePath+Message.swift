import Linux
import SystemPackage

extension FilePath {
    /// The path for a message or a log, where names that others have chosen must not look like something else.
    var text: String { printable(bytes) }
}
