import BackupModel
import ExportProtocol
import Foundation
import Linux
import SystemPackage
import TestSupport
import Testing

/// What is told of restorations that can't be all that was wanted, and on the way of those that are.
@Suite(.needsRoot, .serialized, .timeLimit(.minutes(10)))
struct RestorationFailureTests {
    private static let changed = """
        member(b'system', b'5', mode=0o755)
        member(b'system/good', data=b'good')
        member(b'system/bad', data=b'bad')
        lines[1] = lines[1].replace(b'a', b'b').replace(b'system/bbd', b'system/bad')
        """

    @Test(arguments: [[], ["system/good"]])
    func `a file that is not as the manifest says is told at the end, whatever was selected`(paths: [String])
        async throws
    {
        try await Place.with { place in
            try await ForgedArchive.make(place, Self.changed)
            try await place.makeTarget()
            let run = try await place.restore(paths)
            #expect(run.failure?.code == .corrupt)
            #expect(run.failure?.message.contains("the first is system/bad, which") == true)
            #expect(run.failure?.restoration?.created == (paths.isEmpty ? 3 : 1))
            #expect(try await shell("find '\(place.target)' -name good | xargs cat") == "good")
        }
    }

    @Test func `nothing appears beside the originals when the export is damaged`() async throws {
        try await Place.with { place in
            try await ForgedArchive.make(place, Self.changed)
            try await shell("mkdir '\(place.directory)/live'")
            let live = place.directory.appending("live")
            let run = try await place.restore(
                ["system/good"],
                to: .besideOriginals([.init(name: "system", path: live.bytes)], date: "2026-11-21")
            )
            #expect(run.failure?.code == .corrupt)
            #expect(try await shell("ls -A '\(live)'") == "")
        }
    }

    @Test func `with a wrong password, or into what is no directory, nothing is restored`() async throws {
        try await Place.with { place in
            try await shell("echo x >'\(place.tree)/file'")
            try await place.makeExport()
            try await place.makeTarget()
            var run = try await place.restore(to: .directory(place.directory.appending("none").bytes))
            #expect(run.failure?.code == .notFound)
            run = try await place.restore(to: .directory(place.tree.appending("file").bytes))
            #expect(run.failure?.code == .failed)
            run = try await place.restore(to: .descriptor(9))
            #expect(run.failure?.code == .invalidArgs)
            let restoration = Restoration(origin: .export, destination: .directory(place.target.bytes))
            let input = try place.input(restoration).replacingOccurrences(of: Place.password, with: "other")
            run = try await place.run("nexus-restore", input, output: "/dev/null")
            #expect(run.failure?.code == .badPassword)
            #expect(try await shell("ls -A '\(place.target)'") == "")
        }
    }

    @Test(arguments: [false, true])
    func `directories that are missing above what is restored are made as they were`(isSnapshot: Bool) async throws {
        try await Place.with { place in
            try await shell(
                "cd '\(place.tree)'; mkdir -p a/b; echo x >a/b/file; echo y >a/other; chmod 751 a; touch -d 2001-01-01 a a/b; mkdir ../live"
            )
            if !isSnapshot { try await place.makeExport() }
            let live = place.directory.appending("live")
            let places = Restoration.Destination.originalPlaces([.init(name: "system", path: live.bytes)])
            let run = try await place.restore(["system/a/b/file"], isSnapshot: isSnapshot, to: places)
            #expect(run.failure == nil)
            #expect(try place.notes() == ["create system/a", "create system/a/b", "create system/a/b/file"])
            try await shell("rm '\(place.tree)/a/other'; touch -d 2001-01-01 '\(place.tree)/a'")
            #expect(try await describeTree(live.appending("a")) == describeTree(place.tree.appending("a")))
        }
    }

    @Test(arguments: [false, true])
    func `progress never falls, and ends where all is done`(isSnapshot: Bool) async throws {
        try await Place.with { place in
            try await shell(
                "cd '\(place.tree)'; seq 500 | xargs touch; head -c 3000000 /dev/urandom >large; ln large too"
            )
            if !isSnapshot { try await place.makeExport() }
            try await place.makeTarget()
            // The second name alone needs a second reading of an export.
            let run = try await place.restore(isSnapshot ? [] : ["system/too"], isSnapshot: isSnapshot)
            #expect(run.failure == nil)
            let last = try #require(run.progress.last)
            #expect(last.bytesDone == last.bytesTotal)
            for (before, after) in zip(run.progress, run.progress.dropFirst()) {
                #expect(before.bytesDone <= after.bytesDone && before.filesDone <= after.filesDone)
            }
        }
    }
}
