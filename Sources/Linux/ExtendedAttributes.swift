import CLinux
import Glibc
public import SystemPackage

/// The extended attributes of one file after another, in memory that is reused; see xattr(7).
///
/// Written by one thread at a time: who passes it on lets go of it.
public final class ExtendedAttributes: @unchecked Sendable {  // one owner at a time, handed on through a `Monitor`
    private static let longestList = 64 << 10
    private static let longestValue = 64 << 10
    private static let keptCapacity = 4 << 10

    private let names = ByteBuffer()
    private let values = ByteBuffer()
    private var entries: [(name: Int, value: Range<Int>)] = []

    /// Creates an empty set.
    public init() {}

    /// Number of attributes.
    public var count: Int { entries.count }

    /// Bytes of all values.
    public var byteCount: Int { values.count }

    /// Forgets all attributes.
    public func clear() {
        names.clear(keeping: Self.keptCapacity)
        values.clear(keeping: Self.keptCapacity)
        entries.removeAll(keepingCapacity: true)
    }

    /// Reads those of a file that is open for reading.
    public func read(of file: FileDescriptor) throws(LinuxError) {
        try read(
            list: { Int(nx_flistxattr(file.rawValue, $0, $1)) },
            get: { Int(nx_fgetxattr(file.rawValue, $0, $1, $2)) }
        )
    }

    /// Reads those of the file a handle stands for, a symbolic link or device itself.
    public func read(ofHandle handle: FileDescriptor) throws(LinuxError) {
        // The f…xattr calls refuse an O_PATH descriptor; its name in /proc leads to the very file.
        let path = "/proc/self/fd/\(handle.rawValue)"
        try read(list: { Int(nx_listxattr(path, $0, $1)) }, get: { Int(nx_getxattr(path, $0, $1, $2)) })
    }

    /// A copy of all attributes, by name.
    public var dictionary: [String: [UInt8]] {
        var result: [String: [UInt8]] = [:]
        forEach { name, value in result[String(cString: name)] = Array(value) }
        return result
    }

    /// Calls `body` with each attribute's name, terminated by NUL, and value.
    public func forEach<Failure: Error>(
        _ body: (UnsafePointer<CChar>, UnsafeRawBufferPointer) throws(Failure) -> Void
    ) throws(Failure) {
        for entry in entries {
            guard let start = names.bytes.baseAddress else { return }
            let name = (start + entry.name).assumingMemoryBound(to: CChar.self)
            try body(name, UnsafeRawBufferPointer(rebasing: values.bytes[entry.value]))
        }
    }

    private func read(
        list: (UnsafeMutablePointer<CChar>, Int) -> Int,
        get: (UnsafePointer<CChar>, UnsafeMutableRawPointer, Int) -> Int
    ) throws(LinuxError) {
        clear()
        let listed = growing(names, first: 1 << 10, last: Self.longestList) { start, size in
            list(start.assumingMemoryBound(to: CChar.self), size)
        }
        if listed < 0 {
            guard Glibc.errno == ENOTSUP else { throw LinuxError(last: "list the extended attributes") }
            return
        }
        guard listed > 0 else { return }
        try names.append([0])
        var position = 0
        while position < listed, let start = names.bytes.baseAddress {
            let name = (start + position).assumingMemoryBound(to: CChar.self)
            let before = values.count
            let count = growing(values, first: 1 << 8, last: Self.longestValue) { get(name, $0, $1) }
            guard count >= 0 else {
                let name = Array(UnsafeRawBufferPointer(start: name, count: strlen(name)))
                throw LinuxError(last: "read the extended attribute \(printable(name))")
            }
            entries.append((position, before..<before + count))
            position += strlen(name) + 1
        }
    }

    /// Fills `buffer` with `read`, with more room when the first try had too little.
    private func growing(
        _ buffer: ByteBuffer,
        first: Int,
        last: Int,
        _ read: (UnsafeMutableRawPointer, Int) -> Int
    ) -> Int {
        let count = buffer.fill(first) { start in retrying { read(start, first) } }
        guard count < 0, Glibc.errno == ERANGE else { return count }
        return buffer.fill(last) { start in retrying { read(start, last) } }
    }
}
