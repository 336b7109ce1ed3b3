import BackupModel
import ExportProtocol
import Linux
import SystemPackage

/// How what was selected comes to be where it belongs, and how that is told.
extension EntryWriter {
    /// Gives what was put together under hidden names its names, and tells where all of it is.
    func place() throws(BackupError) {
        for index in found.sorted() {
            let item = destination.placement.items[index]
            guard destination.isHidden else {
                account.place(item.selected, at: destination.path(item.root, item.base))
                continue
            }
            do {
                guard let name = try reveal(item) else { continue }
                let (outer, _) = item.base.directoryAndName
                account.place(item.selected, at: destination.path(item.root, outer.appending(path: name)))
            } catch {
                throw BackupError(restoring: item.selected, error)
            }
        }
        for late in flagsOfHidden { metadata.applyFlags(late.entry, to: late.file.descriptor) }
        flagsOfHidden.removeAll()
    }

    /// The error for what was selected and has not come by; nil when all has.
    var missing: BackupError? {
        let items = destination.placement.items
        guard let first = items.indices.first(where: { !found.contains($0) && !items[$0].selected.isEmpty }) else {
            return nil
        }
        let others = items.count - found.count - 1
        let more = others > 0 ? ", nor are \(others) others that were asked for" : ""
        return BackupError(.notFound, "\(shortened(items[first].selected)) is not in the backup\(more).")
    }

    /// - Returns: The name that it got; nil when there is nothing to give one to.
    private func reveal(_ item: Placement.Item) throws(LinuxError) -> [UInt8]? {
        let (outer, hidden) = item.base.directoryAndName
        guard case .open(let directory) = try directories.enter(item.root, outer) else { return nil }
        if !options.isDryRun, try directory.descriptor.statusIfThere(of: FilePath(bytes: hidden)) == nil { return nil }
        var number = 0
        while true {
            number += 1
            let name = destination.name(of: item, number)
            if options.isDryRun {
                guard try directory.descriptor.statusIfThere(of: FilePath(bytes: name)) == nil else { continue }
                return name
            }
            do {
                try staging.settleTree(item.root, item.base) { () throws(LinuxError) in
                    try directory.descriptor.renameTree(FilePath(bytes: hidden), to: FilePath(bytes: name))
                }
                return name
            } catch {
                guard error.errno == .fileExists else { throw error }
            }
        }
    }
}

extension Descriptor {
    /// Renames `old`, unless something has the new name.
    fileprivate func renameTree(_ old: FilePath, to new: FilePath) throws(LinuxError) {
        do {
            try renameWithoutReplacing(old, to: new)
        } catch {
            // Some filesystems do not know how.
            guard error.errno == .invalidArgument else { throw error }
            guard try statusIfThere(of: new) == nil else { throw LinuxError(.fileExists, "rename") }
            try rename(old, to: new)
        }
    }
}
