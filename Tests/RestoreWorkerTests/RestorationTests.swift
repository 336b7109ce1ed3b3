import BackupModel
import ExportProtocol
import Foundation
import Linux
import SystemPackage
import TestSupport
import Testing

/// Restoring with the real worker, into an empty directory: what comes back is what was backed up.
@Suite(.needsRoot, .serialized, .timeLimit(.minutes(10)))
struct RestorationTests {
    @Test(arguments: [false, true])
    func `a whole tree comes back as it was`(isSnapshot: Bool) async throws {
        try await withBtrfsImage { mountPoint in
            let place = Place(directory: mountPoint)
            try await TortureTree.small.make(at: place.tree)
            if !isSnapshot { try await place.makeExport() }
            try await place.makeTarget()
            let run = try await place.restore(isSnapshot: isSnapshot)
            #expect(run.failure == nil)
            let result = try #require(run.result?.restoration)
            #expect(result.kept + result.replaced + result.unchanged + result.conflicts == 0)
            let lost = result.lost.filter { $0.what != .socket }
            #expect(lost.isEmpty, "\(lost)")
            #expect(
                result.placed == [
                    .init(selected: Array("system".utf8), target: place.target.bytes + Array("/system".utf8))
                ]
            )
            let (found, wanted) = try await (describeTree(place.target.appending("system")), describeTree(place.tree))
            #expect(Set(found).symmetricDifference(wanted) == [])
            #expect(try await place.leftovers() == [])
        }
    }

    @Test(arguments: [false, true])
    func `flags, paths of any length and large holes come back`(isSnapshot: Bool) async throws {
        try await withBtrfsImage(nodeSize: 65536) { mountPoint in
            let place = Place(directory: mountPoint)
            try await shell(
                """
                mkdir '\(place.tree)'; cd '\(place.tree)'; mkdir locked log
                touch locked/file log/append nodump; truncate -s 9G log/nine; echo x | dd of=log/nine bs=1M seek=8000 conv=notrunc
                setfattr -n user.large -v "$(head -c 60000 /dev/zero | tr '\\0' v)" nodump
                ln locked/file locked/too
                for i in $(seq 60); do d=$(printf 'level-%-70d' $i | tr ' ' x); mkdir $d; cd $d; done 2>/dev/null
                echo bottom >bottom; cd '\(place.tree)'
                chattr +i locked/file locked; chattr +a log/append log; chattr +d nodump
                """
            )
            if !isSnapshot { try await place.makeExport() }
            try await place.makeTarget()
            let run = try await place.restore(isSnapshot: isSnapshot)
            #expect(run.failure == nil)
            #expect(run.result?.restoration?.lost == [])
            let found = place.target.appending("system")
            let list = "lsattr -d locked locked/file locked/too log log/append nodump log/nine"
            let flags = try await shell("cd '\(found)'; \(list)")
            let wanted = try await shell("cd '\(place.tree)'; \(list)")
            #expect(flags == wanted)
            #expect(flags.contains("i") && flags.contains("a-"))
            let difference = try await Set(describeTree(found)).symmetricDifference(describeTree(place.tree))
            #expect(difference == [])
            let trees = [Restoration.Tree(name: "system", path: found.bytes)]
            let beside = Restoration.Destination.besideOriginals(trees, date: "2026-11-21")
            let second = try await place.restore(["system"], isSnapshot: isSnapshot, to: beside)
            #expect(second.failure == nil)
            let other = try await shell("cd '\(found)_2026-11-21'; \(list)")
            #expect(other == wanted)
        }
    }
}
