import BackupModel
import ExportProtocol
import Foundation
import Linux
import SystemPackage
import TestSupport

/// One tree that is exported again and again, each time by a worker or a gpg that meets one fault.
struct FaultExport: Sendable {
    /// How an export ended.
    enum Ending: Sendable, Equatable {
        /// The worker said so, and what it wrote opens and is the same archive as without a fault.
        case done
        /// The worker said why, and nothing of it is left running.
        case failed(BackupError.Code, String)
        /// The worker ended with another status than 0 and could not say why.
        case silent
        /// Anything else.
        case wrong(String)
    }

    /// What can open the export.
    enum Key: Sendable {
        case password, recipient
    }

    /// How an export is made, but for the fault.
    struct Way: Sendable {
        /// The program that meets the fault.
        var program = "nexus-export"
        var key = Key.recipient
        /// Where in the output file it starts: elsewhere than at the start of a block, the page cache is used.
        var offset: UInt64 = 0
    }

    /// What came of one run.
    struct Outcome: Sendable {
        let ending: Ending
        let plan: FaultPlan
    }

    /// How long a run may take on a busy machine.
    private static let patience: Duration = .seconds(60)

    private let workplace: Workplace
    private let library: FaultLibrary
    private let recipient: String
    /// The digest of the archive, not encrypted.
    private var digest = ""

    /// Runs `body` with a tree, of which one export without a fault has been looked at entry by entry.
    static func with(bigFile mebibytes: Int, _ body: (FaultExport) async throws -> Void) async throws {
        try await Workplace.with { workplace in
            try await makeTree(at: workplace.tree, mebibytes)
            let reader = workplace.directory.appending("reader")
            let recipient = try await shell(
                """
                export GNUPGHOME='\(reader)'
                mkdir -m 700 "$GNUPGHOME"
                gpg --batch --quiet --pinentry-mode loopback --passphrase '' --quick-generate-key one future-default 2>&1
                gpg --armor --export one
                """
            )
            let library = try await FaultLibrary.make(in: workplace.directory)
            var export = FaultExport(workplace: workplace, library: library, recipient: recipient)
            do {
                try await export.prepare()
                try await body(export)
            } catch {
                _ = try? await shell("gpgconf --homedir '\(reader)' --kill all")
                throw error
            }
            try await shell("gpgconf --homedir '\(reader)' --kill all")
        }
    }

    private init(workplace: Workplace, library: FaultLibrary, recipient: String) {
        self.workplace = workplace
        self.library = library
        self.recipient = recipient
    }

    private static func makeTree(at path: FilePath, _ mebibytes: Int) async throws {
        try await shell(
            """
            mkdir '\(path)'; cd '\(path)'
            head -c \(mebibytes)M /dev/urandom >big
            mkdir -p folder/empty
            printf some >folder/small; ln folder/small folder/again
            setfattr -n user.one -v 1 folder/small; setfattr -n user.two -v 2 folder/small
            setfattr -n user.three -v 3 folder
            head -c 300000 /dev/urandom >folder/medium
            truncate -s 1M sparse; printf x | dd of=sparse bs=1 seek=500000 conv=notrunc status=none
            ln -s folder/small link; mkfifo fifo
            """
        )
    }

    private mutating func prepare() async throws {
        let whole = try await workplace.export()
        let extracted = try await workplace.extractWithGNUTar(to: "extracted")
        let comparison = try TreeComparison(workplace.tree, extracted.appending("system"))
        guard comparison.differences.isEmpty, UInt64(comparison.entryCount) == whole.entryCount else {
            throw TestSupportError(description: "without a fault: \(comparison.differences)")
        }
        try await workplace.decrypt(into: "sha256sum >'\(workplace.directory)/digest'")
        digest = try String(contentsOfFile: workplace.directory.appending("digest").string, encoding: .utf8)
    }

    /// Makes an export that meets `fault`.
    func run(_ way: Way, _ fault: Fault?) async throws -> Outcome {
        let directory = workplace.directory.appending("run-\(UInt64.random(in: 0..<1 << 40))")
        let place = Workplace(directory: directory)
        try await shell("mkdir '\(directory)'; mkdir -m 700 '\(place.home)'")
        try await shell("truncate -s \(way.offset) '\(place.output)'")
        let plan = try FaultPlan(
            at: directory.appending("plan"),
            program: way.program,
            source: workplace.tree,
            storage: directory.appending("entries"),
            home: place.home
        )
        try plan.set(fault)
        let hasPassword = way.key == .password
        var request = place.request(hasPassword: hasPassword, recipients: hasPassword ? [] : [recipient])
        request.sources = workplace.request().sources
        request.ioPriority = .bestEffort
        request.entrySpool = directory.appending("entries").string
        let output = try FileHandle(forWritingTo: URL(filePath: place.output.string))
        try output.seekToEnd()
        let line = try WorkerRun.line(request, password: hasPassword ? "sesame" : nil)
        let environment = library.environment(plan).merging(["PATH": "/usr/bin:/bin"]) { $1 }
        let worker = try WorkerRun(line: line, output: output, environment: environment)
        try output.close()
        let ending = try await ending(of: worker, in: place, way)
        let outcome = Outcome(ending: ending, plan: plan)
        try await shell("rm -f '\(place.output)' '\(directory)/entries'; rm -rf '\(place.home)'")
        return outcome
    }

    private func ending(of worker: WorkerRun, in place: Workplace, _ way: Way) async throws -> Ending {
        let id = worker.id
        let watchdog = Task {
            try await Task.sleep(for: Self.patience)
            kill(id, SIGKILL)
        }
        let status = await worker.waitForEnd()
        watchdog.cancel()
        if let process = try await leftProcess(in: place.home) {
            killProcesses(withArgument: place.home.string)
            return .wrong("\(process) is left; \(status), \(worker.events)")
        }
        switch (status, worker.events.last) {
        case (0, .done(let result)): return try await check(result, in: place, way)
        case (1, .failed(let failure)): return .failed(failure.code, failure.message)
        case (1, _): return .silent
        default: return .wrong("status \(status), \(worker.events)")
        }
    }

    private func check(_ result: WorkerResult, in place: Workplace, _ way: Way) async throws -> Ending {
        let options = way.key == .password ? "--pinentry-mode loopback --passphrase sesame" : ""
        let script = """
            export GNUPGHOME='\(workplace.directory)/reader'
            stream() { tail -c +\(way.offset + 1) '\(place.output)'; }
            stream | sha256sum
            stream | wc -c
            stream | gpg --batch --quiet \(options) -d | sha256sum
            """
        do {
            let found = try await shell(script)
            let expected = "\(result.sha256)  -\n\(result.byteCount)\n\(digest)"
            return found == expected ? .done : .wrong("done, but \(found) instead of \(expected)")
        } catch {
            return .wrong("done, but it can't be opened: \(error)")
        }
    }

    /// A program that still lives in gpg's home; what is killed takes a moment to go.
    private func leftProcess(in home: FilePath) async throws -> String? {
        let deadline = ContinuousClock.now + .seconds(20)
        while true {
            let left = try FileManager.default.contentsOfDirectory(atPath: "/proc").first { name in
                Int32(name).map { ChildProcesses.arguments(of: $0).contains(home.string) } ?? false
            }
            if left == nil || ContinuousClock.now >= deadline { return left }
            try await Task.sleep(for: .milliseconds(10))
        }
    }
}
