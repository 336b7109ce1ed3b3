import ArgumentParser
import BackupModel
import Client
import DBus

/// Completes ids as the service tells them: quickly, or not at all, and without a word.
enum NumberCompletion {
    /// Ids of snapshots.
    static var snapshots: CompletionKind {
        .custom { words, _, _ in await ids(words) { try await SnapshotClient(connection: $0).list().map(\.id) } }
    }

    /// Ids of backups.
    static var backups: CompletionKind {
        .custom { words, _, _ in await ids(words) { try await BackupClient(connection: $0).list().map(\.id) } }
    }

    /// Who presses a key does not want to wait for longer.
    private static let patience: Duration = .seconds(1)

    private static func ids(
        _ words: [String],
        _ list: @escaping @Sendable (Connection) async throws -> [SnapshotID]
    ) async -> [String] {
        await withTaskGroup(of: [String].self) { group in
            group.addTask {
                guard let connection = try? await Connection.open(busOfService: address(in: words)) else { return [] }
                // A service that does not run is not started for this.
                let owner = try? await connection.userID(of: ServiceNames.backup)
                let ids = owner == nil ? nil : try? await list(connection)
                await connection.close()
                return ids?.map { "\($0)" } ?? []
            }
            group.addTask {
                try? await Task.sleep(for: patience)
                return []
            }
            defer { group.cancelAll() }
            return await group.next() ?? []
        }
    }

    /// The bus that the words of a command line name.
    private static func address(in words: [String]) -> BusAddress {
        let option = "--address"
        if let word = words.last(where: { $0.hasPrefix("\(option)=") }) {
            return BusAddress(String(word.dropFirst(option.count + 1)))
        }
        guard let index = words.lastIndex(of: option), words.indices.contains(index + 1) else { return .system }
        return BusAddress(words[index + 1])
    }
}
