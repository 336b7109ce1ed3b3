public import BackupModel
import Glibc
import Linux
public import Logging
public import SystemPackage

/// The snapshots: takes them, lists them, deletes them, and holds on to those that are being read.
public actor SnapshotStore {
    /// The longest description in bytes of UTF-8.
    public static let maximumDescriptionByteCount = 4096

    let directory: SnapshotDirectory
    let sources: [SnapshotSource]
    let leases = LeaseTable()
    let logger: Logger
    let environment: ActivationEnvironment
    /// What is known of activations; nil where that can't be read.
    var journal: ActivationJournal?
    /// The snapshots that an activation is about which has been asked for.
    var activating: Set<SnapshotID> = []
    /// How many restorations write into the live trees.
    var restorationCount = 0
    private var counter: IDCounter
    var present = SnapshotStatus()
    /// The operation that was asked for last; the next one starts when it has ended.
    private var lastOperation: Task<Void, Never>?
    /// How many operations run or wait for their turn.
    private(set) var operationCount = 0

    /// Opens the store, making its directory where it is missing, and removes what a snapshot that was being made or
    /// deleted when the service ended has left.
    ///
    /// - Parameters:
    ///   - directory: Where snapshots are kept.
    ///   - sources: What snapshots are taken of.
    ///   - excluding: Directories, of the product itself, of which nothing is to be in a snapshot.
    ///   - lowestNextID: No snapshot gets an id below this.
    /// - Throws: `BackupError` when the directory can't be used.
    public static func open(
        directory: FilePath,
        sources: [SnapshotSource],
        excluding: [FilePath],
        lowestNextID: SnapshotID,
        logger: Logger
    ) async throws -> SnapshotStore {
        let directory = SnapshotDirectory(path: directory, excluding: excluding, logger: logger)
        let environment = ActivationEnvironment(kernelRelease: kernelRelease())
        return try await open(directory, sources, lowestNextID: lowestNextID, environment)
    }

    /// As ``open(directory:sources:excluding:lowestNextID:logger:)``, on a machine that is as `environment` says.
    static func open(
        _ directory: SnapshotDirectory,
        _ sources: [SnapshotSource],
        lowestNextID: SnapshotID,
        _ environment: ActivationEnvironment
    ) async throws -> SnapshotStore {
        try await blocking {
            let counter = try directory.recover(lowestNextID: lowestNextID)
            return SnapshotStore(directory, sources, counter, directory.journalOfStart(environment), environment)
        }
    }

    private init(
        _ directory: SnapshotDirectory,
        _ sources: [SnapshotSource],
        _ counter: IDCounter,
        _ journal: ActivationJournal?,
        _ environment: ActivationEnvironment
    ) {
        self.directory = directory
        self.sources = sources
        self.counter = counter
        self.journal = journal
        self.environment = environment
        logger = directory.logger
    }

    /// Takes a snapshot of the sources of the kinds that are asked for, all under one id.
    ///
    /// One that can't be made whole leaves nothing behind but the number, which is not given again.
    /// - Throws: `BackupError` with `invalidArgs`, `noSpace`, `unsupported`, `limitsExceeded` or `failed`.
    public func create(
        system: Bool,
        data: Bool,
        description: String,
        kind: SnapshotSummary.Kind
    ) async throws -> SnapshotID {
        let chosen = try choose(system: system, data: data)
        let byteCount = description.utf8.count
        guard byteCount <= Self.maximumDescriptionByteCount else {
            throw BackupError(
                .invalidArgs,
                "The description has \(byteCount) bytes; pass one of at most \(Self.maximumDescriptionByteCount)."
            )
        }
        return try await inTurn { store in
            let id = try await store.takeID()
            store.present = SnapshotStatus(isBusy: true, operation: "create", id: id)
            let now = UInt64(clamping: time(nil))
            try await blocking { [directory = store.directory] in
                try directory.create(id, of: chosen) { trees in
                    SnapshotRecord(id: id, description: description, created: now, kind: kind, trees: trees)
                }
            }
            store.logger.info("Snapshot \(id) is taken.")
            return id
        }
    }

    /// Deletes a snapshot; once this returns it does not come back after a power cut.
    /// - Throws: `BackupError` with `notFound`, `inUse` or `failed`.
    public func delete(_ id: SnapshotID) async throws {
        try refuseIfActivating(id)
        try await inTurn { store in
            try store.refuseIfActivating(id)
            store.present = SnapshotStatus(isBusy: true, operation: "delete", id: id)
            guard store.leases.beginDeletion(of: id) else {
                throw BackupError(
                    .inUse,
                    "Snapshot \(id) is being read, as by an export; wait until that has ended, or end it with Backup1.Cancel."
                )
            }
            defer { store.leases.endDeletion(of: id) }
            let journal = store.journal ?? ActivationJournal()
            let remaining = try await blocking { [directory = store.directory, sources = store.sources] in
                try directory.refuseIfActivationNeeds(id, journal)
                try directory.delete(id, sources: sources)
                return directory.removeOldTrees(journal)
            }
            if store.journal != nil { store.journal = remaining }
            store.logger.info("Snapshot \(id) is deleted.")
        }
    }

    /// The snapshots, by id.
    public func list() async throws -> [SnapshotSummary] {
        try await blocking { [directory, journal] in try directory.list(journal ?? ActivationJournal()) }
    }

    private func choose(system: Bool, data: Bool) throws -> [SnapshotSource] {
        guard system || data else {
            throw BackupError(
                .invalidArgs,
                "Neither system nor data is to be in the snapshot; pass true for one of them."
            )
        }
        for (isWanted, kind) in [(system, SnapshotSource.Kind.system), (data, .data)] where isWanted {
            guard sources.contains(where: { $0.kind == kind }) else {
                throw BackupError(
                    .invalidArgs,
                    "No source of kind \(kind.rawValue) is configured; add one to the configuration or pass false for it."
                )
            }
        }
        return sources.filter { $0.kind == .system ? system : data }
    }

    func takeID() async throws -> SnapshotID {
        let (id, next) = try await blocking { [directory, counter] in
            var counter = counter
            return (try directory.takeID(&counter), counter)
        }
        counter = next
        return id
    }

    /// Runs `operation` when those asked for before it have ended.
    func inTurn<Result: Sendable>(
        _ operation: @escaping @Sendable (isolated SnapshotStore) async throws -> Result
    ) async throws -> Result {
        let previous = lastOperation
        operationCount += 1
        let task = Task {
            await previous?.value
            defer {
                present = SnapshotStatus()
                operationCount -= 1
            }
            return try await operation(self)
        }
        lastOperation = Task { _ = await task.result }
        return try await task.value
    }
}
