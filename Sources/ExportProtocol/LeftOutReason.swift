/// Why an entry of a tree is not in an export; raw values are written into exports and never change.
public enum LeftOutReason: String, Sendable, Codable, CaseIterable {
    /// It is a socket, which is nothing without its process.
    case socket
    /// It is of a type that this product does not know.
    case unknownType = "unknown-type"
    /// A pattern of the configuration excludes it.
    case pattern
    /// It is what else is in a directory with a `CACHEDIR.TAG`.
    case cache
    /// It is what else is in a directory with a file `.nobackup`.
    case marked
    /// It is what is in a directory in which the product keeps its own files.
    case ownDirectory = "own-directory"
    /// It is what is in a directory on which another filesystem is mounted.
    case otherFilesystem = "other-filesystem"
}
