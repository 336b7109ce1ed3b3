public import BackupModel
import ExportProtocol
import FileIndex
import Linux
import Logging

/// What is in the exports, told by their indexes.
extension Exporter {
    /// What is in the directory at `path` of the export of `id`, by name.
    /// - Throws: `BackupError` with `notFound`, `busy` while the index is made, `unsupported` without one or where there are to be none, `invalidArgs` for what is no
    ///   directory, or `corrupt`.
    public func listFiles(_ id: SnapshotID, _ path: [UInt8], _ page: FilePage) async throws -> [FileEntry] {
        try checkHasIndexes()
        let isIndexing = idsBeingIndexed.contains(id)
        return try await blocking { [store] in
            do {
                return try store.openIndex(id).list(path, page)
            } catch let error as BackupError where error.code == .unsupported && isIndexing {
                throw BackupError(beingIndexed: id)
            }
        }
    }

    /// The entries of all exports whose paths hold `text`, and the exports that could not be searched.
    /// - Throws: `BackupError` with `invalidArgs`, `limitsExceeded`, or `unsupported` where there are to be no indexes.
    public func searchFiles(_ text: String, _ page: FilePage) async throws -> FileSearchResult {
        try checkHasIndexes()
        let indexed = idsBeingIndexed
        return try await blocking { [store] in
            var search = try FileSearch(text, page)
            var result = FileSearchResult()
            for id in try store.ids() {
                do {
                    try search.add(store.openIndex(id))
                } catch let error as BackupError {
                    switch error.code {
                    case .limitsExceeded: throw error
                    case .notFound: continue
                    case .unsupported where indexed.contains(id):
                        result.unsearched.append(.init(id: id, reason: BackupError(beingIndexed: id).message))
                    default: result.unsearched.append(.init(id: id, reason: error.message))
                    }
                }
            }
            result.matches = try search.matches()
            result.unsearched += search.failures.map { .init(id: $0.id, reason: $0.error.message) }
            result.unsearched.sort { $0.id < $1.id }
            return result
        }
    }

    /// The exports whose indexes are being made. That of one that is itself being made comes right after it, and an earlier one goes
    /// as soon as it is in its place.
    private var idsBeingIndexed: Set<SnapshotID> {
        var ids = Set(indexing.keys)
        if let current, current.work == .export { ids.insert(current.id) }
        return ids
    }

    private func checkHasIndexes() throws(BackupError) {
        guard configuration.indexer == nil else { return }
        throw BackupError(
            .unsupported,
            "Exports have no indexes of their files here, as the configuration says index = false under [export]; set it to "
                + "true, restart the service, and export the snapshot again."
        )
    }
}

/// The making of indexes.
extension Exporter {
    /// Makes the indexes that an earlier start of the service could not complete, or removes what they would be made from where
    /// there are to be none.
    func completeIndexes() async {
        let ids = (try? await blocking { [store] in try store.idsToIndex() }) ?? []
        guard configuration.indexer != nil else {
            try? await blocking { [store] in for id in ids { store.discardEntries(id) } }
            return
        }
        for id in ids { startIndexing(id) }
    }

    /// Makes the index of the export of `id` after those that are made already.
    func startIndexing(_ id: SnapshotID) {
        guard let indexer = configuration.indexer, !isShutDown else { return }
        let process = IndexProcess(executable: indexer, store: store, logger: logger)
        lastIndexing = Task { [previous = lastIndexing] in
            await previous?.value
            if !Task.isCancelled { await process.run(id) }
            if !Task.isCancelled { indexing[id] = nil }
        }
        indexing[id] = lastIndexing
    }

    /// Ends the making of the index of `id`, and returns when nothing of it runs.
    func stopIndexing(_ id: SnapshotID) async {
        guard let task = indexing.removeValue(forKey: id) else { return }
        task.cancel()
        await task.value
    }
}

extension BackupError {
    fileprivate init(beingIndexed id: SnapshotID) {
        self.init(.busy, "The index of the export of snapshot \(id) is being made; try again in a moment.")
    }
}
