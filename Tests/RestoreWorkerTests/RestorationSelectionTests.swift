import BackupModel
import ExportProtocol
import Foundation
import Linux
import SystemPackage
import TestSupport
import Testing

/// Restoring some of a backup, into a directory and into the original places, over what is there and beside it.
@Suite(.needsRoot, .serialized, .timeLimit(.minutes(10)))
struct RestorationSelectionTests {
    private static let makeTree = """
        mkdir -p etc/deep/deeper home
        echo hosts >etc/hosts
        echo deep >etc/deep/file
        chmod 2750 etc/deep
        ln -s hosts etc/link
        ln etc/hosts home/hosts-too
        ln etc/hosts home/hosts-three
        touch -d '2001-02-03 04:05:06.789' etc/deep/file etc
        touch -d '2002-02-03 04:05:06.789' home
        """

    private func withExport(_ isSnapshot: Bool = false, _ body: (Place) async throws -> Void) async throws {
        try await Place.with { place in
            try await shell("cd '\(place.tree)'\n" + Self.makeTree)
            if !isSnapshot { try await place.makeExport() }
            try await place.makeTarget()
            try await body(place)
        }
    }

    private func originals(_ place: Place) -> [Restoration.Tree] {
        [.init(name: "system", path: place.directory.appending("live").bytes)]
    }

