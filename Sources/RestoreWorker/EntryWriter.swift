import Archive
import BackupModel
import ExportProtocol
import ExportWorker
import Linux
import SystemPackage

/// Puts one entry after another in its place.
///
/// Everything is made under a hidden name in the directory where it belongs, with all that it has, and gets its own name in one
/// step; only a directory is made under its own, for its owner alone, as it is empty.
final class EntryWriter: @unchecked Sendable {  // one thread at a time: they follow one another
    /// What an entry still needs.
    enum Need {
        case nothing
        /// Its content, by ``write(_:at:)`` or ``share(contentsOf:)``, and ``end()``.
        case content
        /// The content of what it is another name of, which is not there.
        case original
    }

    /// A regular file that gets its content.
    struct OpenFile {
        let entry: BackupEntry
        let place: Placement.Place
        let name: FilePath
        let decision: Decision
        let file: SharedDescriptor
        var unwritten: UInt64 = 0
        var position: UInt64 = 0
    }

    let destination: Destination
    let options: Restoration
    let account: RestorationAccount
    let staging: Staging
    let metadata: Metadata
    let directories: DirectoryStack
    let originals: DirectoryStack
    let filesystems = Filesystems()
    var finishList: FinishList
    var openFile: OpenFile?
    /// What was done about the last entry; nil when it is still to be done, or was not wanted.
    var lastAction: RestorationNote.Action?
    /// Whether directories that have no entry of their own are made, too.
    var makesParents = false
    private var isOriginalThere = true
    /// What gets its flags only once it has its name.
    var flagsOfHidden: [(entry: BackupEntry, file: SharedDescriptor)] = []
    /// Which of the items have come by.
    var found: Set<Int> = []

    init(_ destination: Destination, _ options: Restoration, _ account: RestorationAccount, spool: FilePath)
        throws(BackupError)
    {
        self.destination = destination
        self.options = options
        self.account = account
        staging = destination.staging
        metadata = Metadata(account: account)
        directories = DirectoryStack(destination.roots, filesystems)
        originals = DirectoryStack(destination.roots, filesystems)
        do {
            finishList = try FinishList(in: spool)
            for root in destination.roots { try filesystems.note(root, FileAttributes(of: root.file).identity) }
        } catch {
            throw BackupError(spooling: error)
        }
    }

    /// Starts with `entry`, if it is wanted.
    ///
    /// - Parameter isOriginalThere: Whether what a hard link is another name of may have been restored.
    func begin(_ entry: BackupEntry, isOriginalThere: Bool = true) throws(BackupError) -> Need {
        lastAction = nil
        self.isOriginalThere = isOriginalThere
        guard let place = destination.placement.place(entry.path) else { return .nothing }
        // The directory that was selected need not be in a plain archive, only what is in it.
        if let item = place.item { found.insert(item) }
        do {
            return try begin(entry, place)
        } catch {
            try settle(entry, error)
            return .nothing
        }
    }

    /// Goes on after `error` where that is about one entry alone, which is then not restored.
    func settle(_ entry: BackupEntry, _ error: LinuxError) throws(BackupError) {
        let reason: String
        switch error.errno {
        case .permissionDenied, .notPermitted: reason = "the directory it belongs in can't be changed (\(error.errno))"
        case .fileNameTooLong, .fileTooLarge, .illegalByteSequence: reason = "it can't be had there (\(error.errno))"
        default: throw BackupError(restoring: entry.path, error)
        }
        openFile = nil
        staging.drop()
        conflict(entry, reason)
    }

    /// Passes over what can't be restored.
    func pass(_ path: [UInt8]) {
        if let item = destination.placement.place(path)?.item { found.insert(item) }
    }

    private func begin(_ entry: BackupEntry, _ place: Placement.Place) throws(LinuxError) -> Need {
        if place.item == nil, entry.kind != .directory { return .nothing }
        guard !place.path.isEmpty else { return try beginRoot(entry, place) }
        let (outer, nameBytes) = place.path.directoryAndName
        let name = FilePath(bytes: nameBytes)
        switch try enter(place.root, outer) {
        case .blocked(let reason):
            conflict(entry, reason)
            return .nothing
        case .absent where options.isDryRun:
            tell(entry, Decision(entry, over: nil, overwrite: options.overwrite))
            return .nothing
        case .absent:
            conflict(entry, "the directory it belongs in is not there")
            return .nothing
        case .open(let directory):
            let existing = try directory.descriptor.statusIfThere(of: name)
            let decision = Decision(entry, over: existing, overwrite: options.overwrite)
            // A directory above what is wanted has to be there, and nothing else.
            if place.item == nil, decision.action != .create { return .nothing }
            return try begin(entry, place, name, in: directory, decision)
        }
    }

    /// The directory itself to which a source is restored.
    private func beginRoot(_ entry: BackupEntry, _ place: Placement.Place) throws(LinuxError) -> Need {
        guard place.item != nil else { return .nothing }
        let root = destination.roots[place.root]
        let decision = Decision(entry, over: try root.status(), overwrite: options.overwrite)
        if decision.action == .conflict || options.isDryRun || !options.overwrite {
            tell(entry, decision)
        } else {
            try finishLater(entry, place, FileAttributes(of: root.file).identity, isNew: false)
            tell(entry, decision)
        }
        return .nothing
    }

    private func begin(
        _ entry: BackupEntry,
        _ place: Placement.Place,
        _ name: FilePath,
        in directory: SharedDescriptor,
        _ decision: Decision
    ) throws(LinuxError) -> Need {
        let isLeft = decision.action == .keep || decision.action == .conflict
        let isLeftDirectory = entry.kind == .directory && decision.action == .unchanged && !options.overwrite
        if isLeft || isLeftDirectory || options.isDryRun {
            tell(entry, decision)
            return .nothing
        }
        if let item = place.item, destination.isHidden, place.path == destination.placement.items[item].base {
            staging.addTree(place.root, place.path)
        }
        switch entry.kind {
        case .directory:
            try makeDirectory(entry, place, name, in: directory, decision)
        case .regular:
            try open(entry, place, name, in: directory, decision)
            return .content
        case .hardLink:
            guard isOriginalThere, try makeLink(entry, name, in: directory, decision) else { return .original }
        case .symbolicLink, .fifo, .characterDevice, .blockDevice:
            try makeNode(entry, name, in: directory, decision)
        }
        return .nothing
    }

    /// Counts and reports what is done about an entry.
    func tell(_ entry: BackupEntry, _ decision: Decision) {
        lastAction = decision.action
        account.add(decision.action, entry.path, reason: decision.reason)
        let isWritten = decision.action != .keep && decision.action != .conflict
        if isWritten, options.isDryRun { account.addContent(entry.size) }
    }

    func conflict(_ entry: BackupEntry, _ reason: String) {
        lastAction = .conflict
        account.add(.conflict, entry.path, reason: reason)
    }

    func finishLater(
        _ entry: BackupEntry,
        _ place: Placement.Place,
        _ identity: FileIdentity,
        isNew: Bool
    ) throws(LinuxError) {
        try finishList.append(
            FinishList.Item(entry: entry, root: place.root, path: place.path, identity: identity, isNew: isNew)
        )
    }
}
