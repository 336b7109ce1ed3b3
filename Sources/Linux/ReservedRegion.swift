import Glibc

/// Addresses without memory: what stands for bytes that a library counts but never looks at.
public struct ReservedRegion: ~Copyable {
    private static let size = 1 << 30

    /// The addresses; touching one ends the process.
    public let bytes: UnsafeRawBufferPointer

    /// Reserves 1 GiB of addresses.
    public static func reserve() throws(LinuxError) -> ReservedRegion {
        let flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE
        guard let start = mmap(nil, size, PROT_NONE, flags, -1, 0), start != MAP_FAILED else {
            throw LinuxError(last: "mmap")
        }
        return ReservedRegion(bytes: UnsafeRawBufferPointer(start: start, count: size))
    }

    private init(bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
    }

    deinit {
        munmap(UnsafeMutableRawPointer(mutating: bytes.baseAddress), bytes.count)
    }
}
