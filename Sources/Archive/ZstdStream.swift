import Glibc
import Linux
import Synchronization
import SystemPackage

/// A compressor on a thread of its own, so that reading and compressing go on at the same time.
///
/// zstd's own threads would take four times the memory.
final class ZstdStream {
    private static let bufferSize = 256 << 10
    private static let bufferCount = 4

    private let queue = BufferQueue(count: bufferCount, capacity: bufferSize)
    private let result = ThreadResult()
    private let thread: Thread
    private var buffer: ByteBuffer?

    /// Starts a frame that is written to `pipe`, prepared for pacing.
    init(to pipe: FileDescriptor) throws(ArchiveError) {
        do throws(LinuxError) {
            thread = try Thread.start(named: "compress") { [queue, result] in
                do throws(ArchiveError) {
                    try Self.compress(queue, to: pipe, result)
                } catch {
                    result.set(error)
                }
                queue.stop()
            }
        } catch {
            throw ArchiveError(error)
        }
    }

    deinit {
        // Without `close` the frame must not be completed, whatever is still on its way to the thread.
        result.abandon()
        queue.end()
    }

    private static func compress(_ queue: BufferQueue, to pipe: FileDescriptor, _ result: ThreadResult)
        throws(ArchiveError)
    {
        let encoder = try ZstdEncoder(to: pipe)
        while let buffer = queue.nextFull() {
            try encoder.write(buffer.bytes)
            queue.giveBack(buffer)
        }
        if !result.isAbandoned { try encoder.close() }
    }

    /// Compresses `bytes`, at some time.
    func write(_ bytes: UnsafeRawBufferPointer) throws(ArchiveError) {
        var rest = bytes
        while !rest.isEmpty {
            let buffer = try bufferToFill()
            let part = min(rest.count, Self.bufferSize - buffer.count)
            do throws(LinuxError) {
                try buffer.append(UnsafeRawBufferPointer(rebasing: rest[..<part]))
            } catch {
                throw ArchiveError(error)
            }
            rest = UnsafeRawBufferPointer(rebasing: rest[part...])
            if buffer.count == Self.bufferSize { putBuffer() }
        }
    }

    /// Completes the frame; returns when all of it is written.
    func close() throws(ArchiveError) {
        putBuffer()
        queue.end()
        thread.join()
        if let error = result.error { throw error }
    }

    private func bufferToFill() throws(ArchiveError) -> ByteBuffer {
        if let buffer { return buffer }
        guard let buffer = queue.nextFree() else {
            throw result.error ?? ArchiveError(operation: "compress", message: "the compressor has ended")
        }
        self.buffer = buffer
        return buffer
    }

    private func putBuffer() {
        guard let buffer else { return }
        self.buffer = nil
        queue.put(buffer)
    }
}

/// What a thread and who waits for it have to tell each other.
private final class ThreadResult: Sendable {
    private let state = Mutex<(error: ArchiveError?, isAbandoned: Bool)>((nil, false))

    var error: ArchiveError? { state.withLock { $0.error } }
    var isAbandoned: Bool { state.withLock { $0.isAbandoned } }

    func set(_ error: ArchiveError) {
        state.withLock { $0.error = error }
    }

    func abandon() {
        state.withLock { $0.isAbandoned = true }
    }
}
