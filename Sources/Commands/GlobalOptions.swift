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

    @Flag(help: "Fail where an administrator's password would be needed, rather than ask for it.")
    var noAsk = false

    /// Uses clients of both objects.
    func withClients<Outcome: Sendable>(
        _ body: (SnapshotClient, BackupClient) async throws -> Outcome
    ) async throws -> Outcome {
        let connection = try await Connection.open(busOfService: address.map { BusAddress($0) } ?? .system)
        let agent = PasswordAgent(Console.current, address: address)
        var onChallenge: (@Sendable () async -> Bool)?
        if !noAsk { onChallenge = { await agent.start() } }
        let outcome: Result<Outcome, any Error>
        do {
            let snapshots = SnapshotClient(
                connection: connection,
                allowsInteraction: !noAsk,
                onChallenge: onChallenge
            )
            let backups = BackupClient(connection: connection, allowsInteraction: !noAsk, onChallenge: onChallenge)
            outcome = .success(try await body(snapshots, backups))
        } catch {
            outcome = .failure(error)
        }
        await agent.end()
        await connection.close()
        return try outcome.get()
    }

    /// Uses a client of the snapshots.
    func withSnapshots<Outcome: Sendable>(
        _ body: (SnapshotClient) async throws -> Outcome
    ) async throws -> Outcome {
        try await withClients { snapshots, _ in try await body(snapshots) }
    }

    /// Uses a client of the backups.
    func withBackups<Outcome: Sendable>(
        _ body: (BackupClient) async throws -> Outcome
    ) async throws -> Outcome {
        try await withClients { _, backups in try await body(backups) }
    }
}
