import BackupModel
import ExportProtocol
import Linux
import SystemPackage

/// How regular files get their content.
extension EntryWriter {
    private static var writebackWindow: UInt64 { 8 << 20 }

    func open(
        _ entry: BackupEntry,
        _ place: Placement.Place,
        _ name: FilePath,
        in directory: SharedDescriptor,
        _ decision: Decision
    ) throws(LinuxError) {
        let file = try staging.make(in: directory) { hidden throws(LinuxError) in
            SharedDescriptor(
                try directory.descriptor.open(
                    hidden,
                    [.readWrite, .create, .exclusive, .noFollow],
                    permissions: .ownerReadWrite
                )
            )
        }
        openFile = OpenFile(entry: entry, place: place, name: name, decision: decision, file: file)
    }

    /// Writes a piece of the content; what no piece covers is a hole.
    func write(_ buffer: ByteBuffer, at offset: UInt64) throws(BackupError) {
        guard var open = openFile else { return }
        do {
            try open.file.descriptor.write(buffer, at: offset)
        } catch {
            return try settle(open.entry, error)
        }
        account.addContent(UInt64(buffer.count))
        // Little by little, so that no other program has to wait for all of it at once.
        open.unwritten += UInt64(buffer.count)
        let end = offset + UInt64(buffer.count)
        if open.unwritten >= Self.writebackWindow {
            open.file.descriptor.startWriteback(offset: open.position, byteCount: end - open.position)
            (open.unwritten, open.position) = (0, end)
        }
        openFile = open
    }

    /// Makes all of the content that of `file`, where the filesystem can share it.
    func share(contentsOf file: FileDescriptor) -> Bool {
        guard let open = openFile, open.file.descriptor.shareContents(of: file) else { return false }
        account.addContent(open.entry.size)
        return true
    }

    /// Forgets a regular file that gets no content.
    func abandon() {
        guard openFile != nil else { return }
        openFile = nil
        staging.drop()
    }

    /// Ends with a regular file: it gets what it has beside its content, and its name.
    func end() throws(BackupError) {
        guard let open = openFile else { return }
        openFile = nil
        do {
            try open.file.descriptor.setSize(open.entry.size)
            try metadata.apply(open.entry, to: open.file.descriptor, isNew: true)
            // What it takes the place of must not be gone before it is there.
            if open.decision.action != .create { try open.file.descriptor.synchronize() }
            guard try putInPlace(open.entry, open.name, open.decision), !open.entry.flags.isEmpty else { return }
            let identity = try FileAttributes(of: open.file.file).identity
            var rest = open.entry
            rest.attributes = []
            try finishLater(rest, open.place, identity, isNew: true)
        } catch {
            try settle(open.entry, error)
        }
    }
}
