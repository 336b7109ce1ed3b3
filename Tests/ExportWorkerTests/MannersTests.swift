import BackupModel
import ExportProtocol
import Foundation
import Linux
import SystemPackage
import TestSupport
import Testing

/// How the worker behaves towards the rest of the machine.
@Suite(.needsRoot, .serialized, .timeLimit(.minutes(4)))
struct MannersTests {
    private static let memoryLimit = 48 << 10

    private func finish(_ run: WorkerRun) async throws -> WorkerResult {
        #expect(await run.waitForEnd() == 0)
        guard case .done(let result) = run.events.last else {
            throw TestSupportError(description: "not done: \(run.events)")
        }
        return result
    }

    @Test func `a hundred thousand files take no more memory than a few`() async throws {
        try await Workplace.with { workplace in
            try await shell(
                """
                mkdir '\(workplace.tree)'; cd '\(workplace.tree)'
                for d in $(seq 10); do mkdir $d; (cd $d; seq -f 'file-with-a-longish-name-%06.0f' 10000 | xargs touch); done
                """
            )
            let run = try WorkerRun(workplace.request(), password: "x", output: workplace.output)
            let result = try await finish(run)
            #expect(result.entryCount == 100_011)
            #expect(run.peakKilobytes > 0)
            #expect(run.peakKilobytes < Self.memoryLimit)
        }
    }

    @Test func `large files take no more memory than small ones`() async throws {
        try await Workplace.with { workplace in
            try await shell(
                """
                mkdir '\(workplace.tree)'; cd '\(workplace.tree)'
                truncate -s 4G sparse; head -c 4096 /dev/urandom | dd of=sparse bs=4k seek=900000 conv=notrunc status=none
                for i in $(seq 40); do fallocate -l 10M large-$i; done
                """
            )
            let run = try WorkerRun(workplace.request(), password: "x", output: workplace.output)
            let result = try await finish(run)
            #expect(result.byteCount < 450_000_000)
            #expect(run.peakKilobytes < Self.memoryLimit)
        }
    }

    @Test func `the rate is held`() async throws {
        try await Workplace.with { workplace in
            try await shell("mkdir '\(workplace.tree)'; fallocate -l 6M '\(workplace.tree)/file'")
            let start = ContinuousClock.now
            try await workplace.export(workplace.request(maxRate: 2_000_000))
            let seconds = (ContinuousClock.now - start) / .seconds(1)
            #expect(seconds > 2.7)
        }
    }

    @Test func `progress comes at most four times a second and ends with the totals`() async throws {
        try await Workplace.with { workplace in
            try await shell(
                """
                mkdir '\(workplace.tree)'; cd '\(workplace.tree)'
                fallocate -l 4M file; ln file other-name; truncate -s 1T sparse; touch empty
                """
            )
            let start = ContinuousClock.now
            let run = try WorkerRun(workplace.request(maxRate: 2_000_000), password: "x", output: workplace.output)
            _ = try await finish(run)
            let seconds = (ContinuousClock.now - start) / .seconds(1)
            let progress = run.events.compactMap { if case .progress(let progress) = $0 { progress } else { nil } }
            #expect(Double(progress.count) <= seconds * 4 + 2)
            #expect(progress.count >= 3)
            for (earlier, later) in zip(progress, progress.dropFirst()) {
                #expect(earlier.bytesDone <= later.bytesDone)
            }
            let last = try #require(progress.last)
            #expect(last.filesDone == 5)
            #expect(last.filesTotal == 5)
            #expect(last.bytesTotal == 4 << 20)
            #expect(last.bytesDone == last.bytesTotal)
        }
    }

    @Test func `worker, gpg and its agent give way to everybody, and the password is nowhere to be seen`() async throws
    {
        try await Workplace.with { workplace in
            let password = "correct-horse-battery-staple"
            try await shell("mkdir '\(workplace.tree)'; fallocate -l 100M '\(workplace.tree)/file'")
            let run = try WorkerRun(workplace.request(maxRate: 5_000_000), password: password, output: workplace.output)
            try await run.waitForProgress { $0.bytesWritten > 0 }
            let ids = try await shell("echo \(run.id) $(pgrep -P \(run.id) -x 'gpg|gpg-agent')")
            let alive = try await shell(
                "for p in \(ids.dropLast()); do [ -e /proc/$p/exe ] && readlink /proc/$p/exe; done || true"
            )
            #expect(alive.contains("/nexus-export"))
            #expect(alive.contains("/gpg\n"))
            #expect(alive.contains("/gpg-agent"))
            let manners = try await shell(
                """
                for p in \(ids.dropLast()); do
                    readlink /proc/$p/exe >/dev/null || continue
                    echo $(sed 's/.*) //' /proc/$p/stat | cut -d' ' -f17) $(ionice -p $p) $(cat /proc/$p/oom_score_adj)
                done | sort -u
                """
            )
            #expect(manners == "19 idle 500\n")
            // The policy is the 41st field; 5 is SCHED_IDLE. The threads that stop and hold back the others give way to nobody.
            let policies = try await shell(
                """
                for t in /proc/\(run.id)/task/*; do
                    echo "$(cat $t/comm | tr -d 0-9) $(sed 's/.*) //' $t/stat | cut -d' ' -f39)"
                done | sort -u
                for p in $(pgrep -P \(run.id) -x 'gpg|gpg-agent'); do
                    [ -e /proc/$p/exe ] && echo "gpg $(sed 's/.*) //' /proc/$p/stat | cut -d' ' -f39)"
                done | sort -u
                """
            )
            #expect(
                policies == """
                    archive 5
                    from-gpg 5
                    nexus-export 5
                    output 5
                    pacing 0
                    stop 0
                    gpg 5

                    """
            )
            let seen = try await shell(
                """
                cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2>/dev/null | tr '\\0' '\\n' | grep -c correct-horse-battery || true
                grep -rlaF \(password.dropLast(3)) '\(workplace.home)' '\(workplace.output)' || true
                """.replacing("grep -c correct-horse-battery", with: "grep -v bash | grep -c '^correct-horse-battery'")
            )
            #expect(seen == "0\n")
            try run.endInput()
            _ = await run.waitForEnd()
        }
    }
}
