import BackupModel
import ExportProtocol
import Foundation
import Linux
import SystemPackage
import TestSupport
import Testing

/// What the worker, as a process, makes of a request with excludes.
@Suite(.needsRoot, .serialized, .timeLimit(.minutes(5)))
struct ExclusionTests {
    private func request(
        _ workplace: Workplace,
        _ excludes: ExportExcludes,
        own: [String] = []
    ) -> ExportRequest {
        var request = workplace.request()
        request.sources[0].excludes = excludes
        request.sources[0].ownDirectories = own.map { Array($0.utf8) }
        request.label.sources[0].excludes = excludes
        return request
    }

    @Test func `what is excluded is in no archive, and the totals are those of what is`() async throws {
        try await Workplace.with { workplace in
            try await shell(
                """
                mkdir -p '\(workplace.tree)'/{cache/deep,own/x,keep}; cd '\(workplace.tree)'
                head -c 100000 /dev/urandom | tee cache/deep/a cache/b own/x/c drop.tmp keep/d >keep/e
                ln keep/d keep/linked.tmp; python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind("keep/socket")'
                """
            )
            let excludes = ExportExcludes(patterns: ["/cache/*", "*.tmp"])
            let run = try WorkerRun(
                request(workplace, excludes, own: ["own"]),
                password: "sesame",
                output: workplace.output
            )
            #expect(await run.waitForEnd() == 0)
            guard case .done(let result) = run.events.last else { throw TestSupportError(description: "not done") }
            let progress = run.events.compactMap { if case .progress(let progress) = $0 { progress } else { nil } }.last
            #expect(progress?.filesTotal == 6)
            #expect(progress?.filesDone == 6)
            #expect(result.entryCount == 6)
            // Half of keep/d, whose other name is left out.
            #expect((150_000...160_000).contains(progress?.bytesTotal ?? 0))
            #expect(progress?.bytesDone == progress?.bytesTotal)
            #expect(
                result.leftOut.sorted() == [
                    "system/cache/b (excluded by the pattern /cache/*)",
                    "system/cache/deep (excluded by the pattern /cache/*)",
                    "system/drop.tmp (excluded by the pattern *.tmp)",
                    "system/keep/linked.tmp (excluded by the pattern *.tmp)", "system/keep/socket (a socket)",
                    "system/own (contents left out, as the product keeps its own files there)",
                ]
            )
            #expect(result.leftOutCount == 6)
            #expect(
                try await workplace.decrypt(into: "tar -t | sort") == """
                    nexus-backup.json
                    nexus-backup.manifest
                    system/
                    system/cache/
                    system/keep/
                    system/keep/d
                    system/keep/e
                    system/own/\n
                    """
            )
            let label = try await workplace.decrypt(into: "tar -xO nexus-backup.json")
            #expect(
                try JSONDecoder().decode(ExportLabel.self, from: Data(label.utf8)).sources.first?.excludes == excludes
            )
        }
    }

    @Test func `many that are left out are counted, and named as far as there is room`() async throws {
        try await Workplace.with { workplace in
            try await shell(
                """
                mkdir -p '\(workplace.tree)'/long; cd '\(workplace.tree)'; seq -f '%.0f.tmp' 1500 | xargs touch
                cd long; for i in $(seq 700); do : >"$(printf '\\377%.0s' $(seq 200))$i.log"; done
                """
            )
            let short = try await workplace.export(request(workplace, ExportExcludes(patterns: ["*.tmp"])))
            #expect(short.leftOut.count == 1000)
            #expect(short.leftOutCount == 1500)
            let long = try await workplace.export(request(workplace, ExportExcludes(patterns: ["*.log", "!*.tmp"])))
            #expect((100..<700).contains(long.leftOut.count))
            #expect(long.leftOut.reduce(0) { $0 + $1.utf8.count } <= 128 << 10)
            #expect(long.leftOutCount == 700)
        }
    }

    @Test func `a request with a pattern that can't be right is refused, naming it`() async throws {
        try await Workplace.with { workplace in
            let request = request(workplace, ExportExcludes(patterns: ["fine", "a["]))
            let run = try WorkerRun(request, password: "sesame", output: workplace.output)
            #expect(await run.waitForEnd() == 1)
            guard case .failed(let failure) = run.events.last else { throw TestSupportError(description: "no failure") }
            #expect(failure.code == .invalidArgs)
            #expect(failure.message.hasPrefix("The source system has the pattern \"a[\", which has a \"[\""))
        }
    }
}
