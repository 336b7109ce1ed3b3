import CGPGME
import Linux
import Synchronization
public import SystemPackage

/// A gpg at work: what is written to its input comes out encrypted at its output; see ``GPGOperation`` for how.
///
/// Input and output may be used by threads of their own, which tell when they are done.
public final class Encryption: Sendable {
    private let operation: GPGOperation
    private let end = ReportedEnd()

    static func start(_ context: consuming GPGContext, password: Secret?) throws(GPGError) -> Encryption {
        let option = password == nil ? "--encrypt" : "--symmetric"
        let encryption = Encryption(try GPGOperation(context, password, option: option))
        try encryption.start()
        return encryption
    }

    private init(_ operation: GPGOperation) {
        self.operation = operation
    }

    private func start() throws(GPGError) {
        let hook = Unmanaged.passUnretained(end).toOpaque()
        try operation.start { context, input, output, hasPassword in
            // gpg ends with status 0, in the midst of its output, when it can't tell how far it is.
            gpgme_set_status_cb(context.pointer, noteEnd, hook)
            gpgme_set_ctx_flag(context.pointer, "full-status", "1")
            return Self.startEncrypting(context, input, output, hasPassword: hasPassword)
        }
    }

    private static func startEncrypting(
        _ context: borrowing GPGContext,
        _ input: OpaquePointer,
        _ output: OpaquePointer,
        hasPassword: Bool
    ) -> gpgme_error_t {
        var flags = nx_gpgme_encrypt_always_trust | nx_gpgme_encrypt_no_encrypt_to | nx_gpgme_encrypt_no_compress
        if hasPassword { flags |= nx_gpgme_encrypt_symmetric }
        var recipients: [gpgme_key_t?] = context.keys.map { $0.pointer } + [nil]
        let isSymmetric = context.keys.isEmpty
        let pointer = context.pointer
        return recipients.withUnsafeMutableBufferPointer { recipients in
            gpgme_op_encrypt_start(
                pointer,
                isSymmetric ? nil : recipients.baseAddress,
                gpgme_encrypt_flags_t(rawValue: UInt32(flags)),
                input,
                output
            )
        }
    }

    /// Where to write what is to be encrypted; a pipe prepared for pacing.
    public var input: FileDescriptor { operation.input }
    /// Where the encrypted stream comes out; a pipe prepared for pacing.
    public var output: FileDescriptor { operation.output }
    /// gpg's process id.
    public var processID: Int32 { operation.processID }

    /// Tells gpg that its input is complete; whoever wrote must not touch ``input`` again.
    public func inputHasEnded() {
        operation.inputHasEnded()
    }

    /// Tells that ``output`` was read to its end; whoever read must not touch it again.
    public func outputHasEnded() {
        operation.outputHasEnded()
    }

    /// Serves gpg until it is done, calling `body` at most once in each `interval`.
    /// - Throws: `GPGError` unless gpg reported success and ended with status 0.
    public func run(every interval: Duration, _ body: () -> Void) throws(GPGError) {
        try check(operation.serve(every: interval, body), "encrypt")
        try checkRecipients()
        guard end.isReported.load(ordering: .relaxed) else {
            throw GPGError(operation: "encrypt", message: "gpg ended without saying that it is done")
        }
        try GPGProcess.checkEnding(of: processID, "encrypt")
    }

    private func checkRecipients() throws(GPGError) {
        guard let result = gpgme_op_encrypt_result(operation.context.pointer) else { return }
        guard let invalid = result.pointee.invalid_recipients else { return }
        throw GPGError(invalid.pointee.reason, "encrypt to a recipient")
    }
}

/// Whether gpg has said that it is done.
private final class ReportedEnd: Sendable {
    let isReported = Atomic(false)
}

private func noteEnd(
    _ end: UnsafeMutableRawPointer?,
    _ keyword: UnsafePointer<CChar>?,
    _ arguments: UnsafePointer<CChar>?
) -> gpgme_error_t {
    guard let end, let keyword, String(cString: keyword) == "END_ENCRYPTION" else { return 0 }
    Unmanaged<ReportedEnd>.fromOpaque(end).takeUnretainedValue().isReported.store(true, ordering: .relaxed)
    return 0
}
