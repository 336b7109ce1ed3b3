import BackupModel
import DBus
import SystemPackage
import TestSupport
import Testing

/// What the service tells without being asked.
@Suite(.needsRoot, .timeLimit(.minutes(5)))
struct SignalTests {
    @Test func `every step of the main job is told, and progress at most four times a second`() async throws {
        try await withService { service in
            try await shell("head -c 8000000 /dev/urandom > \(service.root)/broot/data/noise")
            try await service.withDaemon { _ in
                let connection = try await service.bus.connect()
                let ofSnapshots = try await connection.signals(
                    sender: nil,
                    interface: ServiceNames.snapshot,
                    member: nil,
                    path: nil
                )
                let ofBackups = try await connection.signals(
                    sender: nil,
                    interface: ServiceNames.backup,
                    member: nil,
                    path: nil
                )
                let id = try await service.createSnapshot()
                let options = Value.properties(["password": .string("x"), "max-rate": .uint64(4_000_000)])
                let start = ContinuousClock.now
                _ = try await service.call(ServiceNames.backup, "CreateWithOptions", [.uint32(id), options])
                let percents = try await untilFinished(id, ofBackups)
                let seconds = start.duration(to: .now) / .seconds(1)
                #expect(percents.count > 2 && Double(percents.count) <= seconds * 4 + 2)
                #expect(percents == percents.sorted())
                _ = try await service.call(ServiceNames.snapshot, "Delete", [.uint32(id)])
                var members: [String] = []
                for await signal in ofSnapshots {
                    #expect(signal.arguments.count == 1 && signal.arguments.first?.integer() == id)
                    members.append(signal.member)
                    if signal.member == "Deleted" { break }
                }
                #expect(members == ["Created", "Deleted"])
                await connection.close()
            }
        }
    }

    /// The percents told until `Finished`, which must say that the export of `id` is done.
    private func untilFinished(_ id: SnapshotID, _ signals: AsyncStream<Signal>) async throws -> [UInt32] {
        var percents: [UInt32] = []
        for await signal in signals {
            #expect(signal.arguments.first?.integer() == id)
            guard signal.member == "Finished" else {
                percents.append(signal.arguments.last?.integer() ?? .max)
                continue
            }
            #expect(signal.arguments.dropFirst().map { $0.string } == ["done", ""])
            return percents
        }
        throw Unexpected("the end of the signals")
    }
}
