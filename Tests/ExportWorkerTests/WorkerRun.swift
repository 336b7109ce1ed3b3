import BackupModel
import ExportProtocol
import Foundation
import Linux
import Synchronization
import SystemPackage
import TestSupport

/// The worker as the daemon runs it: a process with its own pipes.
final class WorkerRun: Sendable {
    private struct Log {
        var events: [WorkerEvent] = []
        var otherLines: [String] = []
        var peakKilobytes = 0
    }

    private let process: Process
    private let input: FileHandle
    private let log = Mutex(Log())
    private let reader = DispatchGroup()
    private let writer = DispatchGroup()

    /// Starts the worker with `request` as it is, its output going to `output`.
    init(line: Data, output: FileHandle, environment: [String: String]? = nil, program: FilePath? = nil) throws {
        // A worker that refuses its request may be gone before it was written.
        signal(SIGPIPE, SIG_IGN)
        process = Process()
        process.executableURL = URL(filePath: try (program ?? Self.program).string)
        process.environment = environment ?? ["PATH": "/usr/bin:/bin"]
        let (stdin, stderr) = (Foundation.Pipe(), Foundation.Pipe())
        process.standardInput = stdin
        process.standardOutput = output
        process.standardError = stderr
        input = stdin.fileHandleForWriting
        try process.run()
        let lines = stderr.fileHandleForReading
        DispatchQueue.global().async(group: reader) { [self] in readEvents(lines) }
        DispatchQueue.global().async(group: writer) { [self] in try? input.write(contentsOf: line) }
    }

    /// Starts the worker with a request and a password.
    /// - Parameter program: What to start instead of the worker, which is to become the worker.
    convenience init(_ request: ExportRequest, password: String?, output: FilePath, program: FilePath? = nil) throws {
        try Data().write(to: URL(filePath: output.string))
        let file = try FileHandle(forWritingTo: URL(filePath: output.string))
        try self.init(line: Self.line(request, password: password), output: file, program: program)
        try file.close()
    }

    static func line(_ request: ExportRequest, password: String?) throws -> Data {
        var line = try JSONEncoder().encode(request) + Data("\n".utf8)
        if let password { line += Data("\(password)\n".utf8) }
        return line
    }

    /// The worker.
    static var program: FilePath {
        get throws { try executableDirectory().appending("nexus-export") }
    }

    var id: Int32 { process.processIdentifier }

    /// What it has reported.
    var events: [WorkerEvent] { log.withLock { $0.events } }

    /// The highest resident set seen, in KiB.
    var peakKilobytes: Int { log.withLock { $0.peakKilobytes } }

    /// Ends the worker's input, which tells it to stop.
    func endInput() throws {
        writer.wait()
        try input.close()
    }

    func waitForEnd() async -> Int32 {
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async { [self] in
                while process.isRunning {
                    noteMemory()
                    usleep(5000)
                }
                reader.wait()
                continuation.resume(returning: process.terminationReason == .exit ? process.terminationStatus : -1)
            }
        }
    }

    /// Waits until `condition` holds of the last progress.
    func waitForProgress(_ condition: (WorkerProgress) -> Bool) async throws {
        for _ in 0..<6000 {
            if case .progress(let progress) = events.last, condition(progress) { return }
            try await Task.sleep(for: .milliseconds(10))
        }
        throw TestSupportError(description: "no such progress: \(events)")
    }

    private func noteMemory() {
        guard let status = try? String(contentsOfFile: "/proc/\(id)/status", encoding: .utf8) else { return }
        guard let line = status.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") }) else { return }
        let peak = line.split(separator: " ").compactMap { Int($0) }.first ?? 0
        log.withLock { $0.peakKilobytes = max($0.peakKilobytes, peak) }
    }

    private func readEvents(_ handle: FileHandle) {
        var rest = Data()
        while true {
            let chunk = handle.availableData
            if chunk.isEmpty { return }
            rest += chunk
            while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
                let line = Data(rest[..<end])
                rest = Data(rest[rest.index(after: end)...])
                let event = try? JSONDecoder().decode(WorkerEvent.self, from: line)
                log.withLock { log in
                    if let event {
                        log.events.append(event)
                    } else {
                        log.otherLines.append(String(decoding: line, as: UTF8.self))
                    }
                }
            }
        }
    }
}

/// A directory with what a run of the worker needs in it.
struct Workplace: Sendable {
    let directory: FilePath
    var tree: FilePath { directory.appending("tree") }
    var output: FilePath { directory.appending("out.tar.gpg") }
    var home: FilePath { directory.appending("home") }

    /// Runs `body` in a new one, below `parent` where it must be on a filesystem of its own.
    static func with<Result>(in parent: FilePath? = nil, _ body: (Workplace) async throws -> Result) async throws
        -> Result
    {
        try await withTemporaryDirectory { temporary in
            let workplace = Workplace(directory: parent ?? temporary)
            try await shell("mkdir -m 700 '\(workplace.home)'")
            return try await body(workplace)
        }
    }

    func request(
        hasPassword: Bool = true,
        recipients: [String] = [],
        compression: ExportRequest.Compression = .none,
        maxRate: UInt64 = 0
    ) -> ExportRequest {
        ExportRequest(
            id: 7,
            sources: [.init(name: "system", path: tree.bytes)],
            label: ExportLabel(
                id: 7,
                description: "before the update",
                created: 1_700_000_000,
                host: "host",
                sources: [.init(name: "system", path: "/live", kind: "system")],
                leftOut: []
            ),
            hasPassword: hasPassword,
            recipients: recipients,
            compression: compression,
            maxRate: maxRate,
            ioPriority: .idle,
            gpgHome: home.string,
            spoolDirectory: directory.string
        )
    }

    /// Runs the worker to a good end.
    @discardableResult
    func export(_ request: ExportRequest? = nil, password: String? = "sesame") async throws -> WorkerResult {
        let run = try WorkerRun(request ?? self.request(), password: password, output: output)
        let status = await run.waitForEnd()
        guard status == 0, case .done(let result) = run.events.last else {
            throw TestSupportError(description: "status \(status): \(run.events)")
        }
        return result
    }

    /// Decrypts the export as a user would, and pipes it into `command`.
    @discardableResult
    func decrypt(password: String = "sesame", into command: String) async throws -> String {
        try await shell(
            """
            export GNUPGHOME='\(directory)/reader'
            mkdir -p -m 700 "$GNUPGHOME"
            trap 'gpgconf --kill all' EXIT
            gpg --batch --quiet --pinentry-mode loopback --passphrase-fd 0 -d '\(output)' | \(command)
            """,
            input: password + "\n"
        )
    }

    /// Extracts the export with GNU tar, as the contract says.
    func extractWithGNUTar(to name: String, options: String = "", password: String = "sesame") async throws -> FilePath
    {
        let target = directory.appending(name)
        try await shell("mkdir '\(target)'")
        let tar = "tar -x --xattrs --xattrs-include='*' --acls --numeric-owner \(options) -C '\(target)'"
        try await decrypt(password: password, into: tar)
        return target
    }
}
