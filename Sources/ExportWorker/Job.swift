import BackupModel
import ExportProtocol
import Linux
import SystemPackage

/// The job as it comes on standard input: a line of JSON, and the password.
struct Job {
    /// What to export.
    let request: ExportRequest
    /// What is exported of each of its sources.
    let selections: [Selection]
    /// What opens the export; nil when only the recipients' keys do.
    let password: Secret?

    /// Reads the job from `input`, which is left open behind it.
    static func read(from input: FileDescriptor) throws(BackupError) -> Job {
        let reader = RequestReader(input)
        let request: ExportRequest = try reader.request()
        let password = request.hasPassword ? try reader.password() : nil
        try validate(request, password)
        var selections: [Selection] = []
        for source in request.sources { selections.append(try Selection(source)) }
        return Job(request: request, selections: selections, password: password)
    }

    private static func validate(_ request: ExportRequest, _ password: Secret?) throws(BackupError) {
        guard password != nil || !request.recipients.isEmpty else {
            throw BackupError(.invalidArgs, "The request has neither a password nor a recipient.")
        }
        guard !request.sources.isEmpty else { throw BackupError(.invalidArgs, "The request names no source.") }
        var names: Set<String> = [ExportLabel.memberName, ManifestFormat.memberName]
        for source in request.sources {
            let isComponent =
                !["", ".", ".."].contains(source.name) && !source.name.utf8.contains { $0 == 0x2F || $0 == 0 }
            guard isComponent, names.insert(source.name).inserted else {
                throw BackupError(.invalidArgs, "The source name \(printable(Array(source.name.utf8))) can't be used.")
            }
            guard !source.path.isEmpty, !source.path.contains(0) else {
                throw BackupError(.invalidArgs, "The path of the source \(source.name) is not a path.")
            }
        }
    }
}
