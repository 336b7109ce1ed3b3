import Glibc
import SystemPackage

/// Looks for a text in this process' memory that is given backwards, so that nothing but what is looked for spells it.
struct MemorySearch {
    private static let chunk = 1 << 20

    private let reversed: String

    init(reversed: String) {
        self.reversed = reversed
    }

    /// The number of places in writable memory where the text stands.
    func count() -> Int {
        let flags = MAP_PRIVATE | MAP_ANONYMOUS
        let memory = open("/proc/self/mem", O_RDONLY)
        guard memory >= 0, let window = mmap(nil, Self.chunk * 2, PROT_READ | PROT_WRITE, flags, -1, 0) else {
            return -1
        }
        let pattern = UnsafeMutableRawBufferPointer(start: window + Self.chunk, count: reversed.utf8.count)
        pattern.copyBytes(from: reversed.utf8.reversed())
        defer {
            explicit_bzero(window, Self.chunk * 2)
            munmap(window, Self.chunk * 2)
            close(memory)
        }
        let start = UInt(bitPattern: window)
        let own = start..<start + UInt(Self.chunk * 2)
        return chunks(without: own).reduce(0) { count, chunk in
            // The stack of a thread that has ended since is not there any more.
            let size = pread(memory, window, chunk.count, off_t(chunk.lowerBound))
            return count + hits(of: pattern, in: UnsafeRawBufferPointer(start: window, count: max(0, size)))
        }
    }

    /// The writable memory in pieces that fit the window, which overlap by the length of the text.
    private func chunks(without own: Range<UInt>) -> [Range<UInt>] {
        let step = UInt(Self.chunk - reversed.utf8.count)
        return maps().split(separator: "\n").filter { $0.contains(" rw") }.flatMap { line -> [Range<UInt>] in
            let ends = line.prefix { $0 != " " }.split(separator: "-").compactMap { UInt($0, radix: 16) }
            guard ends.count == 2 else { return [] }
            let below = ends[0]..<max(ends[0], min(ends[1], own.lowerBound))
            let above = min(ends[1], max(ends[0], own.upperBound))..<ends[1]
            return [below, above].flatMap { part in
                stride(from: part.lowerBound, to: part.upperBound, by: Int(step))
                    .map { $0..<min($0 + UInt(Self.chunk), part.upperBound) }
            }
        }
    }

    private func maps() -> String {
        guard let file = try? FileDescriptor.open("/proc/self/maps", .readOnly) else { return "" }
        defer { try? file.close() }
        var text: [UInt8] = []
        while true {
            let part = [UInt8](unsafeUninitializedCapacity: 1 << 16) { buffer, count in
                count = (try? file.read(into: UnsafeMutableRawBufferPointer(buffer))) ?? 0
            }
            guard !part.isEmpty else { return String(decoding: text, as: UTF8.self) }
            text += part
        }
    }

    private func hits(of pattern: UnsafeMutableRawBufferPointer, in bytes: UnsafeRawBufferPointer) -> Int {
        guard let first = pattern.first, let start = pattern.baseAddress else { return 0 }
        var count = 0
        var rest = bytes[...]
        while let index = rest.firstIndex(where: first), bytes.count - index >= pattern.count {
            if let candidate = bytes.baseAddress, memcmp(candidate + index, start, pattern.count) == 0 { count += 1 }
            rest = bytes[(index + 1)...]
        }
        return count
    }
}

extension Slice<UnsafeRawBufferPointer> {
    /// The index of the first byte that is `byte`; as fast as C finds it.
    fileprivate func firstIndex(where byte: UInt8) -> Int? {
        guard let start = base.baseAddress, let hit = memchr(start + startIndex, Int32(byte), count) else { return nil }
        return UnsafeRawPointer(hit) - start
    }
}
