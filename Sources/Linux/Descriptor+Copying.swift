import CLinux
import Glibc
import SystemPackage

extension Descriptor {
    /// Makes the contents of `other`, an empty file, those of this one: by sharing the blocks where the filesystem can, else
    /// by a copy in which holes stay holes.
    ///
    /// - Parameter size: How much there is to copy, in bytes; what is past it is not copied.
    public func copyContents(to other: borrowing Descriptor, size: UInt64) throws(LinuxError) {
        guard size > 0, nx_ficlone(other.file.rawValue, file.rawValue) != 0 else { return }
        let end = Int64(clamping: size)
        var position: Int64 = 0
        while position < end, let data = try nextData(from: position) {
            let hole = min(try offset(of: Int32(nx_seek_hole), from: data) ?? end, end)
            try copyRange(from: data, to: hole, into: other)
            position = hole
        }
        guard ftruncate(other.file.rawValue, Int(end)) == 0 else { throw LinuxError(last: "set the size") }
    }

    /// Where the next data is, from `position` on; nil when only a hole follows.
    private func nextData(from position: Int64) throws(LinuxError) -> Int64? {
        try offset(of: Int32(nx_seek_data), from: position)
    }

    private func offset(of kind: Int32, from position: Int64) throws(LinuxError) -> Int64? {
        let offset = lseek(file.rawValue, Int(position), kind)
        guard offset >= 0 else {
            if Glibc.errno == ENXIO { return nil }
            throw LinuxError(last: "seek")
        }
        return Int64(offset)
    }

    private func copyRange(from start: Int64, to end: Int64, into other: borrowing Descriptor) throws(LinuxError) {
        var source = start
        var target = start
        while source < end {
            let count = nx_copy_range(
                file.rawValue,
                &source,
                other.file.rawValue,
                &target,
                Int(min(end - source, 1 << 30))
            )
            if count > 0 { continue }
            // The file has become shorter: the state that is copied is that of now.
            if count == 0 { return }
            switch Glibc.errno {
            case EINTR: continue
            case EXDEV, EINVAL, ENOSYS, EOPNOTSUPP: return try copyBytes(from: source, to: end, into: other)
            default: throw LinuxError(last: "copy")
            }
        }
    }

    private func copyBytes(from start: Int64, to end: Int64, into other: borrowing Descriptor) throws(LinuxError) {
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        var position = start
        while position < end {
            let count = pread(file.rawValue, &buffer, min(buffer.count, Int(end - position)), Int(position))
            if count == 0 { return }
            if count < 0, Glibc.errno == EINTR { continue }
            guard count > 0 else { throw LinuxError(last: "read") }
            var written = 0
            while written < count {
                let part = buffer[written..<count].withUnsafeBytes {
                    pwrite(other.file.rawValue, $0.baseAddress, $0.count, Int(position) + written)
                }
                if part < 0, Glibc.errno == EINTR { continue }
                guard part > 0 else { throw LinuxError(last: "write") }
                written += part
            }
            position += Int64(count)
        }
    }

    /// Returns once everything written to the filesystem of this open file is on stable storage; see syncfs(2).
    public func synchronizeFilesystem() throws(LinuxError) {
        guard nx_syncfs(file.rawValue) == 0 else { throw LinuxError(last: "syncfs") }
    }
}