    @Test(arguments: [false, true])
    func `what is selected lands under its last component`(isSnapshot: Bool) async throws {
        try await withExport(isSnapshot) { place in
            let run = try await place.restore(["system/etc/hosts", "system/etc/deep"], isSnapshot: isSnapshot)
            #expect(run.failure == nil)
            let look = "find deep hosts -printf '%p %M %T@\\n' | sort"
            let found = try await shell("cd '\(place.target)'; \(look)")
            #expect(try await found == shell("cd '\(place.tree)/etc'; \(look)"))
            #expect(
                try place.notes() == [
                    "create system/etc/deep", "create system/etc/deep/deeper", "create system/etc/deep/file",
                    "create system/etc/hosts",
                ]
            )
        }
    }

    @Test(arguments: [false, true])
    func `later names of a file are restored without the first`(isSnapshot: Bool) async throws {
        try await withExport(isSnapshot) { place in
            let names = ["etc/hosts", "home/hosts-too", "home/hosts-three"]
            for name in names {
                try await shell("rm -rf '\(place.target)'/*")
                let others = names.filter { $0 != name }.map { "system/" + $0 }
                let run = try await place.restore(others, isSnapshot: isSnapshot)
                #expect(run.failure == nil, "without \(name)")
                let found = try await shell(
                    "cd '\(place.target)'; cat *; stat -c %h *; ls -i | cut -d' ' -f1 | uniq | wc -l"
                )
                #expect(found == "hosts\nhosts\n2\n2\n1\n", "without \(name)")
            }
        }
    }

    @Test(arguments: [false, true])
    func `what is not in the backup is named`(isSnapshot: Bool) async throws {
        try await withExport(isSnapshot) { place in
            let run = try await place.restore(["system/etc/hosts", "system/etc/none"], isSnapshot: isSnapshot)
            #expect(run.failure?.code == .notFound)
            #expect(run.failure?.message == "system/etc/none is not in the backup.")
            #expect(run.failure?.restoration?.created ?? 0 == (isSnapshot ? 0 : 1))
            let source = try await place.restore(["other"], isSnapshot: isSnapshot)
            #expect(source.failure?.code == .notFound)
            let same = try await place.restore(["system/etc/hosts", "system/home/hosts"], isSnapshot: isSnapshot)
            #expect(same.failure?.code == .invalidArgs)
            let outside = try await place.restore(["system/../etc"], isSnapshot: isSnapshot)
            #expect(outside.failure?.code == .invalidArgs)
        }
    }

    @Test(arguments: [false, true])
    func `what exists is kept, or replaced where that is wanted`(isSnapshot: Bool) async throws {
        try await withExport(isSnapshot) { place in
            let live = place.directory.appending("live")
            try await shell(
                "cp -a '\(place.tree)' '\(live)'; cd '\(live)'; echo mine >etc/hosts; rm etc/link; echo more >etc/more; chmod 700 etc"
            )
            let before = try await describeTree(live)
            let places = Restoration.Destination.originalPlaces(originals(place))
            let dry = try await place.restore(isSnapshot: isSnapshot, to: places, overwrite: true, isDryRun: true)
            #expect(dry.failure == nil)
            let predicted = try place.notes()
            #expect(try await describeTree(live) == before)

            let kept = try await place.restore(isSnapshot: isSnapshot, to: places)
            #expect(kept.failure == nil)
            #expect(
                try place.notes().filter { !$0.hasPrefix("unchanged") && !$0.hasPrefix("keep") } == [
                    "create system/etc/link"
                ]
            )
            #expect(
                try await shell("cat '\(live)/etc/hosts'; stat -c %a '\(live)/etc'; rm '\(live)/etc/link'")
                    == "mine\n700\n"
            )

            let run = try await place.restore(isSnapshot: isSnapshot, to: places, overwrite: true)
            #expect(run.failure == nil)
            #expect(try place.notes() == predicted)
            #expect(predicted.contains("replace system/etc/hosts") && predicted.contains("replace system/etc"))
            #expect(predicted.contains("unchanged system/etc/deep/file"))
            try await shell("rm '\(live)/etc/more'; touch -r '\(place.tree)/etc' '\(live)/etc'")
            #expect(try await describeTree(live) == describeTree(place.tree))
            #expect(try await place.leftovers() == [])
        }
    }

    @Test(arguments: [false, true])
    func `directories and other things do not take each other's place`(isSnapshot: Bool) async throws {
        try await withExport(isSnapshot) { place in
            let live = place.directory.appending("live")
            try await shell("mkdir -p '\(live)/etc/hosts/x' '\(live)/home'; echo >'\(live)/etc/deep'")
            let places = Restoration.Destination.originalPlaces(originals(place))
            let run = try await place.restore(isSnapshot: isSnapshot, to: places, overwrite: true)
            #expect(run.failure?.code == .failed)
            #expect(run.failure?.message.contains("system/etc/") == true)
            let result = try #require(run.failure?.restoration)
            #expect(result.conflicts == 4)
            #expect(
                try await shell("cd '\(live)'; ls -A etc home; cat home/hosts-too")
                    == "etc:\ndeep\nhosts\nlink\n\nhome:\nhosts-three\nhosts-too\nhosts\n"
            )
        }
    }

    @Test(arguments: [false, true])
    func `what is put beside the original has the date in its name`(isSnapshot: Bool) async throws {
        try await withExport(isSnapshot) { place in
            let live = place.directory.appending("live")
            try await shell("cp -a '\(place.tree)' '\(live)'; touch '\(live)/etc/hosts_2026-11-21'")
            let beside = Restoration.Destination.besideOriginals(originals(place), date: "2026-11-21")
            let paths = ["system/etc/hosts", "system/etc/deep"]
            let dry = try await place.restore(paths, isSnapshot: isSnapshot, to: beside, isDryRun: true)
            let run = try await place.restore(paths, isSnapshot: isSnapshot, to: beside)
            #expect(run.failure == nil)
            let placed = run.result?.restoration?.placed
            #expect(placed == dry.result?.restoration?.placed)
            #expect(
                placed?.map(\.target) == [
                    live.bytes + Array("/etc/hosts_2026-11-21_2".utf8), live.bytes + Array("/etc/deep_2026-11-21".utf8),
                ]
            )
            #expect(
                try await describeTree(live.appending("etc/deep_2026-11-21"))
                    == describeTree(place.tree.appending("etc/deep"))
            )
            #expect(try await shell("cat '\(live)/etc/hosts_2026-11-21_2'") == "hosts\n")
            let whole = try await place.restore(["system"], isSnapshot: isSnapshot, to: beside)
            #expect(whole.failure == nil)
            #expect(try await describeTree(place.directory.appending("live_2026-11-21")) == describeTree(place.tree))
            #expect(try await place.leftovers() == [])
        }
    }
}
