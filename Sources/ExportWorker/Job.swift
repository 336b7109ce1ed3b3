import BackupModel
import ExportProtocol
import FoundationEssentials
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

    /// The longest line taken: room for the label and for many keys.
    private static let maximumLineLength = 8 << 20
    /// What gpg-agent takes from a client that supplies the password.
    private static let maximumPasswordLength = 255

    /// Reads the job from `input`, which is left open behind it.
    static func read(from input: FileDescriptor) throws(BackupError) -> Job {
        let reader = LineReader(input)
        let request = try decode(
            expect("The request", limit: maximumLineLength) { limit throws(LinuxError) in try reader.line(limit: limit)
            }
        )
        let password: Secret? =
            request.hasPassword
            ? try expect("The password", limit: maximumPasswordLength) { limit throws(LinuxError) in
                try reader.secretLine(limit: limit)
            } : nil
        try validate(request, password)
        var selections: [Selection] = []
        for source in request.sources { selections.append(try Selection(source)) }
        return Job(request: request, selections: selections, password: password)
    }

    private static func expect<Line>(
        _ what: String,
        limit: Int,
        _ read: (Int) throws(LinuxError) -> Line?
    ) throws(BackupError) -> Line {
        let line: Line?
        do {
            line = try read(limit)
        } catch {
            guard error.errno != .messageTooLong else {
                throw BackupError(.invalidArgs, "\(what) is longer than \(limit) bytes.")
            }
            throw BackupError(.failed, "\(what) could not be read: \(error.errno).")
        }
        guard let line else {
            throw BackupError(.invalidArgs, "\(what) is missing: standard input ended before the end of its line.")
        }
        return line
    }

    private static func decode(_ line: [UInt8]) throws(BackupError) -> ExportRequest {
        do {
            let data = Data(line)
            let request = try JSONDecoder().decode(ExportRequest.self, from: data)
            let given = try JSONDecoder().decode(JSONShape.self, from: data)
            let known = try JSONDecoder().decode(JSONShape.self, from: JSONEncoder().encode(request))
            if let unknown = given.firstKey(notIn: known) {
                throw BackupError(
                    .invalidArgs,
                    "The request holds \(printable(Array(unknown.utf8))), which is not known."
                )
            }
            return request
        } catch let error as BackupError {
            throw error
        } catch {
            throw BackupError(.invalidArgs, "The request is not understood: \(error)", cause: error)
        }
    }

    private static func validate(_ request: ExportRequest, _ password: Secret?) throws(BackupError) {
        guard password != nil || !request.recipients.isEmpty else {
            throw BackupError(.invalidArgs, "The request has neither a password nor a recipient.")
        }
        if let password {
            guard !password.isEmpty else { throw BackupError(.invalidArgs, "The password is empty.") }
            guard !password.contains(where: { $0 < 0x20 || $0 == 0x7F }) else {
                throw BackupError(.invalidArgs, "The password holds a control character.")
            }
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
