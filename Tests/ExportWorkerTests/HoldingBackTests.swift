import BackupModel
import ExportProtocol
import Foundation
import Linux
import Synchronization
import SystemPackage
import TestSupport
import Testing

/// An export beside others that wait, as the kernel tells it: in these tests with numbers of their own.
@Suite(.needsRoot, .serialized, .timeLimit(.minutes(4)))
struct HoldingBackTests {
    /// What stands in for /proc/pressure, and a program that becomes the worker with that in its place.
    private final class Pressure: Sendable {
        let directory: FilePath
        private let share = Mutex(0.0)
        private let isOver = Atomic(false)

        var program: FilePath { directory.appending("worker") }

        init(in workplace: Workplace) async throws {
            directory = workplace.directory.appending("pressure")
            let worker = try WorkerRun.program
            try await shell(
                """
                mkdir '\(directory)'; cd '\(directory)'
                printf '%s\\n' '#!/bin/sh' 'exec unshare -m sh -c "mount --bind \(directory) /proc/pressure; exec \(worker)"' > worker
                chmod +x worker
                """
            )
            try write("io", 0)
            try write("cpu", 0)
        }

        /// Says that others wait for the disk for this part of the time from now on.
        func set(_ share: Double) {
            self.share.withLock { $0 = share }
        }

        func start() throws {
            _ = try Linux.Thread.start(named: "pressure") { [self] in
                var total = 0.0
                var last = ContinuousClock.now
                while !isOver.load(ordering: .relaxed) {
                    pause(for: .milliseconds(2))
                    let now = ContinuousClock.now
                    total += last.duration(to: now) / .microseconds(1) * share.withLock { $0 }
                    last = now
                    try? write("io", UInt64(total))
                }
            }
        }

        func end() {
            isOver.store(true, ordering: .relaxed)
        }

        /// In place, as the kernel does: whoever has the file open sees it.
        private func write(_ name: String, _ total: UInt64) throws {
            let digits = String(total)
            let text = "some avg10=0.00 total=\(String(repeating: "0", count: 20 - digits.count))\(digits)\n"
            let file = try FileDescriptor.open(
                directory.appending(name),
                .writeOnly,
                options: .create,
                permissions: .ownerReadWrite
            )
            try file.closeAfter { _ = try file.writeAll(toAbsoluteOffset: 0, Data(text.utf8)) }
        }
    }

    private func withPressure(_ body: (Workplace, Pressure) async throws -> Void) async throws {
        try await Workplace.with { workplace in
            let pressure = try await Pressure(in: workplace)
            try pressure.start()
            defer { pressure.end() }
            try await body(workplace, pressure)
        }
    }

    private func notes(_ run: WorkerRun) -> [String] {
        run.events.compactMap { if case .note(let note) = $0 { note } else { nil } }
    }

    private func progress(_ run: WorkerRun) -> [WorkerProgress] {
        run.events.compactMap { if case .progress(let progress) = $0 { progress } else { nil } }
    }

    @Test func `an export that is held back says so, goes on when nobody waits any more, and is whole`() async throws {
        try await withPressure { workplace, pressure in
            let tree = workplace.tree
            try await shell(
                """
                mkdir '\(tree)'; cd '\(tree)'; head -c 80000000 /dev/urandom > large
                for d in $(seq 20); do mkdir $d; for f in $(seq 50); do echo $d $f > $d/$f; done; done
                """
            )
            pressure.set(0.9)
            let run = try WorkerRun(
                workplace.request(maxRate: 20_000_000),
                password: "sesame",
                output: workplace.output,
                program: pressure.program
            )
            try await run.waitForProgress { $0.holdingBackReason == "Other programs wait for the disk." }
            pressure.set(0)
            try await run.waitForProgress { $0.holdingBackReason.isEmpty && $0.bytesDone > 0 }
            #expect(await run.waitForEnd() == 0)
            guard case .done = run.events.last else { throw TestSupportError(description: "\(run.events)") }
            #expect(notes(run) == ["Other programs wait for the disk. The job holds back for them."])
            let extracted = try await workplace.extractWithGNUTar(to: "extracted")
            try await shell("diff -r '\(tree)' '\(extracted)/system'")
        }
    }

    @Test func `an export that is held back all the time still ends, and is whole`() async throws {
        try await withPressure { workplace, pressure in
            let tree = workplace.tree
            try await shell("mkdir '\(tree)'; cd '\(tree)'; head -c 30000000 /dev/urandom > large; ln large other")
            pressure.set(1)
            let run = try WorkerRun(
                workplace.request(maxRate: 10_000_000),
                password: "sesame",
                output: workplace.output,
                program: pressure.program
            )
            #expect(await run.waitForEnd() == 0)
            #expect(progress(run).contains { !$0.holdingBackReason.isEmpty && $0.heldBackSeconds > 0 })
            let extracted = try await workplace.extractWithGNUTar(to: "extracted")
            try await shell("diff -r '\(tree)' '\(extracted)/system'")
        }
    }

    @Test func `an export that is held back is cancelled as quickly as any`() async throws {
        try await withPressure { workplace, pressure in
            try await shell("mkdir '\(workplace.tree)'; fallocate -l 1G '\(workplace.tree)/large'")
            pressure.set(1)
            let run = try WorkerRun(
                workplace.request(maxRate: 5_000_000),
                password: "x",
                output: workplace.output,
                program: pressure.program
            )
            try await run.waitForProgress { !$0.holdingBackReason.isEmpty }
            let start = ContinuousClock.now
            try run.endInput()
            #expect(await run.waitForEnd() == 1)
            // The promise is a second; the machine that runs tests may be busy with others.
            #expect(start.duration(to: .now) < .seconds(10))
            guard case .failed(let failure) = run.events.last else { throw TestSupportError(description: "not failed") }
            #expect(failure.code == .cancelled)
        }
    }

    @Test(arguments: ["rm io cpu", "echo nonsense > io; echo nonsense > cpu"])
    func `where the kernel does not tell who waits an export works without pacing, and says so once`(change: String)
        async throws
    {
        try await Workplace.with { workplace in
            let pressure = try await Pressure(in: workplace)
            try await shell("mkdir '\(workplace.tree)'; echo > '\(workplace.tree)/file'")
            try await shell("cd '\(pressure.directory)'; \(change)")
            let run = try WorkerRun(
                workplace.request(),
                password: "sesame",
                output: workplace.output,
                program: pressure.program
            )
            #expect(await run.waitForEnd() == 0)
            #expect(notes(run).count == 1)
            #expect(notes(run).first?.contains("/proc/pressure") == true)
        }
    }

    @Test func `an export at ordinary priority does not hold back`() async throws {
        try await withPressure { workplace, pressure in
            try await shell("mkdir '\(workplace.tree)'; fallocate -l 10M '\(workplace.tree)/file'")
            pressure.set(1)
            var request = workplace.request(maxRate: 4_000_000)
            request.ioPriority = .bestEffort
            let run = try WorkerRun(request, password: "sesame", output: workplace.output, program: pressure.program)
            #expect(await run.waitForEnd() == 0)
            #expect(progress(run).allSatisfy { $0.holdingBackReason.isEmpty && $0.heldBackSeconds == 0 })
            #expect(notes(run) == [])
        }
    }
}
