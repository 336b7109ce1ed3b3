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
}
