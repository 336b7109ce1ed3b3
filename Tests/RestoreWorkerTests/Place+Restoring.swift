import BackupModel
import ExportProtocol
import Foundation
import Linux
import SystemPackage
import TestSupport

extension Place {
    /// Where things are restored to, unless a test says otherwise.
    var target: FilePath { directory.appending("target") }
    private var report: FilePath { directory.appending("report") }

    /// Makes the directory ``target``.
    func makeTarget() async throws {
        try await shell("mkdir '\(target)'")
    }

    func request(_ restoration: Restoration, _ record: RestoreRequest.Record? = nil) throws -> RestoreRequest {
        let isExport = restoration.origin == .export
        return RestoreRequest(
            operation: .restore,
            id: isExport ? 7 : 0,
            path: isExport ? export.bytes : [],
            record: record,
            ioPriority: .bestEffort,
            gpgHome: isExport ? try makeHome().string : "",
            spoolDirectory: directory.string,
            restoration: restoration
        )
    }

    /// What is written to the standard input of a worker that is to restore.
    func input(_ restoration: Restoration) throws -> String {
        let line = try String(decoding: JSONEncoder().encode(request(restoration)), as: UTF8.self)
        return restoration.origin == .export ? "\(line)\n\(Self.password)\n" : "\(line)\n"
    }

    /// Restores with the real worker, and has it report on its standard output.
    func restore(_ restoration: Restoration) async throws -> RestoreRun {
        var restoration = restoration
        restoration.report = 1
        return try await run("nexus-restore", input(restoration), output: report)
    }

    /// Restores ``paths`` of the export, or of the tree as if it were a snapshot, into ``target``.
    func restore(
        _ paths: [String] = [],
        isSnapshot: Bool = false,
        to destination: Restoration.Destination? = nil,
        overwrite: Bool = false,
        isDryRun: Bool = false
    ) async throws -> RestoreRun {
        try await restore(
            Restoration(
                origin: isSnapshot ? .snapshot([.init(name: "system", path: tree.bytes)]) : .export,
                paths: paths.map { Array($0.utf8) },
                destination: destination ?? .directory(target.bytes),
                overwrite: overwrite,
                isDryRun: isDryRun
            )
        )
    }

    /// What was reported of each entry by the last restoration, as `ACTION PATH`, in order of the paths.
    func notes() throws -> [String] {
        let text = try String(contentsOfFile: report.string, encoding: .utf8)
        return try text.split(separator: "\n").map { line in
            let note = try JSONDecoder().decode(RestorationNote.self, from: Data(line.utf8))
            return "\(note.action.rawValue) \(note.path ?? note.pathBase64 ?? "")"
        }.sorted { ($0.split(separator: " ").last ?? "") < ($1.split(separator: " ").last ?? "") }
    }

    /// What hidden names there are below ``target`` and in its directory.
    func leftovers() async throws -> [String] {
        try await shell("find '\(directory)' -name '.nexus-restore-*'").split(separator: "\n").map(String.init)
    }
}
