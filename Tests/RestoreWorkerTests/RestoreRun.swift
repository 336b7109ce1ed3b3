import BackupModel
import ExportProtocol
import Foundation
import Linux
import Subprocess
import SystemPackage
import TestSupport

/// What comes of one `nexus-restore`.
struct RestoreRun: Sendable {
    var status: Int32 = -1
    var result: WorkerResult?
    var failure: WorkerFailure?
    var progress: [WorkerProgress] = []
}

/// A directory with exports in it that real workers make and verify.
struct Place: Sendable {
    static let password = "sesame ☃"

    let directory: FilePath
    var tree: FilePath { directory.appending("tree") }
    var export: FilePath { directory.appending("export.tar.gpg") }

    /// Runs `body` in a new one.
    static func with<Outcome>(_ body: (Place) async throws -> Outcome) async throws -> Outcome {
        try await withTemporaryDirectory { directory in
            let place = Place(directory: directory)
            try await shell("mkdir '\(place.tree)'")
            return try await body(place)
        }
    }

    /// A new, empty home for gpg.
    func makeHome() throws -> FilePath {
        let home = directory.appending("home-\(UInt32.random(in: 0 ... .max))")
        try makeDirectories(home, permissions: .ownerReadWriteExecute)
        return home
    }

    /// Exports the tree with the real worker.
    @discardableResult
    func makeExport(
        id: SnapshotID = 7,
        isCompressed: Bool = false,
        recipients: [String] = [],
        hasPassword: Bool = true
    ) async throws -> RestoreRequest.Record {
        let request = ExportRequest(
            id: id,
            sources: [.init(name: "system", path: tree.bytes)],
            label: ExportLabel(
                id: id,
                description: "a test",
                created: 1_700_000_000,
                host: "host",
                sources: [.init(name: "system", path: "/live", kind: "system")],
                leftOut: []
            ),
            hasPassword: hasPassword,
            recipients: recipients,
            compression: isCompressed ? .zstd : .none,
            maxRate: 0,
            ioPriority: .bestEffort,
            gpgHome: try makeHome().string,
            spoolDirectory: directory.string
        )
        let line = try String(decoding: JSONEncoder().encode(request), as: UTF8.self)
        let run = try await run("nexus-export", "\(line)\n\(Self.password)\n", output: export)
        guard let result = run.result else { throw TestSupportError(description: "no export: \(run)") }
        return .init(size: result.byteCount, sha256: result.sha256, entryCount: result.entryCount)
    }

    func request(_ record: RestoreRequest.Record?, id: SnapshotID = 7) throws -> RestoreRequest {
        RestoreRequest(
            operation: .verify,
            id: id,
            path: export.bytes,
            record: record,
            ioPriority: .bestEffort,
            gpgHome: try makeHome().string,
            spoolDirectory: directory.string
        )
    }

    /// Verifies the export with the real worker.
    func verify(
        _ record: RestoreRequest.Record? = nil,
        id: SnapshotID = 7,
        password: String = password
    ) async throws -> RestoreRun {
        let line = try String(decoding: JSONEncoder().encode(request(record, id: id)), as: UTF8.self)
        return try await run("nexus-restore", "\(line)\n\(password)\n", output: "/dev/null")
    }

    /// Verifies it and gives the failure that comes of it.
    func failure(
        _ record: RestoreRequest.Record? = nil,
        id: SnapshotID = 7,
        password: String = password
    ) async throws -> WorkerFailure {
        let run = try await verify(record, id: id, password: password)
        guard let failure = run.failure, run.status == 1 else {
            throw TestSupportError(description: "no failure: \(run)")
        }
        return failure
    }

    /// Runs a worker to its end, its standard input held open.
    func run(_ program: String, _ input: String, output: FilePath) async throws -> RestoreRun {
        let pipe = try Pipe.make().ends()
        let stdin = try pipe.read.duplicate().release()
        let stdout = try Descriptor.open(output, [.writeOnly, .create, .truncate], permissions: .ownerReadWrite)
            .release()
        // Little enough for a pipe that nobody reads yet.
        try pipe.write.duplicate().write(Array(input.utf8))
        let outcome = try await Subprocess.run(
            .path(executableDirectory().appending(program)),
            environment: .custom(["PATH": "/usr/bin:/bin"]),
            input: .fileDescriptor(stdin, closeAfterSpawningProcess: true),
            output: .fileDescriptor(stdout, closeAfterSpawningProcess: true),
            error: .string(limit: 16 << 20)
        )
        withExtendedLifetime(pipe.write) {}
        return Self.parse(outcome.standardError, outcome.terminationStatus)
    }

    private static func parse(_ text: String, _ status: TerminationStatus) -> RestoreRun {
        var run = RestoreRun()
        if case .exited(let code) = status { run.status = code }
        for line in text.split(separator: "\n") {
            switch try? JSONDecoder().decode(WorkerEvent.self, from: Data(line.utf8)) {
            case .progress(let progress)?: run.progress.append(progress)
            case .done(let result)?: run.result = result
            case .failed(let failure)?: run.failure = failure
            default: break
            }
        }
        return run
    }
}
