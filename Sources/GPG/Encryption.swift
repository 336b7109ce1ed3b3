import CGPGME
import Glibc
import Linux
import Synchronization
public import SystemPackage

/// A gpg at work: what is written to its input comes out encrypted at its output.
///
/// The bytes do not pass through GPGME, whose own pump is slow: this hands over the very pipes, and ``run(every:_:)`` does
/// the rest of the protocol with gpg. Input and output may be used by threads of their own, which tell when they are done.
public final class Encryption: @unchecked Sendable {  // `run` has one thread; the others only tell
    private let context: GPGContext
    private let table: CallbackTable
    private let password: Secret?
    private let emptyInput: OpaquePointer
    private let unusedOutput: OpaquePointer
    private let news: Pipe
    private let inputIsComplete = Atomic(false)
    private let outputIsComplete = Atomic(false)
    private var inputTag = 0
    private var outputTag = 0
    private var hasReportedEnd = false

    /// Where to write what is to be encrypted; a pipe prepared for pacing.
    public private(set) var input = FileDescriptor(rawValue: -1)
    /// Where the encrypted stream comes out; a pipe prepared for pacing.
    public private(set) var output = FileDescriptor(rawValue: -1)
    /// gpg's process id.
    public private(set) var processID: Int32 = -1

    static func start(_ context: consuming GPGContext, password: Secret?) throws(GPGError) -> Encryption {
        var input: OpaquePointer?
        var output: OpaquePointer?
        try check(gpgme_data_new_from_mem(&input, "", 0, 0), "prepare gpg's input")
        try check(gpgme_data_new(&output), "prepare gpg's output")
        guard let input, let output else { throw GPGError(operation: "prepare gpg's pipes", message: "no memory") }
        let news: Pipe
        do {
            news = try Pipe.make()
        } catch {
            throw GPGError(operation: "prepare gpg's pipes", message: "\(error.errno)")
        }
        let encryption = Encryption(context, password, input, output, news)
        try encryption.start()
        return encryption
    }

    private init(
        _ context: consuming GPGContext,
        _ password: Secret?,
        _ input: OpaquePointer,
        _ output: OpaquePointer,
        _ news: consuming Pipe
    ) {
        self.context = context
        self.password = password
        emptyInput = input
        unusedOutput = output
        self.news = news
        table = CallbackTable()
    }

    deinit {
        gpgme_data_release(emptyInput)
        gpgme_data_release(unusedOutput)
    }

    private func start() throws(GPGError) {
        var callbacks = table.callbacks()
        gpgme_set_io_cbs(context.pointer, &callbacks)
        if password != nil {
            gpgme_set_passphrase_cb(context.pointer, supplyPassword, Unmanaged.passUnretained(self).toOpaque())
        }
        // gpg ends with status 0, in the midst of its output, when it can't tell how far it is.
        _ = gpgme_set_ctx_flag(context.pointer, "full-status", "1")
        gpgme_set_status_cb(context.pointer, noteStatus, Unmanaged.passUnretained(self).toOpaque())
        var flags = nx_gpgme_encrypt_always_trust | nx_gpgme_encrypt_no_encrypt_to | nx_gpgme_encrypt_no_compress
        if password != nil { flags |= nx_gpgme_encrypt_symmetric }
        let before = Set(ChildProcesses.ids())
        var recipients: [gpgme_key_t?] = context.keys.map { $0.pointer } + [nil]
        let isSymmetric = context.keys.isEmpty
        let error = withCleanSignalMask {
            recipients.withUnsafeMutableBufferPointer { recipients in
                gpgme_op_encrypt_start(
                    context.pointer,
                    isSymmetric ? nil : recipients.baseAddress,
                    gpgme_encrypt_flags_t(rawValue: UInt32(flags)),
                    emptyInput,
                    unusedOutput
                )
            }
        }
        try check(error, "start gpg")
        let messages = table.entries.values.filter { $0.isRead }.map { $0.file }
        processID = try GPGProcess.find(notAmong: before, messages: messages)
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
        input = FileDescriptor(rawValue: written.value.file)
        output = FileDescriptor(rawValue: read.value.file)
        do {
            try input.prepareForPacing()
            try output.prepareForPacing()
        } catch {
            throw GPGError(operation: "prepare gpg's pipes", message: "\(error.errno)")
        }
    }

    /// Tells gpg that its input is complete; whoever wrote must not touch ``input`` again.
    public func inputHasEnded() {
        inputIsComplete.store(true, ordering: .releasing)
        wake()
    }

    /// Tells that ``output`` was read to its end; whoever read must not touch it again.
    public func outputHasEnded() {
        outputIsComplete.store(true, ordering: .releasing)
        wake()
    }

    /// Lets ``run(every:_:)`` look at once for what it would see a little later anyway.
    private func wake() {
        try? news.writeEnd.write([0])
    }

    /// Serves gpg until it is done, calling `body` at most once in each `interval`.
    /// - Throws: `GPGError` unless gpg reported success and ended with status 0.
    public func run(every interval: Duration, _ body: () -> Void) throws(GPGError) {
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
        try check(table.outcome ?? 0, "encrypt")
        try checkRecipients()
        guard hasReportedEnd else {
            throw GPGError(operation: "encrypt", message: "gpg ended without saying that it is done")
        }
        try GPGProcess.checkEnding(of: processID)
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

    private func checkRecipients() throws(GPGError) {
        guard let result = gpgme_op_encrypt_result(context.pointer) else { return }
        guard let invalid = result.pointee.invalid_recipients else { return }
        throw GPGError(invalid.pointee.reason, "encrypt to a recipient")
    }

    fileprivate func note(_ status: String) {
        if status == "END_ENCRYPTION" { hasReportedEnd = true }
    }

    fileprivate func writePassword(to file: Int32, wasBad: Bool) -> gpgme_error_t {
        guard !wasBad, let password else { return nx_gpgme_error(GPG_ERR_CANCELED) }
        let written = password.withBytes { gpgme_io_writen(file, $0.baseAddress, $0.count) }
        return written == 0 && gpgme_io_writen(file, "\n", 1) == 0 ? 0 : nx_gpgme_error(GPG_ERR_EIO)
    }
}

private func supplyPassword(
    _ encryption: UnsafeMutableRawPointer?,
    _ hint: UnsafePointer<CChar>?,
    _ info: UnsafePointer<CChar>?,
    _ wasBad: Int32,
    _ file: Int32
) -> gpgme_error_t {
    guard let encryption else { return nx_gpgme_error(GPG_ERR_CANCELED) }
    let target = Unmanaged<Encryption>.fromOpaque(encryption).takeUnretainedValue()
    return target.writePassword(to: file, wasBad: wasBad != 0)
}

private func noteStatus(
    _ encryption: UnsafeMutableRawPointer?,
    _ keyword: UnsafePointer<CChar>?,
    _ arguments: UnsafePointer<CChar>?
) -> gpgme_error_t {
    guard let encryption, let keyword else { return 0 }
    Unmanaged<Encryption>.fromOpaque(encryption).takeUnretainedValue().note(String(cString: keyword))
    return 0
}
