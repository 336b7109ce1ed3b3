/// What is to be restored of a backup, and to where; a part of a ``RestoreRequest``.
///
/// Paths in the backup are bytes: the name of a source, and what is below it, as in `system/etc/hosts`. They have no slash at
/// their start or end, and no `.`, `..` or empty component.
public struct Restoration: Sendable, Codable, Equatable {
    /// A directory of the backup, and a directory on disk that stands for it.
    public struct Tree: Sendable, Codable, Equatable {
        /// The name of the source.
        public var name: String
        /// An absolute path, as bytes.
        public var path: [UInt8]

        /// Creates a tree.
        public init(name: String, path: [UInt8]) {
            self.name = name
            self.path = path
        }
    }

    /// What it is restored from.
    public enum Origin: Sendable, Codable, Equatable {
        /// The export whose file the request names, with the password that follows the request.
        case export
        /// A snapshot that still exists, by the roots of its trees; there is no password then.
        case snapshot([Tree])
    }

    /// Where it goes.
    public enum Destination: Sendable, Codable, Equatable {
        /// Into the directory of this path, as bytes. Symbolic links in the path are followed; those below it never are.
        ///
        /// As with `cp -a`, each path that is selected gets its last component as its name there: `system/etc/hosts` becomes
        /// `hosts`. Two with the same one are `InvalidArgs`.
        case directory([UInt8])
        /// As ``directory(_:)``, into a directory that the worker has inherited open, by the number of the descriptor, from 3
        /// up. Who acts for another user opens the directory with that user's rights.
        case descriptor(Int32)
        /// Over what is in the original places, which are given for each source: directories are merged, and nothing goes that
        /// is not in the backup.
        case originalPlaces([Tree])
        /// Beside the original places: each path that is selected as `<its name>_<date>` in the directory it came from, or, when
        /// that is taken, `<its name>_<date>_2` and so on. It appears there once it is whole.
        case besideOriginals([Tree], date: String)
    }

    /// What it is restored from.
    public var origin: Origin
    /// The paths in the backup that are wanted; empty for all of it.
    public var paths: [[UInt8]]
    /// Where they go.
    public var destination: Destination
    /// Whether what exists is replaced, each file at once and whole, and existing directories get the metadata of the backup's.
    /// If not, files that exist are kept, and directories that exist stay as they are but for what is added in them.
    public var overwrite: Bool
    /// Whether nothing is written, and only told what would be.
    public var isDryRun: Bool
    /// A descriptor that the worker has inherited, 1 or from 3 up, to which ``RestorationNote``s go, one JSON object a line; nil
    /// for none. Who gives one reads it, as the worker waits.
    public var report: Int32?

    /// Creates a restoration from its parts.
    public init(
        origin: Origin,
        paths: [[UInt8]] = [],
        destination: Destination,
        overwrite: Bool = false,
        isDryRun: Bool = false,
        report: Int32? = nil
    ) {
        self.origin = origin
        self.paths = paths
        self.destination = destination
        self.overwrite = overwrite
        self.isDryRun = isDryRun
        self.report = report
    }
}
