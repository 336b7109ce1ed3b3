import CLinux
import Glibc
import SystemPackage

extension Descriptor {
    /// Makes the contents of `other`, an empty file, those of this one: by sharing the blocks where the filesystem can, else
    /// by a copy in which holes stay holes. Blocks.
    ///
    /// - Parameter size: How much there is to copy, in bytes; what is past it may be left out.
    public func copyContents(to other: borrowing Descriptor, size: UInt64) throws(LinuxError) {
        guard size > 0, nx_ficlone(other.file.rawValue, file.rawValue) != 0 else { return }
        // Sharing is tried first and given up for any reason: what is really wrong the copy meets again and tells.
        let end = Int64(clamping: size)
        var position: Int64 = 0
        while position < end, let data = try seek(Int32(nx_seek_data), from: position), data < end {
            let hole = min(try seek(Int32(nx_seek_hole), from: data) ?? end, end)
            guard hole > data else { throw LinuxError(.ioError, "seek") }
            try copyRange(from: data, to: hole, into: other)
            position = hole
        }
        // A file that has become shorter meanwhile gets no bytes it never had.
        let present = min(size, try status().size)
        guard ftruncate(other.file.rawValue, Int(clamping: present)) == 0 else {
            throw LinuxError(last: "set the size")
        }
    }

    /// Where the next data or hole is, from `position` on; nil when there is none up to the end of the file.
    private func seek(_ kind: Int32, from position: Int64) throws(LinuxError) -> Int64? {
        let offset = lseek(file.rawValue, Int(position), kind)
        guard offset < 0 else { return Int64(offset) }
        switch Glibc.errno {
        case ENXIO: return nil
        // A filesystem that knows of no holes: all is data.
        case EINVAL, EOPNOTSUPP: return kind == Int32(nx_seek_data) ? position : nil
        default: throw LinuxError(last: "seek")
        }
    }

    private func copyRange(from start: Int64, to end: Int64, into other: borrowing Descriptor) throws(LinuxError) {
        var source = start
        var target = start
        while source < end {
            let count = Int(min(end - source, 1 << 30))
            let copied = nx_copy_range(file.rawValue, &source, other.file.rawValue, &target, count)
            if copied > 0 { continue }
            if copied == 0 { return }
            switch Glibc.errno {
            case EINTR: continue
            case EXDEV, EINVAL, ENOSYS, EOPNOTSUPP: return try copyBytes(from: source, to: end, into: other)
            default: throw LinuxError(last: "copy")
            }
        }
    }

    private func copyBytes(from start: Int64, to end: Int64, into other: borrowing Descriptor) throws(LinuxError) {
        var buffer = [UInt8](repeating: 0, count: Int(min(end - start, 1 << 20)))
        var position = start
        while position < end {
            let wanted = min(buffer.count, Int(end - position))
            let count = buffer.withUnsafeMutableBytes { pread(file.rawValue, $0.baseAddress, wanted, Int(position)) }
            if count == 0 { return }
            if count < 0, Glibc.errno == EINTR { continue }
            guard count > 0 else { throw LinuxError(last: "read") }
            try buffer.span.extracting(first: count).withUnsafeBytes { bytes throws(LinuxError) in
                try write(bytes, at: position, into: other)
            }
            position += Int64(count)
        }
    }

    private func write(
        _ bytes: UnsafeRawBufferPointer,
        at position: Int64,
        into other: borrowing Descriptor
    ) throws(LinuxError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let part = UnsafeRawBufferPointer(rebasing: rest)
            let offset = Int(position) + rest.startIndex - bytes.startIndex
            let count = pwrite(other.file.rawValue, part.baseAddress, part.count, offset)
            if count < 0, Glibc.errno == EINTR { continue }
            guard count > 0 else { throw LinuxError(last: "write") }
            rest = rest.dropFirst(count)
        }
    }

    /// Returns once everything written to the filesystem of this open file is on stable storage; see syncfs(2).
    public func synchronizeFilesystem() throws(LinuxError) {
        guard nx_syncfs(file.rawValue) == 0 else { throw LinuxError(last: "syncfs") }
    }
}
