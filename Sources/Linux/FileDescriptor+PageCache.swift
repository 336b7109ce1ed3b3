import CLinux
import Glibc
public import SystemPackage

/// What a program that reads much and once does to leave the page cache as it was.
extension FileDescriptor {
    /// How the kernel reads ahead.
    public enum ReadingAdvice: Sendable {
        /// Well ahead, as the file is read from start to end.
        case sequential
        /// Not at all: what is asked for, and nothing else.
        case exact
    }

    /// Tells the kernel how to read ahead; see posix_fadvise(2).
    public func adviseReading(_ advice: ReadingAdvice) {
        _ = nx_fadvise(rawValue, 0, 0, Int32(advice == .exact ? nx_fadvise_random : nx_fadvise_sequential))
    }

    /// Starts reading `byteCount` bytes from the start into the page cache.
    public func adviseReading(byteCount: Int) {
        _ = nx_fadvise(rawValue, 0, Int64(byteCount), Int32(nx_fadvise_will_need))
    }

    /// Gives back these pages of the page cache, as far as nobody else uses them.
    public func dropFromCache(_ run: PageRun) {
        _ = nx_fadvise(rawValue, run.offset, run.byteCount, Int32(nx_fadvise_dont_need))
    }

    /// The runs of pages of a part of the file, which starts at a page, that are not in the page cache, by their offset in the
    /// file; see cachestat(2) and mincore(2).
    /// - Returns: Empty where that can't be told.
    public func uncachedPages(offset: Int64, byteCount: Int) -> [PageRun] {
        guard byteCount > 0, offset >= 0 else { return [] }
        let pageCount = (byteCount - 1) / pageByteCount + 1
        switch nx_count_cached(rawValue, offset, Int64(byteCount)) {
        case Int64(pageCount): return []
        case 0: return [PageRun(offset: offset, byteCount: Int64(pageCount * pageByteCount))]
        default: break
        }
        var pages = [UInt8](repeating: 0, count: pageCount)
        guard nx_find_cached(rawValue, offset, byteCount, &pages) == 0 else { return [] }
        var runs: [PageRun] = []
        for (page, state) in pages.enumerated() where state & 1 == 0 {
            let start = offset + Int64(page * pageByteCount)
            if let last = runs.last, last.offset + last.byteCount == start {
                runs[runs.count - 1].byteCount += Int64(pageByteCount)
            } else {
                runs.append(PageRun(offset: start, byteCount: Int64(pageByteCount)))
            }
        }
        return runs
    }

    /// Whether reading the byte at `offset` would wait for a disk; also for who may not write the file, whom mincore(2) tells
    /// nothing. See preadv2(2) on RWF_NOWAIT.
    public func wouldWait(at offset: Int64) -> Bool {
        nx_would_wait(rawValue, offset) != 0
    }

    /// How many pages of the file are in the page cache; nil where the kernel does not count them.
    public var cachedPageCount: Int? {
        let count = nx_count_cached(rawValue, 0, 0)
        return count < 0 ? nil : Int(count)
    }
}

/// Pages of a file that follow one another.
public struct PageRun: Sendable, Equatable {
    /// Where the first one starts.
    public let offset: Int64
    /// Bytes in all of them.
    public var byteCount: Int64

    /// All pages of a file, however many.
    public static let all = PageRun(offset: 0, byteCount: 0)

    /// Creates a run.
    public init(offset: Int64, byteCount: Int64) {
        self.offset = offset
        self.byteCount = byteCount
    }
}

/// Bytes in a page of memory.
public let pageByteCount = max(sysconf(Int32(_SC_PAGESIZE)), 4096)

extension ByteBuffer {
    /// Reads at most `limit` bytes, as far as they are in the page cache, to the end of what is in use; see preadv2(2) on
    /// RWF_NOWAIT.
    /// - Returns: How many there were; nil where that can't be told.
    public func readCached(from file: FileDescriptor, limit: Int) throws(LinuxError) -> Int? {
        let result = fill(limit) { nx_read_cached(file.rawValue, $0, limit) }
        if result >= 0 { return result }
        switch Glibc.errno {
        case EAGAIN, EINTR: return 0
        case EOPNOTSUPP, ENOSYS, EINVAL, EPERM: return nil
        default: throw LinuxError(last: "read")
        }
    }
}
