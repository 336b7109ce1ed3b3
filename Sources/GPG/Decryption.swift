import CGPGME
import Glibc
import Linux
import Synchronization
public import SystemPackage

/// Why a stream could not be decrypted.
public enum DecryptionFailure: Error, Sendable {
    /// The password does not open it. In one of 65,536 cases gpg does not notice, and what comes out is nonsense: then it is
    /// ``damaged(_:)``.
    case badPassword
    /// It is encrypted to public keys only, so that no password opens it.
    case needsPrivateKey
    /// It is not what gpg has once written: cut short, changed, or no OpenPGP message; in gpg's words.
    case damaged(String)
    /// gpg itself failed.
    case failed(GPGError)
}

/// A gpg at work: the OpenPGP message that is written to its input comes out decrypted at its output.
///
/// What comes out can be trusted only when ``run(every:_:)`` has returned: only then has gpg seen that all of it is as it was
/// encrypted. Input and output may be used by threads of their own, which tell when they are done, also when they had to
/// give up early. Once gpg has given up, writing to ``input`` is a broken pipe, and ``output`` ends.
public final class Decryption: Sendable {
    private let operation: GPGOperation
    private let status = GPGStatus()

    static func start(_ context: consuming GPGContext, password: Secret) throws(GPGError) -> Decryption {
        let decryption = Decryption(try GPGOperation(context, password, option: "--decrypt"))
        try decryption.start()
        return decryption
    }

    private init(_ operation: GPGOperation) {
        self.operation = operation
    }

    private func start() throws(GPGError) {
        let hook = Unmanaged.passUnretained(status).toOpaque()
        try operation.start { context, input, output, _ in
            gpgme_set_status_cb(context.pointer, noteStatus, hook)
            gpgme_set_ctx_flag(context.pointer, "full-status", "1")
            return gpgme_op_decrypt_start(context.pointer, input, output)
        }
    }

    /// Where to write the message; a pipe prepared for pacing.
    public var input: FileDescriptor { operation.input }
    /// Where the decrypted stream comes out; a pipe prepared for pacing.
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
    /// - Throws: `DecryptionFailure` unless gpg says that all of the message is as it was encrypted, and has ended with
    ///   status 0.
    public func run(every interval: Duration, _ body: () -> Void) throws(DecryptionFailure) {
        let outcome = operation.serve(every: interval, body)
        let ending: GPGError?
        do {
            try GPGProcess.checkEnding(of: operation.processID, "decrypt")
            ending = nil
        } catch {
            ending = error
        }
        if outcome == 0, ending == nil, status.isIntact { return }
        if let failure = status.failure { throw failure }
        if gpgme_err_code(outcome) == GPG_ERR_NO_DATA { throw .damaged(GPGStatus.noMessage) }
        if let ending { throw .failed(ending) }
        throw .failed(GPGError(outcome, "decrypt"))
    }
}

/// What gpg has told on its status descriptor; see `doc/DETAILS` of GnuPG.
private final class GPGStatus: Sendable {
    static let noMessage = "it is not an encrypted message, or ends at once"

    private let lines = Mutex<[String: String]>([:])

    /// The first arguments that came with each keyword are kept, as much as tells them apart.
    func note(_ keyword: String, _ arguments: String) {
        let key = keyword == "ERROR" ? "ERROR \(arguments.prefix { $0 != " " })" : keyword
        lines.withLock { lines in
            guard lines.count < 64, lines[key] == nil else { return }
            lines[key] = String(arguments.prefix(200))
        }
    }

    private func has(_ keyword: String) -> Bool {
        lines.withLock { $0[keyword] != nil }
    }

    /// Whether gpg has seen the end of a message that nobody has changed.
    var isIntact: Bool { has("DECRYPTION_OKAY") && !has("BADMDC") && !has("NODATA") && !has("UNEXPECTED") }

    /// Why the message could not be decrypted, as far as it is the message's fault or the password's.
    var failure: DecryptionFailure? {
        if has("BADMDC") { return .damaged("it was changed after it was encrypted") }
        let sayWhy = ["ERROR symkey_decrypt.maybe_error", "BAD_PASSPHRASE", "ERROR pkdecrypt_failed"]
        if has("NEED_PASSPHRASE_SYM"), !has("PLAINTEXT"), sayWhy.contains(where: has) { return .badPassword }
        if has("ENC_TO"), !has("NEED_PASSPHRASE_SYM") { return .needsPrivateKey }
        if has("DECRYPTION_FAILED") { return .damaged("it ends early, or was changed after it was encrypted") }
        if has("NODATA") || has("UNEXPECTED") { return .damaged(Self.noMessage) }
        return nil
    }
}

private func noteStatus(
    _ status: UnsafeMutableRawPointer?,
    _ keyword: UnsafePointer<CChar>?,
    _ arguments: UnsafePointer<CChar>?
) -> gpgme_error_t {
    guard let status, let keyword else { return 0 }
    let target = Unmanaged<GPGStatus>.fromOpaque(status).takeUnretainedValue()
    target.note(String(cString: keyword), arguments.map { String(cString: $0) } ?? "")
    return 0
}
