import CArchive
public import Linux

/// The header of one member of an archive, reused from member to member.
public struct ArchiveEntry: ~Copyable {
    let pointer: OpaquePointer
    var corrections = PaxCorrections()
    private(set) var namesAreUTF8 = true

    /// Creates an empty header.
    public init() throws(ArchiveError) {
        guard let pointer = archive_entry_new() else { throw ArchiveError(nil, "make a header") }
        self.pointer = pointer
    }

    deinit {
        archive_entry_free(pointer)
    }

    /// Becomes an empty header again.
    public mutating func clear() {
        archive_entry_clear(pointer)
        corrections = PaxCorrections()
        namesAreUTF8 = true
    }

    /// Sets the member's name, any bytes.
    public mutating func setPath(_ path: EntryPath) {
        path.withCString { archive_entry_set_pathname(pointer, $0) }
        note(path.encoding)
    }

    /// Sets type, permissions, owner, modification time, flags and, for device nodes, what they stand for; sizes of regular
    /// files.
    public mutating func setAttributes(_ attributes: FileAttributes) {
        let kind = fileType(attributes.kind)
        archive_entry_set_filetype(pointer, UInt32(kind))
        archive_entry_set_perm(pointer, attributes.permissions)
        archive_entry_set_uid(pointer, Int64(attributes.userID))
        archive_entry_set_gid(pointer, Int64(attributes.groupID))
        setModificationTime(attributes.modificationSeconds, attributes.modificationNanoseconds)
        if !attributes.flags.isEmpty { archive_entry_set_fflags(pointer, UInt(attributes.flags.rawValue), 0) }
        switch attributes.kind {
        case .regular:
            archive_entry_set_size(pointer, Int64(clamping: attributes.size))
        case .characterDevice, .blockDevice:
            archive_entry_set_rdevmajor(pointer, UInt(attributes.specialDevice.major))
            archive_entry_set_rdevminor(pointer, UInt(attributes.specialDevice.minor))
        default:
            break
        }
    }

    /// Makes it a regular file of `size` bytes that its owner may read and write.
    public func setRegularFile(size: Int, modified seconds: Int64) {
        archive_entry_set_filetype(pointer, UInt32(nx_ae_ifreg))
        archive_entry_set_perm(pointer, 0o600)
        archive_entry_set_size(pointer, Int64(size))
        archive_entry_set_mtime(pointer, Int(seconds), 0)
    }

    /// Sets the target of a symbolic link, terminated by NUL.
    public mutating func setSymbolicLink(target: ByteBuffer) {
        guard target.bytes.last == 0, let start = target.bytes.baseAddress else { return }
        archive_entry_set_symlink(pointer, start.assumingMemoryBound(to: CChar.self))
        note(TextEncoding(of: target.array.dropLast()))
    }

    /// Makes it another name of the member `path`; it then has no content.
    public mutating func setHardLink(to path: EntryPath) {
        path.withCString { archive_entry_set_hardlink(pointer, $0) }
        note(path.encoding)
        archive_entry_unset_size(pointer)
    }

    /// Adds where the content is; what lies outside is a hole. Without any, the file is stored whole.
    public func setDataExtents(_ extents: [DataExtent]) {
        for extent in extents {
            archive_entry_sparse_add_entry(pointer, Int64(clamping: extent.offset), Int64(clamping: extent.byteCount))
        }
        // A map is needed for a file that is one hole, too.
        if extents.isEmpty { archive_entry_sparse_add_entry(pointer, 0, 0) }
    }

    private mutating func setModificationTime(_ seconds: Int64, _ nanoseconds: UInt32) {
        // pax wants a decimal number, -1.25, where the kernel has -2 and 0.75 on top; the writer prints the two as they are.
        if seconds < -1, nanoseconds > 0 {
            archive_entry_set_mtime(pointer, Int(seconds + 1), Int(1_000_000_000 - nanoseconds))
        } else if seconds == -1, nanoseconds > 0 {
            archive_entry_set_mtime(pointer, -1, 0)
            let digits = String(1_000_000_000 - nanoseconds)
            corrections.modificationTime = "-0." + String(repeating: "0", count: 9 - digits.utf8.count) + digits
        } else {
            archive_entry_set_mtime(pointer, Int(seconds), Int(nanoseconds))
        }
    }

    private mutating func note(_ encoding: TextEncoding) {
        if encoding == .other { namesAreUTF8 = false }
        if encoding == .decomposedUTF8 { corrections.hasDecomposedNames = true }
    }

    private func fileType(_ kind: FileAttributes.Kind) -> Int {
        switch kind {
        case .regular: nx_ae_ifreg
        case .directory: nx_ae_ifdir
        case .symbolicLink: nx_ae_iflnk
        case .fifo: nx_ae_ififo
        case .characterDevice: nx_ae_ifchr
        case .blockDevice: nx_ae_ifblk
        case .socket, .unknown: 0
        }
    }
}
