import Archive
import BackupModel
import ExportProtocol
import ExportWorker
import Linux
import SystemPackage

/// What is done once all contents are there.
extension EntryWriter {
    /// Gives directories their metadata, those further in first, and sets the flags of all that has some.
    func finishDirectories() throws(BackupError) {
        while let item = try nextToFinish() {
            do {
                try finish(item)
            } catch {
                throw BackupError(restoring: item.entry.path, error)
            }
        }
    }

    private func nextToFinish() throws(BackupError) -> FinishList.Item? {
        do {
            return try finishList.popLast()
        } catch {
            throw BackupError(spooling: error)
        }
    }

    private func finish(_ item: FinishList.Item) throws(LinuxError) {
        let isDirectory = item.entry.kind == .directory
        do {
            guard let file = try reach(item, isDirectory), try FileAttributes(of: file.file).identity == item.identity
            else {
                return account.add(.conflict, item.entry.path, reason: "something else has come in its place meanwhile")
            }
            if isDirectory { try metadata.apply(item.entry, to: file.descriptor, isNew: item.isNew) }
            guard !item.entry.flags.isEmpty || !item.isNew else { return }
            if isStillHidden(item) { return flagsOfHidden.append((item.entry, file)) }
            metadata.applyFlags(item.entry, to: file.descriptor)
        } catch {
            // Who may not read a file can't set its flags.
            guard !isDirectory, error.errno == .permissionDenied else { throw error }
            account.lose(.flags, item.entry.path, "\(error.errno)")
        }
    }

    /// Whether it is yet to be renamed, which some flags would prevent.
    private func isStillHidden(_ item: FinishList.Item) -> Bool {
        guard destination.isHidden, let index = destination.placement.place(item.entry.path)?.item else { return false }
        return destination.placement.items[index].base == item.path
    }

    /// What an item is about; nil when it is not there any more.
    private func reach(_ item: FinishList.Item, _ isDirectory: Bool) throws(LinuxError) -> SharedDescriptor? {
        let (outer, name) = isDirectory ? (item.path, []) : item.path.directoryAndName
        guard case .open(let directory) = try directories.enter(item.root, outer) else { return nil }
        if isDirectory { return directory }
        do {
            let flags: Descriptor.Flags = [.readOnly, .nonBlocking]
            return SharedDescriptor(try directory.descriptor.openBeneath(FilePath(bytes: name), flags))
        } catch {
            let gone: [Errno] = [.noSuchFileOrDirectory, .tooManySymbolicLinkLevels, .noSuchAddressOrDevice]
            guard gone.contains(error.errno) else { throw error }
            return nil
        }
    }

    /// Returns once all of it is on stable storage.
    func synchronize() throws(BackupError) {
        do {
            try filesystems.synchronize()
        } catch {
            throw BackupError(
                error.errno == .noSpace || error.errno == .diskQuotaExceeded ? .noSpace : .failed,
                "What was restored could not be written to the disk (\(error.errno)); check it.",
                cause: error
            )
        }
    }
}
