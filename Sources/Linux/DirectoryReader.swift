import CLinux
import Glibc
public import SystemPackage

/// The entries of one directory after another, in the order the filesystem gives; see getdents(2).
///
/// It can be told to forget what it has buffered and go on later, at the same place, with another descriptor of the
/// directory: so a walk as deep as there is memory needs few descriptors.
public final class DirectoryReader {
    private static let bufferSize = 32 << 10
    private var buffer = UnsafeMutableRawBufferPointer(start: nil, count: 0)
    private var position = 0
    private var end = 0
    /// The filesystem's word for the place after the entry that was returned last.
    private var cookie: Int64 = 0
    private var isSuspended = false

    /// Creates a reader at the start of a directory.
    public init() {}

    deinit {
        buffer.deallocate()
    }

    /// Gives back the memory; the next entry is read from the directory again.
    public func suspend() {
        buffer.deallocate()
        buffer = UnsafeMutableRawBufferPointer(start: nil, count: 0)
        position = 0
        end = 0
        isSuspended = true
    }

    /// Adds the name of the next entry, `.` and `..` left out, to `path` as a component.
    /// - Returns: What the directory says of the entry's type; nil at the end of the directory.
    public func next(in directory: FileDescriptor, appendingTo path: EntryPath) throws(LinuxError)
        -> FileAttributes.Kind?
    {
        while true {
            if position >= end, try !refill(directory) { return nil }
            // struct linux_dirent64: d_ino 8 bytes, d_off 8, d_reclen 2, d_type 1, d_name.
            let entry = UnsafeRawBufferPointer(rebasing: buffer[position..<end])
            let length = Int(entry.loadUnaligned(fromByteOffset: 16, as: UInt16.self))
            guard length > 19, length <= entry.count else { throw LinuxError(.ioError, "read the directory") }
            position += length
            cookie = entry.loadUnaligned(fromByteOffset: 8, as: Int64.self)
            let name = entry[19..<length].prefix { $0 != 0 }
            if name.elementsEqual(Self.dot) || name.elementsEqual(Self.dotDot) { continue }
            path.append(name.lazy.map(CChar.init(bitPattern:)))
            return Self.kind(entry[18])
        }
    }

    private static let dot: [UInt8] = [UInt8(ascii: ".")]
    private static let dotDot: [UInt8] = [UInt8(ascii: "."), UInt8(ascii: ".")]

    private func refill(_ directory: FileDescriptor) throws(LinuxError) -> Bool {
        if buffer.isEmpty { buffer = .allocate(byteCount: Self.bufferSize, alignment: 8) }
        if isSuspended {
            guard retrying({ nx_seek(directory.rawValue, cookie, SEEK_SET) }) >= 0 else {
                throw LinuxError(last: "seek in the directory")
            }
            isSuspended = false
        }
        let count = retrying { nx_getdents(directory.rawValue, buffer.baseAddress, buffer.count) }
        guard count >= 0 else { throw LinuxError(last: "read the directory") }
        position = 0
        end = count
        return count > 0
    }

    private static func kind(_ type: UInt8) -> FileAttributes.Kind {
        switch Int(type) {
        case DT_REG: .regular
        case DT_DIR: .directory
        case DT_LNK: .symbolicLink
        case DT_FIFO: .fifo
        case DT_CHR: .characterDevice
        case DT_BLK: .blockDevice
        case DT_SOCK: .socket
        default: .unknown
        }
    }
}
