package import Linux
import SystemPackage

/// A regular file that the archive reads piece by piece, leaving the page cache as it was: what is there before the export
/// comes by stays, what only the export has brought in goes again.
package final class ContentFile: @unchecked Sendable {  // one owner at a time, as its entry has
    /// How much is looked at in one go, and dropped in one go.
    private static let window: UInt64 = 4 << 20
    /// How far is looked ahead: further than the kernel reads ahead.
    private static let lookahead: UInt64 = 16 << 20
    private static let firstReading = 1 << 20

    private let descriptor: SharedDescriptor
    private let size: UInt64
    private var advice = FileDescriptor.ReadingAdvice.sequential
    private var lookedUpTo: UInt64 = 0
    /// What was not in the page cache, of what is not dropped yet; no run reaches over the end of a window.
    private var uncached: [PageRun] = []

    /// Takes over the open file.
    package init(_ descriptor: consuming Descriptor, size: UInt64) {
        self.descriptor = SharedDescriptor(descriptor)
        self.size = size
        file.adviseReading(.sequential)
    }

    deinit {
        drop(before: .max)
    }

    var file: FileDescriptor { descriptor.file }

    /// Starts reading ahead of the archive.
    func prefetch() {
        look(upTo: UInt64(Self.firstReading))
        file.adviseReading(byteCount: Self.firstReading)
    }

    /// Reads `byteCount` bytes from `offset`, which only ever grows, to the end of `buffer`.
    /// - Returns: How many bytes came: fewer at the end of the file only.
    package func read(into buffer: ByteBuffer, at offset: UInt64, byteCount: Int, _ pacing: Pacing) throws(LinuxError)
        -> Int
    {
        pacing.enter()
        defer { pacing.leave() }
        let wanted: FileDescriptor.ReadingAdvice = pacing.isShared ? .exact : .sequential
        if wanted != advice { file.adviseReading(wanted) }
        advice = wanted
        drop(before: offset / Self.window * Self.window)
        // What lies between is a hole.
        lookedUpTo = max(lookedUpTo, offset / Self.window * Self.window)
        look(upTo: offset + Self.lookahead)
        return try buffer.read(from: file, at: offset, byteCount: byteCount)
    }

    private func look(upTo end: UInt64) {
        while lookedUpTo < min(end, size) {
            let byteCount = min(Self.window, size - lookedUpTo)
            uncached += file.uncachedPages(offset: Int64(clamping: lookedUpTo), byteCount: Int(byteCount))
            lookedUpTo += byteCount
        }
    }

    private func drop(before end: UInt64) {
        let end = Int64(clamping: end)
        let count = uncached.prefix { $0.offset < end }.count
        for run in uncached.prefix(count) { file.dropFromCache(run) }
        uncached.removeFirst(count)
    }
}
