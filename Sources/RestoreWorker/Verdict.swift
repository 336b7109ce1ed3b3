import BackupModel
import ExportProtocol
import GPG

/// What is to be said of an export, from all that was found out about it.
struct Verdict {
    let id: SnapshotID
    let record: RestoreRequest.Record?
    /// Bytes of the file.
    let size: UInt64
    /// The file's SHA-256; nil when not all of it was read.
    let sha256: String?

    init(of ending: ExportReading.Ending, _ request: RestoreRequest) {
        id = request.id
        record = request.record
        size = ending.size
        sha256 = ending.sha256
    }

    /// What is spoken of, in the middle of a sentence.
    private var subject: String { id == 0 ? "export" : "export of snapshot \(id)" }

    /// Why the export is not good; nil when it is.
    func error(_ check: ArchiveCheck.Outcome?, _ failure: DecryptionFailure?) -> BackupError? {
        switch failure {
        case .badPassword?:
            // What opens the message stands at its start: damage there looks like a wrong password.
            return changed ?? badPassword
        case .needsPrivateKey?:
            return BackupError(
                .unsupported,
                "The \(subject) is encrypted to public keys only, and no password opens it; decrypt it with gpg "
                    + "where the private key is, to see whether it is intact."
            )
        case .damaged(let reason)?:
            // gpg takes one wrong password of 65,536 for the right one, and then nonsense comes out.
            if isAsWritten, case .broken? = check { return badPassword }
            return corrupt("\(reason)\(remark(check))")
        case .failed(let error)?:
            return BackupError(.failed, "gpg could not decrypt the \(subject) (\(error)).", cause: error)
        case nil:
            return fault(check)
        }
    }

    private func fault(_ check: ArchiveCheck.Outcome?) -> BackupError? {
        switch check {
        case .broken(let reason)?: return corrupt(reason)
        case .foreign(let error)?: return error
        case .complete(let findings)? where findings.count > 0: return corrupt(text(findings))
        case .complete?, .plain?: return changed
        case nil: return BackupError(.failed, "The archive of the \(subject) was not read to its end.")
        }
    }

    private var badPassword: BackupError {
        BackupError(.badPassword, "The password does not open the \(subject).")
    }

    /// Whether the file is known to be what was written.
    private var isAsWritten: Bool {
        guard let record, let sha256 else { return false }
        return record.sha256 == sha256 && record.size == size
    }

    /// The error for a file that is known not to be what was written.
    private var changed: BackupError? {
        guard let record else { return nil }
        guard record.size == size else {
            return corrupt("its file has \(size) bytes, where \(record.size) were written")
        }
        guard let sha256, record.sha256 != sha256 else { return nil }
        return corrupt("its file is not the one that was written, as its SHA-256 is another")
    }

    private func corrupt(_ reason: String) -> BackupError {
        BackupError(.corrupt, "The \(subject) is damaged: \(reason).")
    }

    private func remark(_ check: ArchiveCheck.Outcome?) -> String {
        switch check {
        case .complete(let findings)? where findings.count > 0: "; \(text(findings))"
        case .broken(let reason)?: "; \(reason)"
        default: ""
        }
    }

    private func text(_ findings: Findings) -> String {
        let number = findings.count == 1 ? "1 entry is" : "\(findings.count) entries are"
        guard let first = findings.first else { return "\(number) not as the manifest says" }
        return "\(number) not as the manifest says; the first is \(first.path), which \(first.difference.rawValue)"
    }
}
