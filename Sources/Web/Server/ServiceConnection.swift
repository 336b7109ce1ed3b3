import BackupModel
import Client
import DBus

/// The one connection to the bus that all requests share: made when it is first needed, and anew when the bus has gone.
actor ServiceConnection {
    private let address: BusAddress
    private var opening: Task<Connection, any Error>?

    init(_ address: BusAddress) {
        self.address = address
    }

    /// A client of the exports.
    ///
    /// - Throws: `unknownObject` where the bus can't be reached.
    nonisolated func backups() async throws -> BackupClient {
        BackupClient(connection: try await connection())
    }

    /// A client of the snapshots.
    ///
    /// - Throws: `unknownObject` where the bus can't be reached.
    nonisolated func snapshots() async throws -> SnapshotClient {
        SnapshotClient(connection: try await connection())
    }

    /// Ends the connection.
    func close() async {
        guard let opening else { return }
        self.opening = nil
        await (try? opening.value)?.close()
    }

    private func connection() async throws -> Connection {
        if let opening { return try await opening.value }
        let address = address
        let task = Task { try await Connection.open(busOfService: address) }
        opening = task
        do {
            let connection = try await task.value
            Task {
                await connection.untilClosed()
                forget(task)
            }
            return connection
        } catch {
            forget(task)
            throw error
        }
    }

    private func forget(_ task: Task<Connection, any Error>) {
        if opening == task { opening = nil }
    }
}
