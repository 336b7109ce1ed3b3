import CGPGME
import Glibc
import Linux
import Synchronization
import SystemPackage

/// A gpg that GPGME has started, with the pipes of its data handed out.
///
/// The bytes do not pass through GPGME, whose own pump is slow: this hands over the very pipes, and ``serve(every:_:)`` does
/// the rest of the protocol with gpg.
final class GPGOperation: @unchecked Sendable {  // `start` and `serve` have one thread; the others only tell
    let context: GPGContext
    private let table = CallbackTable()
    private let password: Secret?
    /// The argument that tells the gpg that works from those that GPGME asks for versions.
    private let option: String
    private let emptyInput: OpaquePointer
    private let unusedOutput: OpaquePointer
    private let news: Pipe
    private let inputIsComplete = Atomic(false)
    private let outputIsComplete = Atomic(false)
    private var inputTag = 0
    private var outputTag = 0

    private(set) var input = FileDescriptor(rawValue: -1)
    private(set) var output = FileDescriptor(rawValue: -1)
    private(set) var processID: Int32 = -1

    init(_ context: consuming GPGContext, _ password: Secret?, option: String) throws(GPGError) {
        var input: OpaquePointer?
        var output: OpaquePointer?
        try check(gpgme_data_new_from_mem(&input, "", 0, 0), "prepare gpg's input")
        try check(gpgme_data_new(&output), "prepare gpg's output")
        guard let input, let output else { throw GPGError(operation: "prepare gpg's pipes", message: "no memory") }
        do {
            news = try Pipe.make()
        } catch {
            throw GPGError(operation: "prepare gpg's pipes", message: "\(error.errno)")
        }
        self.context = context
        self.password = password
        self.option = option
        emptyInput = input
        unusedOutput = output
    }

    deinit {
        gpgme_data_release(emptyInput)
        gpgme_data_release(unusedOutput)
    }

    /// Starts gpg by `body`, which is given the context and the data that stand for what goes through the pipes.
    func start(
        _ body: (borrowing GPGContext, OpaquePointer, OpaquePointer, _ hasPassword: Bool) -> gpgme_error_t
    ) throws(GPGError) {
        var callbacks = table.callbacks()
        gpgme_set_io_cbs(context.pointer, &callbacks)
        if password != nil {
            gpgme_set_passphrase_cb(context.pointer, supplyPassword, Unmanaged.passUnretained(self).toOpaque())
        }
        let before = Set(ChildProcesses.ids())
        let error = withCleanSignalMask { body(context, emptyInput, unusedOutput, password != nil) }
        try check(error, "start gpg")
        let messages = table.entries.values.filter { $0.isRead }.map { $0.file }
        processID = try GPGProcess.find(notAmong: before, messages: messages, option: option)
        try takePipes()
    }

    /// Finds gpg's data pipes among what GPGME watches: the one that is written to, and of those that are read the last, as
    /// its messages came before.
    private func takePipes() throws(GPGError) {
        let writes = table.entries.filter { !$0.value.isRead }
        let reads = table.entries.filter { $0.value.isRead }.sorted { $0.key < $1.key }
        guard let written = writes.first, writes.count == 1, let read = reads.last, reads.count > 1, processID > 0
        else {
            throw GPGError(operation: "start gpg", message: "its pipes are not as expected")
        }
        inputTag = written.key
        outputTag = read.key
        do {
            // GPGME closes its own when gpg has failed, whoever still uses them.
            input = try Self.duplicate(written.value.file)
            output = try Self.duplicate(read.value.file)
            try input.prepareForPacing()
            try output.prepareForPacing()
        } catch {
            throw GPGError(operation: "prepare gpg's pipes", message: "\(error.errno)")
        }
    }

    private static func duplicate(_ file: Int32) throws(LinuxError) -> FileDescriptor {
        let copy = fcntl(file, F_DUPFD_CLOEXEC, 3)
        guard copy >= 0 else { throw LinuxError(last: "dup") }
        return FileDescriptor(rawValue: copy)
    }

    func inputHasEnded() {
        close(input.rawValue)
        inputIsComplete.store(true, ordering: .releasing)
        wake()
    }

    func outputHasEnded() {
        close(output.rawValue)
        outputIsComplete.store(true, ordering: .releasing)
        wake()
    }

    /// Lets ``serve(every:_:)`` look at once for what it would see a little later anyway.
    private func wake() {
        try? news.writeEnd.write([0])
    }

    /// Serves gpg until it has told how it fared, calling `body` at most once in each `interval`.
    func serve(every interval: Duration, _ body: () -> Void) -> gpgme_error_t {
        let milliseconds = Int32(clamping: Int64(interval / .milliseconds(1)))
        var due = ContinuousClock.now + interval
        while table.outcome == nil {
            let held = heldTags
            let watched = table.entries.filter { !held.contains($0.key) }.map { $0 }
            var files = [pollfd(fd: news.readEnd.file.rawValue, events: Int16(POLLIN), revents: 0)]
            files += watched.map {
                pollfd(fd: $0.value.file, events: Int16($0.value.isRead ? POLLIN : POLLOUT), revents: 0)
            }
            if poll(&files, nfds_t(files.count), milliseconds) > 0 {
                if files[0].revents != 0 { forgetWaking() }
                for (entry, file) in zip(watched, files.dropFirst()) where file.revents != 0 { table.call(entry.key) }
            }
            guard ContinuousClock.now >= due else { continue }
            due = .now + interval
            body()
        }
        return table.outcome ?? 0
    }

    /// The data pipes that are in use by others.
    private var heldTags: Set<Int> {
        var held: Set<Int> = []
        if !inputIsComplete.load(ordering: .acquiring) { held.insert(inputTag) }
        if !outputIsComplete.load(ordering: .acquiring) { held.insert(outputTag) }
        return held
    }

    private func forgetWaking() {
        var bytes = [UInt8](repeating: 0, count: 8)
        _ = read(news.readEnd.file.rawValue, &bytes, bytes.count)
    }

    fileprivate func writePassword(to file: Int32, wasBad: Bool) -> gpgme_error_t {
        guard !wasBad, let password else { return nx_gpgme_error(GPG_ERR_CANCELED) }
        let written = password.withBytes { gpgme_io_writen(file, $0.baseAddress, $0.count) }
        return written == 0 && gpgme_io_writen(file, "\n", 1) == 0 ? 0 : nx_gpgme_error(GPG_ERR_EIO)
    }
}

private func supplyPassword(
    _ operation: UnsafeMutableRawPointer?,
    _ hint: UnsafePointer<CChar>?,
    _ info: UnsafePointer<CChar>?,
    _ wasBad: Int32,
    _ file: Int32
) -> gpgme_error_t {
    guard let operation else { return nx_gpgme_error(GPG_ERR_CANCELED) }
    let target = Unmanaged<GPGOperation>.fromOpaque(operation).takeUnretainedValue()
    return target.writePassword(to: file, wasBad: wasBad != 0)
}
