import BackupModel
import ExportProtocol
import Foundation
import Linux
import Logging
import SystemPackage
import TestSupport
import Testing

@testable import Exports

/// What the daemon tells and leaves when the real worker meets a fault.
@Suite(.timeLimit(.minutes(5)))
struct ExporterFaultTests {
    /// A fault, and what the status then says.
    private static let faults: [(Fault, String)] = [
        (Fault(.source, .read, .error(.ioError), at: 1), "system/file could not be read (read: Input/output error)"),
        (Fault(.source, .list, .error(.ioError), at: 1), "system could not be read"),
        (Fault(.gpgInput, .write, .error(.ioError), at: 1), "could not be put into the archive"),
        (Fault(.gpgOutput, .read, .error(.ioError), at: 1), "gpg's output could not be read"),
        (Fault(.output, .write, .error(.noSpace), at: 1), "There was no space left"),
        (Fault(.output, .write, .error(.ioError), at: 1), "could not be written"),
    ]

    @Test func `a worker that meets a fault leaves the earlier export, and the status says why it failed`() async throws
    {
        try await withTemporaryDirectory { directory in
            try await shell("cd '\(directory)'; mkdir tree spool; head -c 300000 /dev/urandom >tree/file")
            let plan = try FaultPlan(
                at: directory.appending("plan"),
                program: "nexus-export",
                source: directory.appending("tree")
            )
            let exporter = try await exporter(in: directory, plan)
            try await export(with: exporter, of: directory.appending("tree"))
            #expect(await exporter.status().lastResult == .done)
            let before = try contents(of: directory.appending("backups"))
            #expect(before.keys.contains("nexus_backup_7.index"))
            for (fault, reason) in Self.faults {
                try plan.set(fault)
                try await export(with: exporter, of: directory.appending("tree"))
                let status = await exporter.status()
                #expect(status.lastResult == .failed, "\(fault)")
                #expect(status.lastError.contains(reason), "\(fault): \(status.lastError)")
                #expect(try plan.injectedCount() == 1, "\(fault)")
                #expect(try contents(of: directory.appending("backups")) == before, "\(fault)")
                #expect(try contents(of: directory.appending("run")) == [:], "\(fault)")
                #expect(try contents(of: directory.appending("spool")) == [:], "\(fault)")
            }
            try plan.set(nil)
            try await export(with: exporter, of: directory.appending("tree"))
            #expect(await exporter.status().lastResult == .done)
            #expect(try contents(of: directory.appending("backups")) != before)
        }
    }

    /// An exporter whose worker meets the faults of `plan`.
    private func exporter(in directory: FilePath, _ plan: FaultPlan) async throws -> Exporter {
        let library = try await FaultLibrary.make(in: directory)
        let variables = library.environment(plan).map { "\($0)='\($1)'" }.joined(separator: " ")
        let worker = directory.appending("worker")
        let script = "#!/bin/sh\nexport \(variables)\nexec '\(try executableDirectory().appending("nexus-export"))'\n"
        try await shell("cat >'\(worker)'; chmod 755 '\(worker)'", input: script)
        return try await Exporter.open(
            ExporterConfiguration(
                directory: directory.appending("backups"),
                runtimeDirectory: directory.appending("run"),
                spoolDirectory: directory.appending("spool"),
                worker: worker,
                indexer: executableDirectory().appending("nexus-index"),
                ioPriority: .bestEffort
            ),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
    }

    /// Makes an export and returns when it has ended.
    private func export(with exporter: Exporter, of tree: FilePath) async throws {
        let label = ExportLabel(id: 7, description: "", created: 0, host: "", sources: [], leftOut: [])
        let subject = ExportSubject(label: label, trees: [.init(name: "system", path: tree.bytes)], release: {})
        let options = ExportOptions(password: Secret("sesame"))
        try await exporter.start(subject, options: options, output: .store(readableBy: geteuid()))
        while await exporter.status().id != 0 { try await Task.sleep(for: .milliseconds(10)) }
        await exporter.lastIndexing?.value
    }

    private func contents(of directory: FilePath) throws -> [String: Data] {
        var result: [String: Data] = [:]
        for name in try FileManager.default.contentsOfDirectory(atPath: directory.string) {
            result[name] = try Data(contentsOf: URL(filePath: directory.appending(name).string))
        }
        return result
    }
}
