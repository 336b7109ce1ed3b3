import HTTPTypes
import Hummingbird
import Linux
import NIOCore
import ServiceLifecycle
import SystemPackage

/// The body of a response that is a part of a file.
///
/// On a plain connection the kernel sends it from its page cache (sendfile(2)), one piece after the other as the client takes
/// them; no byte of it is in this process's memory. Where it is to be encrypted, or in a test without a connection, it is read.
struct FileBody: Sendable {
    /// Bytes handed to the kernel at a time: large enough that handing over costs nothing, small enough to notice a client
    /// that has stopped.
    private static let pieceSize: UInt64 = 1 << 20
    /// Bytes read at a time.
    private static let bufferSize: UInt64 = 256 << 10

    let file: SharedDescriptor
    let range: Range<UInt64>
    let channel: (any Channel)?

    /// The body.
    var body: ResponseBody {
        ResponseBody(contentLength: Int(range.count)) { writer in
            if let channel, let handle = try? file.duplicate() {
                let handle = NIOFileHandle(_deprecatedTakingOwnershipOfDescriptor: handle.release().rawValue)
                defer { try? handle.close() }
                try await withTaskCancellationHandler {
                    try await send(handle, over: channel)
                } onCancel: {
                    // What a client does not take would be waited for otherwise.
                    channel.close(promise: nil)
                }
            } else {
                try await copy(to: &writer)
            }
            try await writer.finish(nil)
        }
    }

    @concurrent private func send(_ handle: NIOFileHandle, over channel: any Channel) async throws {
        file.file.adviseReading(.sequential)
        var offset = range.lowerBound
        while offset < range.upperBound {
            try Task.checkCancellation()
            let end = min(offset + Self.pieceSize, range.upperBound)
            try await readAhead(offset..<end)
            let region = FileRegion(fileHandle: handle, readerIndex: Int(offset), endIndex: Int(end))
            try await channel.eventLoop.flatSubmit {
                do {
                    let handler = try channel.pipeline.syncOperations.handler(type: ConnectionHandler.self)
                    return handler.write(region) ?? channel.eventLoop.makeFailedFuture(ChannelError.ioOnClosedChannel)
                } catch {
                    return channel.eventLoop.makeFailedFuture(error)
                }
            }.get()
            offset = end
        }
    }

    /// Has the bytes read on a thread of its own where they are not in the page cache, as other clients share the thread that
    /// sends.
    private func readAhead(_ part: Range<UInt64>) async throws {
        let start = part.lowerBound / UInt64(pageByteCount) * UInt64(pageByteCount)
        let runs = file.file.uncachedPages(offset: Int64(start), byteCount: Int(part.upperBound - start))
        guard !runs.isEmpty else { return }
        try await blocking {
            var buffer = [UInt8](repeating: 0, count: Int(Self.bufferSize))
            for run in runs {
                var offset = run.offset
                while offset < run.offset + run.byteCount {
                    let count = try read(at: offset, into: &buffer)
                    if count == 0 { return }
                    offset += Int64(count)
                }
            }
        }
    }

    @concurrent private func copy(to writer: inout any ResponseBodyWriter) async throws {
        var offset = range.lowerBound
        while offset < range.upperBound {
            try Task.checkCancellation()
            let (start, size) = (offset, min(Self.bufferSize, range.upperBound - offset))
            let bytes = try await blocking {
                var buffer = [UInt8](repeating: 0, count: Int(size))
                let count = try read(at: Int64(start), into: &buffer)
                return buffer.prefix(count)
            }
            guard !bytes.isEmpty else { throw Errno.ioError }
            try await writer.write(ByteBuffer(bytes: bytes))
            offset += UInt64(bytes.count)
        }
    }

    private func read(at offset: Int64, into buffer: inout [UInt8]) throws -> Int {
        try unsafe buffer.withUnsafeMutableBytes { buffer in
            try unsafe file.file.read(fromAbsoluteOffset: offset, into: buffer)
        }
    }
}
