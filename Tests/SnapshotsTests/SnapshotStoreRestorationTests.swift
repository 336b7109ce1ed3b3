import BackupModel
import SystemPackage
import TestSupport
import Testing

@testable import Snapshots

/// Restoring into the live trees and making another state live keep out of each other's way.
@Suite(.needsRoot, .serialized, .timeLimit(.minutes(5)))
struct SnapshotStoreRestorationTests {
    @Test func `nothing is made live while something is restored into the live trees`() async throws {
        try await ActivationPlace.host.withStore { fixture in
            let store = try await fixture.open(.forTests())
            let id = try await store.create()
            try await store.beginRestoring()
            try await store.beginRestoring()
            for _ in 0..<2 {
                let error = await failure { try await store.activate(id) }
                #expect(error?.code == .busy, "\(error.debugDescription)")
                await store.endRestoring()
            }
            _ = try await store.activate(id)
        }
    }

    @Test func `nothing is restored into the live trees while a reboot is waited for`() async throws {
        try await ActivationPlace.host.withStore { fixture in
            let shown = fixture.root.appending("shown")
            let store = try await fixture.open(.forTests())
            let id = try await store.create()
            try await shell("mkdir \(shown); mount --bind \(fixture.root)/system \(shown)")
            _ = try await store.activate(id)
            let error = await failure { try await store.beginRestoring() }
            try await shell("umount \(shown)")
            #expect(error?.code == .inUse, "\(error.debugDescription)")
            try await store.beginRestoring()
            await store.endRestoring()
        }
    }
}
