import BackupModel
import Client
import Documents
import Synchronization

/// Follows the service on behalf of all who watch it, as long as anybody does: by its signals, and by asking.
actor JobFeed {
    private static let spacing: Duration = .milliseconds(250)
    private static let busyInterval: Duration = .seconds(1)
    private static let idleInterval: Duration = .seconds(5)
    private static let retryInterval: Duration = .seconds(2)

    private let service: ServiceConnection
    private var watchers: [ObjectIdentifier: JobWatcher] = [:]
    private var following: Task<Void, Never>?
    private var wake: AsyncStream<Void>.Continuation?
    private var last: BackupStatusDocument?
    /// Whether the service is started where it does not run: it is until it has answered once, and then who stops it may.
    private var isServiceWanted = true

    init(_ service: ServiceConnection) {
        self.service = service
    }

    /// Tells `watcher` of everything from now on.
    func add(_ watcher: JobWatcher) {
        watchers[ObjectIdentifier(watcher)] = watcher
        if following == nil {
            last = nil
            following = Task { await follow() }
        } else if let last {
            watcher.tell(job: last)
        }
    }

    /// Ends that; when nobody is left, the service is not asked any more.
    func remove(_ watcher: JobWatcher) {
        watchers[ObjectIdentifier(watcher)] = nil
        guard watchers.isEmpty else { return }
        following?.cancel()
        following = nil
    }

    /// Says that lists may be others.
    func noteChange() {
        for watcher in watchers.values { watcher.tellChange() }
    }

    /// Has the service asked soon.
    func wakeUp() {
        wake?.yield()
    }

    private func follow() async {
        isServiceWanted = true
        while !Task.isCancelled {
            do {
                try await followConnection(try await service.backups(), try await service.snapshots())
            } catch let error as BackupError {
                tell(Refusal(error))
            } catch {
                // The bus has gone, or nobody watches any more.
                guard !Task.isCancelled else { return }
            }
            try? await Task.sleep(for: Self.retryInterval)
        }
    }

    /// Follows the service until the bus is gone, or an error.
    private func followConnection(_ backups: BackupClient, _ snapshots: SnapshotClient) async throws {
        let (wakes, wake) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        self.wake = wake
        let progress = try await backups.progress()
        let finished = try await backups.finished()
        let created = try await snapshots.created()
        let deleted = try await snapshots.deleted()
        let activated = try await snapshots.activated()
        try await withThrowingTaskGroup(of: Void.self) { group in
            defer { group.cancelAll() }
            group.addTask { for await _ in progress { wake.yield() } }
            group.addTask {
                for await _ in finished {
                    await self.noteChange()
                    wake.yield()
                }
                // All streams end with the bus; one is enough to notice it.
                wake.finish()
            }
            group.addTask { for await _ in created { await self.noteChange() } }
            group.addTask { for await _ in deleted { await self.noteChange() } }
            group.addTask { for await _ in activated { await self.noteChange() } }
            group.addTask {
                while !Task.isCancelled {
                    wake.yield()
                    try await Task.sleep(for: self.interval())
                }
            }
            for await _ in wakes {
                try await tell(BackupStatusDocument(backups.status(startingService: isServiceWanted)))
                isServiceWanted = false
                try await Task.sleep(for: Self.spacing)
            }
        }
    }

    private func interval() -> Duration {
        last?.id == 0 ? Self.idleInterval : Self.busyInterval
    }

    private func tell(_ job: BackupStatusDocument) {
        guard job != last else { return }
        last = job
        for watcher in watchers.values { watcher.tell(job: job) }
    }

    private func tell(_ problem: Refusal) {
        last = nil
        for watcher in watchers.values { watcher.tell(problem: problem) }
    }
}
