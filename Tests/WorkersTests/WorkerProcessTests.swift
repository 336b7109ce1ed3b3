import BackupModel
import ExportProtocol
import Linux
import Logging
import SystemPackage
import TestSupport
import Testing

@testable import Workers

/// The daemon's side of the protocol against programs that break it; the real worker is tested in its own module.
@Suite(.timeLimit(.minutes(5)))
struct WorkerProcessTests {
    private static let done =
        #"{"done":{"_0":{"byteCount":3,"sha256":"ab","entryCount":1,"leftOut":[],"leftOutCount":0}}}"#

    private func run(script: String) async throws -> WorkerResult {
        try await withTemporaryDirectory { directory in
            let program = directory.appending("worker")
            let file = try Descriptor.open(program, [.writeOnly, .create], permissions: [.ownerReadWriteExecute])
            try file.write(Array("#!/bin/sh\n\(script)\n".utf8))
            try file.close()
            let output = SharedDescriptor(
                try Descriptor.open(directory.appending("out"), [.readWrite, .create], permissions: .ownerReadWrite)
            )
            let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            return try await WorkerProcess(executable: program, logger: logger).run(
                request,
                password: Secret("secret"),
                output: output,
                report: { _ in }
            )
        }
    }

    private var request: ExportRequest {
        ExportRequest(
            id: 7,
            sources: [],
            label: ExportLabel(id: 7, description: "", created: 0, host: "", sources: [], leftOut: []),
            hasPassword: true,
            recipients: [],
            compression: .none,
            maxRate: 0,
            ioPriority: .idle,
            gpgHome: "/nowhere",
            spoolDirectory: "/nowhere"
        )
    }

    @Test func `done and exit status 0 is a result`() async throws {
        #expect(try await run(script: "echo '\(Self.done)' >&2").byteCount == 3)
    }

    @Test(arguments: [
        ("echo '\(done)' >&2; exit 1", "status 1"),
        ("exit 0", "status 0"),
        ("echo '\(done)' >&2; kill -9 $$", "signal 9"),
        ("echo nonsense >&2; printf '\\377\\376\\n' >&2; exit 3", "status 3"),
        (
            #"echo '{"failed":{"_0":{"code":"NoSpace","message":"The disk is full."}}}' >&2; exit 0"#,
            "The disk is full."
        ),
        (#"echo '{"failed":{"_0":{"code":"Invented","message":"x"}}}' >&2; exit 4"#, "status 4"),
    ])
    func `anything else is a failure that says how it ended`(script: String, reason: String) async {
        let error = await #expect(throws: BackupError.self) { try await run(script: script) }
        #expect(error?.message.contains(reason) == true, "\(error.debugDescription)")
    }

    @Test func `request and password reach standard input, which stays open`() async throws {
        let script = """
            read -r request; read -r password
            [ "$password" = secret ] || exit 5
            if read -r -t 1 more 2>/dev/null; then exit 6; fi
            echo '\(Self.done)' >&2
            """
        #expect(try await run(script: "exec bash -c '\(script.replacing("'", with: #"'\''"#))'").sha256 == "ab")
    }

    @Test(arguments: ["sleep 30", "trap '' TERM; sleep 30 & wait; wait"])
    func `cancelling ends it within a second, even where it won't listen`(script: String) async throws {
        let task = Task { try await run(script: "exec bash -c \"\(script)\"") }
        try await Task.sleep(for: .milliseconds(300))
        let start = ContinuousClock.now
        task.cancel()
        _ = await task.result
        #expect(start.duration(to: .now) < .seconds(20))
    }
}
