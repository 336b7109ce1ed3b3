import BackupModel
import ExportProtocol
import Foundation
import Linux
import SystemPackage
import TestSupport
import Testing

@Suite(.needsRoot, .serialized, .timeLimit(.minutes(5)))
struct FailureTests {
    private func failure(of run: WorkerRun) async throws -> WorkerFailure {
        let status = await run.waitForEnd()
        #expect(status == 1)
        guard case .failed(let failure) = run.events.last else {
            throw TestSupportError(description: "no failure: status \(status), \(run.events)")
        }
        return failure
    }

    /// What runs gpg or its agent in this home.
    private func programs(in home: FilePath) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: "/proc").compactMap { id in
            let command = try? Data(contentsOf: URL(filePath: "/proc/\(id)/cmdline"))
            guard let command, command.range(of: Data(home.string.utf8)) != nil else { return nil }
            let words = command.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
            return words.first.flatMap { $0.contains("gpg") ? $0 : nil }
        }
    }

    /// What is killed takes a moment to go, longer on a busy machine.
    private func expectNoPrograms(in home: FilePath) async throws {
        let deadline = ContinuousClock.now + .seconds(20)
        while try !programs(in: home).isEmpty, ContinuousClock.now < deadline {
            try await Task.sleep(for: .milliseconds(20))
        }
        #expect(try programs(in: home) == [])
    }

    private func failure(ofLine line: String) async throws -> WorkerFailure {
        try await Workplace.with { workplace in
            try Data().write(to: URL(filePath: workplace.output.string))
            let output = try FileHandle(forWritingTo: URL(filePath: workplace.output.string))
            let run = try WorkerRun(line: Data(line.utf8), output: output)
            if !line.hasSuffix("\n") { try run.endInput() }
            return try await failure(of: run)
        }
    }

    @Test(
        arguments: [
            ("\n", "not understood"), ("{}\n", "not understood"), ("{", "not understood|missing"), ("", "missing"),
            ("[1,2]\n", "not understood"), (LongText.repeating("x", count: 10 << 20), "longer than 8388608 bytes"),
        ] as [(LongText, String)]
    )
    func `a request that is none is refused`(_ line: LongText, _ expected: String) async throws {
        let failure = try await failure(ofLine: line.text)
        #expect(failure.code == .invalidArgs)
        #expect(try failure.message.contains(Regex(expected)))
    }

    @Test func `a request with a field nobody knows is refused, naming it`() async throws {
        try await Workplace.with { workplace in
            var text = String(decoding: try WorkerRun.line(workplace.request(), password: "x"), as: UTF8.self)
            text = text.replacing("\"hasPassword\"", with: "\"encypt\":1,\"hasPassword\"")
            let failure = try await failure(ofLine: text)
            #expect(failure.code == .invalidArgs)
            #expect(failure.message == "The request holds encypt, which is not known.")
        }
    }

    @Test(arguments: [("", "empty"), ("a\u{7}b", "control"), (String(repeating: "x", count: 256), "longer than 255")])
    func `a password that gpg would not take is refused`(_ password: String, _ expected: String) async throws {
        try await Workplace.with { workplace in
            let run = try WorkerRun(workplace.request(), password: password, output: workplace.output)
            let failure = try await failure(of: run)
            #expect(failure.code == .invalidArgs)
            #expect(failure.message.contains(expected))
            #expect(!failure.message.contains("xxx"))
        }
    }

    @Test func `without its tree an export fails, naming it`() async throws {
        try await Workplace.with { workplace in
            let run = try WorkerRun(workplace.request(), password: "x", output: workplace.output)
            let failure = try await failure(of: run)
            #expect(failure.code == .failed)
            #expect(failure.message.contains("system could not be read"))
            try await expectNoPrograms(in: workplace.home)
        }
    }

    @Test func `the end of standard input ends it at once in the middle of a large file`() async throws {
        try await Workplace.with { workplace in
            try await shell("mkdir '\(workplace.tree)'; fallocate -l 10G '\(workplace.tree)/file'")
            let run = try WorkerRun(workplace.request(maxRate: 20_000_000), password: "x", output: workplace.output)
            try await run.waitForProgress { $0.bytesWritten > 0 }
            #expect(try programs(in: workplace.home).contains("gpg-agent"))
            let start = ContinuousClock.now
            try run.endInput()
            let failure = try await failure(of: run)
            #expect(ContinuousClock.now - start < .seconds(20))
            #expect(failure.code == .cancelled)
            try await expectNoPrograms(in: workplace.home)
        }
    }

    @Test func `the end of standard input ends it while nobody takes its output`() async throws {
        try await Workplace.with { workplace in
            try await shell("mkdir '\(workplace.tree)'; fallocate -l 1G '\(workplace.tree)/file'")
            let pipe = Foundation.Pipe()
            let line = try WorkerRun.line(workplace.request(), password: "x")
            let run = try WorkerRun(line: line, output: pipe.fileHandleForWriting)
            try await Task.sleep(for: .milliseconds(700))
            let start = ContinuousClock.now
            try run.endInput()
            let failure = try await failure(of: run)
            #expect(ContinuousClock.now - start < .seconds(20))
            #expect(failure.code == .cancelled)
            try await expectNoPrograms(in: workplace.home)
        }
    }

    @Test func `a gpg that is killed fails the export`() async throws {
        try await Workplace.with { workplace in
            try await shell("mkdir '\(workplace.tree)'; fallocate -l 1G '\(workplace.tree)/file'")
            let run = try WorkerRun(workplace.request(maxRate: 20_000_000), password: "x", output: workplace.output)
            try await run.waitForProgress { $0.bytesWritten > 0 }
            try await shell("for p in $(pgrep -P \(run.id) -x gpg); do kill -9 $p; done")
            let failure = try await failure(of: run)
            #expect(failure.code == .failed)
            #expect(failure.message.contains("gpg"))
            try await expectNoPrograms(in: workplace.home)
        }
    }

    @Test func `a full disk is told from other failures`() async throws {
        try await Workplace.with { workplace in
            try await shell(
                """
                mkdir '\(workplace.tree)' '\(workplace.directory)/full'
                fallocate -l 100M '\(workplace.tree)/file'
                mount -t tmpfs -o size=10M tmpfs '\(workplace.directory)/full'
                """
            )
            let output = workplace.directory.appending("full").appending("out")
            let run = try WorkerRun(workplace.request(), password: "x", output: output)
            let failure = try await failure(of: run)
            try await shell("umount '\(workplace.directory)/full'")
            #expect(failure.code == .noSpace)
            #expect(failure.message.contains("no space left"))
        }
    }

    @Test func `a receiver that goes away ends the export`() async throws {
        try await Workplace.with { workplace in
            try await shell("mkdir '\(workplace.tree)'; fallocate -l 100M '\(workplace.tree)/file'")
            let pipe = Foundation.Pipe()
            let line = try WorkerRun.line(workplace.request(), password: "x")
            let run = try WorkerRun(line: line, output: pipe.fileHandleForWriting)
            try pipe.fileHandleForWriting.close()
            _ = try pipe.fileHandleForReading.read(upToCount: 100)
            try pipe.fileHandleForReading.close()
            let failure = try await failure(of: run)
            #expect(failure.code == .cancelled)
            #expect(failure.message.contains("closed it"))
        }
    }

    @Test func `a file that shrinks under the export fails it, naming the file`() async throws {
        try await Workplace.with { workplace in
            let file = workplace.tree.appending("a b")
            try await shell("mkdir '\(workplace.tree)'; fallocate -l 1G '\(file)'")
            let run = try WorkerRun(workplace.request(maxRate: 50_000_000), password: "x", output: workplace.output)
            try await run.waitForProgress { $0.bytesWritten > 0 }
            try await shell("truncate -s 1M '\(file)'")
            let failure = try await failure(of: run)
            #expect(failure.code == .failed)
            #expect(failure.message.hasPrefix("system/a b shrank"))
        }
    }
}
