import BackupModel
import ExportProtocol
import Linux
import SystemPackage

/// A directory that something is to be restored into, as the worker gets it.
///
/// It is opened here and handed over, so that what was looked at is what is written to.
struct RestorationTarget: Sendable {
    let destination: Restoration.Destination
    /// The directory, when the worker is to be handed it.
    let directory: SharedDescriptor?
    /// What names in that directory are below; nil when only the caller knows.
    let path: FilePath?

    /// Opens what `target` names; blocks.
    ///
    /// - Parameters:
    ///   - own: The product's own directories, into which nothing is restored.
    ///   - isWritten: Whether it must be possible to write there.
    /// - Throws: `BackupError` with `invalidArgs` or `failed`.
    init(_ target: RestorationOrder.Target, own: [FilePath], isWritten: Bool) throws(BackupError) {
        switch target {
        case .directory(let path):
            let directory = try Self.open(path)
            try Self.check(directory, path, own, isWritten)
            self.init(.descriptor(HandedDescriptors.firstNumber), directory, path)
        case .opened(let directory):
            try Self.checkIsDirectory(directory)
            try Self.check(directory, nil, own, isWritten)
            self.init(.descriptor(HandedDescriptors.firstNumber), directory, nil)
        case .originalPlaces(let trees, let isBeside):
            for tree in trees where isWritten { try Self.checkPlace(tree) }
            self.init(isBeside ? .besideOriginals(trees, date: localDate()) : .originalPlaces(trees), nil, nil)
        }
    }

    private init(_ destination: Restoration.Destination, _ directory: SharedDescriptor?, _ path: FilePath?) {
        self.destination = destination
        self.directory = directory
        self.path = path
    }

    private static func open(_ path: FilePath) throws(BackupError) -> SharedDescriptor {
        guard path.isAbsolute else {
            throw BackupError(
                .invalidArgs,
                "The target \"\(printable(path.bytes))\" is a relative path; pass an absolute one."
            )
        }
        do throws(LinuxError) {
            return SharedDescriptor(try Descriptor.open(path, [.readOnly, .directory]))
        } catch {
            throw BackupError(
                .invalidArgs,
                "The target \"\(printable(path.bytes))\" can't be opened (\(error.errno)); make the directory, or pass another.",
                cause: error
            )
        }
    }

    private static func checkIsDirectory(_ directory: SharedDescriptor) throws(BackupError) {
        do throws(LinuxError) {
            guard try directory.status().kind == .directory, directory.descriptor.isReadable else {
                throw LinuxError(.notDirectory, "look at what was passed")
            }
        } catch {
            throw BackupError(
                .invalidArgs,
                "What the option \"target-fd\" passes is not a directory that is open for reading.",
                cause: error
            )
        }
    }

    private static func check(
        _ directory: SharedDescriptor,
        _ path: FilePath?,
        _ own: [FilePath],
        _ isWritten: Bool
    ) throws(BackupError) {
        let name = path.map { "\"\(printable($0.bytes))\"" } ?? "directory"
        let place: FilePath?
        do throws(LinuxError) {
            place = try OwnPlaces(own).place(of: directory)
        } catch {
            throw BackupError(
                .failed,
                "Where the target \(name) lies can't be found out (\(error.operation): \(error.errno)); pass another.",
                cause: error
            )
        }
        if let place {
            throw BackupError(
                .invalidArgs,
                "The target \(name) lies in \(printable(place.bytes)), where the service keeps its own files; pass another."
            )
        }
        if isWritten { try checkIsWritable(directory.descriptor, "The target \(name)", isTarget: true) }
    }

    private static func checkPlace(_ tree: Restoration.Tree) throws(BackupError) {
        let directory: SharedDescriptor
        do throws(LinuxError) {
            directory = SharedDescriptor(try Descriptor.open(FilePath(bytes: tree.path), [.readOnly, .directory]))
        } catch {
            throw BackupError(
                .failed,
                "The source \(tree.name) at \(printable(tree.path)) can't be opened (\(error.errno)); pass a target directory "
                    + "to restore to.",
                cause: error
            )
        }
        // What comes beside a whole source lies in the directory above it, which the worker looks at.
        try checkIsWritable(directory.descriptor, "The source \(tree.name) at \(printable(tree.path))", isTarget: false)
    }

    private static func checkIsWritable(
        _ directory: borrowing Descriptor,
        _ name: String,
        isTarget: Bool
    ) throws(BackupError) {
        guard directory.isOnReadOnlyFilesystem else { return }
        let remedy =
            isTarget
            ? "pass the directory open, as `nexus-backup backup restore --target` does, or let the service write there"
            : "pass a target directory to restore to, or let the service write there"
        throw BackupError(
            .failed,
            "\(name) is read-only for the service; \(remedy): ReadWritePaths= in `systemctl edit nexus-backupd`, unless the "
                + "filesystem itself is read-only."
        )
    }
}

/// The product's own directories, by what tells them from all others, whichever way leads to them.
private struct OwnPlaces {
    private static let maximumDepth = 10_000
    private let places: [(identity: FileIdentity, path: FilePath)]

    init(_ paths: [FilePath]) throws(LinuxError) {
        var places: [(identity: FileIdentity, path: FilePath)] = []
        for path in paths {
            do throws(LinuxError) {
                places.append((try Descriptor.open(path, [.pathOnly, .directory]).status().identity, path))
            } catch {
                // In what is not there nothing lies; of anything else it must be known.
                guard error.errno == .noSuchFileOrDirectory else { throw error }
            }
        }
        self.places = places
    }

    /// The one that `directory` is or lies in.
    func place(of directory: SharedDescriptor) throws(LinuxError) -> FilePath? {
        var current = directory
        var last: FileIdentity?
        for _ in 0..<Self.maximumDepth {
            let identity = try current.status().identity
            guard identity != last else { return nil }
            if let place = places.first(where: { $0.identity == identity }) { return place.path }
            last = identity
            current = SharedDescriptor(try current.file.openParent())
        }
        throw LinuxError(.fileNameTooLong, "find the root")
    }
}
