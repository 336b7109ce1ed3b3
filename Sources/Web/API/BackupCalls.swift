import BackupModel
import Client
import Documents
import HTTPTypes
import Hummingbird
import Linux

/// Backups: made, listed, verified and deleted.
struct BackupCalls: Sendable {
    let service: ServiceConnection
    let feed: JobFeed

    /// The calls.
    var routes: [APIRoute] {
        [
            APIRoute(.get, "/backups") { _, _ in
                let exports = try await service.backups().list()
                return .json(BackupListDocument(exports))
            },
            APIRoute(.post, "/backups") { request, _ in
                let order: Order = try await request.document()
                guard order.id > 0 else { throw Refusal.invalid("An id is a number from 1 to \(SnapshotID.max).") }
                let backups = try await service.backups()
                try await backups.create(order.id, options: .init(password: order.password.secret))
                return try await started(backups)
            },
            APIRoute(.post, "/backups/{id}/verify") { request, context in
                let id = try context.snapshotID()
                let order: Opening = try await request.document()
                let backups = try await service.backups()
                try await backups.verify(id, password: order.password.secret)
                return try await started(backups)
            },
            APIRoute(.delete, "/backups/{id}") { _, context in
                try await service.backups().delete(context.snapshotID())
                await feed.noteChange()
                return Response(status: .noContent)
            },
        ]
    }

    private func started(_ backups: BackupClient) async throws -> Response {
        await feed.wakeUp()
        return .json(BackupStatusDocument(try await backups.status()), .accepted)
    }

    private struct Order: RequestDocument {
        static let fields: Set = ["id", "password"]

        let id: SnapshotID
        let password: Password
    }

    private struct Opening: RequestDocument {
        static let fields: Set = ["password"]

        let password: Password
    }
}
