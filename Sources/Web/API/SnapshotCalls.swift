import BackupModel
import Client
import Documents
import HTTPTypes
import Hummingbird

/// Snapshots: taken, listed, made live and deleted.
struct SnapshotCalls: Sendable {
    /// Characters; the service itself takes 4096 bytes.
    private static let descriptionLimit = 1000

    let service: ServiceConnection
    let feed: JobFeed

    /// The calls.
    var routes: [APIRoute] {
        [
            APIRoute(.get, "/snapshots") { _, _ in
                let snapshots = try await service.snapshots().list()
                return .json(SnapshotListDocument(snapshots))
            },
            APIRoute(.post, "/snapshots") { request, _ in
                let order: Order = try await request.document()
                guard order.system || order.data else {
                    throw Refusal.invalid("One of \"system\" and \"data\" must be true.")
                }
                let description = order.description ?? ""
                guard description.unicodeScalars.count <= Self.descriptionLimit, !description.utf8.contains(0) else {
                    throw Refusal.invalid(
                        "A description has at most \(Self.descriptionLimit) characters, and none of them is NUL."
                    )
                }
                let id = try await service.snapshots().create(
                    system: order.system,
                    data: order.data,
                    description: description
                )
                return .json(Created(id: id), .created)
            },
            APIRoute(.post, "/snapshots/{id}/activate") { _, context in
                let undo = try await service.snapshots().activate(context.snapshotID())
                return .json(Activated(undoId: undo))
            },
            APIRoute(.delete, "/snapshots/{id}") { _, context in
                try await service.snapshots().delete(context.snapshotID())
                return Response(status: .noContent)
            },
        ]
    }

    private struct Order: RequestDocument {
        static let fields: Set = ["system", "data", "description"]

        let system: Bool
        let data: Bool
        let description: String?
    }

    private struct Created: Encodable {
        let id: SnapshotID
    }

    private struct Activated: Encodable {
        let undoId: SnapshotID
    }
}
