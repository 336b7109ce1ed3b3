import ArgumentParser
import BackupModel
import Client
import DBus

/// The options of every command.
struct GlobalOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The D-Bus address of the bus that the service is on; the system bus without it.",
            valueName: "address"
        )
    )
    var address: String?

    @Flag(help: "Write one JSON document to standard output, and nothing else.")
    var json = false

    /// A connection to the service's bus, which `body` uses.
    func withConnection<Outcome: Sendable>(
        _ body: (Connection) async throws -> Outcome
    ) async throws -> Outcome {
        let connection = try await Connection.open(busOfService: address.map { BusAddress($0) } ?? .system)
        do {
            let outcome = try await body(connection)
            await connection.close()
            return outcome
        } catch {
            await connection.close()
            throw error
        }
    }

    /// Uses clients of both.
    func withClients<Outcome: Sendable>(
        _ body: (SnapshotClient, BackupClient) async throws -> Outcome
    ) async throws -> Outcome {
        try await withConnection { connection in
            try await body(
                SnapshotClient(connection: connection, allowsInteraction: true),
                BackupClient(connection: connection, allowsInteraction: true)
            )
        }
    }

    /// Uses a client of the snapshots.
    func withSnapshots<Outcome: Sendable>(
        _ body: (SnapshotClient) async throws -> Outcome
    ) async throws -> Outcome {
        try await withConnection { try await body(SnapshotClient(connection: $0, allowsInteraction: true)) }
    }

    /// Uses a client of the backups.
    func withBackups<Outcome: Sendable>(
        _ body: (BackupClient) async throws -> Outcome
    ) async throws -> Outcome {
        try await withConnection { try await body(BackupClient(connection: $0, allowsInteraction: true)) }
    }
}
