import CLinux
import Glibc
public import SystemPackage

/// A part of a file that holds data, between holes.
public struct DataExtent: Sendable, Equatable {
    /// Where it starts.
    public let offset: UInt64
    /// Bytes it is long.
    public let byteCount: UInt64

    /// Creates an extent.
    public init(offset: UInt64, byteCount: UInt64) {
        self.offset = offset
        self.byteCount = byteCount
    }
}

extension FileDescriptor {
    /// Where the first `size` bytes of the file hold data, in order; see lseek(2) on SEEK_DATA.
    ///
    /// - Parameter limit: The most extents returned: when there are more, short holes between them count as data, ever
    ///   longer ones until it fits.
    public func dataExtents(size: UInt64, limit: Int) throws(LinuxError) -> [DataExtent] {
        var extents: [DataExtent] = []
        var shortestHole: UInt64 = 1
        var position: UInt64 = 0
        while position < size, let start = try seek(position, Int32(nx_seek_data)), start < size {
            let end = min(try seek(start, Int32(nx_seek_hole)) ?? size, size)
            guard end > start else { throw LinuxError(.ioError, "seek") }
            position = end
            join(DataExtent(offset: start, byteCount: end - start), to: &extents, shortestHole)
            while extents.count > limit {
                shortestHole = max(4096, shortestHole * 4)
                let all = extents
                extents.removeAll(keepingCapacity: true)
                for extent in all { join(extent, to: &extents, shortestHole) }
            }
        }
        return extents
    }

    private func join(_ extent: DataExtent, to extents: inout [DataExtent], _ shortestHole: UInt64) {
        if let last = extents.last, extent.offset - (last.offset + last.byteCount) < shortestHole {
            let byteCount = extent.offset + extent.byteCount - last.offset
            extents[extents.count - 1] = DataExtent(offset: last.offset, byteCount: byteCount)
        } else {
            extents.append(extent)
        }
    }

    /// The position of the next byte of the kind `whence` asks for; nil when there is none up to the end of the file.
    private func seek(_ offset: UInt64, _ whence: Int32) throws(LinuxError) -> UInt64? {
        let result = retrying { nx_seek(rawValue, Int64(clamping: offset), whence) }
        if result >= 0 { return UInt64(result) }
        guard Glibc.errno == ENXIO else { throw LinuxError(last: "seek") }
        return nil
    }
}
