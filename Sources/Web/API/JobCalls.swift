import Client
import Documents
import HTTPTypes
import Hummingbird

/// The job that runs.
struct JobCalls: Sendable {
    let service: ServiceConnection
    let feed: JobFeed
    private let job: SharedCall<BackupStatusDocument>

    init(service: ServiceConnection, feed: JobFeed) {
        self.service = service
        self.feed = feed
        job = SharedCall { BackupStatusDocument(try await service.backups().status()) }
    }

    /// The calls.
    var routes: [APIRoute] {
        [
            APIRoute(.get, "/job") { _, _ in .json(try await job.value()) },
            APIRoute(.post, "/job/cancel") { _, _ in
                try await service.backups().cancel()
                await feed.wakeUp()
                return Response(status: .noContent)
            },
        ]
    }
}
