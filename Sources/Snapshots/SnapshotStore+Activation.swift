public import BackupModel
import Glibc
import Linux
import Logging
import SystemPackage

extension SnapshotStore {
    /// The longest part of a snapshot's description that is repeated in that of the state before it.
    private static let quotedCharacterCount = 200

    /// Makes the state of the snapshot `id` the live one, and takes a snapshot of the present state first.
    ///
    /// What has the old trees mounted or open sees those until it mounts or opens them again, as by a reboot.
    /// - Returns: The id of the snapshot of the state before; to activate that is to go back.
    /// - Throws: `BackupError`; everything is then as it was. With `notFound`, `busy` while another operation on snapshots
    ///   runs, `inUse` while something is mounted in a source, `unsupported` with the reason why it would not work, `noSpace`.
    public func activate(_ id: SnapshotID) async throws -> SnapshotID {
        guard operationCount == 0 else {
            let operation = present.operation.isEmpty ? "An operation on snapshots" : "Snapshot1 \(present.operation)"
            throw BackupError(
                .busy,
                "\(operation) runs now, so that snapshot \(id) can't be made live; try again when Snapshot1.Status shows "
                    + "that nothing runs."
            )
        }
        try refuseWhileRestoring()
        activating = [id]
        defer { activating = [] }
        return try await inTurn { store in
            store.present = SnapshotStatus(isBusy: true, operation: "activate", id: id)
            let lease = try await store.lease(id)
            defer { lease.release() }
            let undo = try await store.activate(lease)
            store.logger.notice("Snapshot \(id) is live; snapshot \(undo) is the state before.")
            for mount in await store.status().mountsOfOld {
                store.logger.notice("\(mount) shows the state before until it is mounted again, as by a reboot.")
            }
            return undo
        }
    }

    private func activate(_ lease: SnapshotLease) async throws -> SnapshotID {
        let journal = try await resolvedJournal()
        let check = ActivationCheck(directory: directory, sources: sources, environment: environment)
        let targets = try await blocking { try check.targets(of: lease.id) }
        let undo = try await takeID()
        activating.insert(undo)
        let activation = Activation(
            directory: directory,
            environment: environment,
            id: lease.id,
            undo: undo,
            targets: targets
        )
        let description = Self.descriptionOfUndo(lease)
        let result: Result<ActivationJournal, any Error> = try await blocking { [directory] in
            Result { try activation.run(journal) { try directory.takeUndo(undo, of: targets, description) } }
        }
        switch result {
        case .success(let done): self.journal = done
        case .failure(let error):
            // What could not be undone stands there.
            self.journal = try? await blocking { [directory] in try ActivationJournal.read(in: directory.open()) }
            throw error
        }
        return undo
    }

    private static func descriptionOfUndo(_ lease: SnapshotLease) -> String {
        let names = lease.trees.map(\.name).joined(separator: ", ")
        let quoted = lease.record.description.prefix(quotedCharacterCount)
        let text = "State of \(names) before snapshot \(lease.id) was made live"
        // That of an undo says already what it is the state before, and would grow from one to the next.
        return quoted.isEmpty || lease.record.kind == .undo ? text : "\(text): \(quoted)"
    }

    /// The journal, once what was cut off before is at its end.
    private func resolvedJournal() async throws -> ActivationJournal {
        do {
            let resolved = try await blocking { [directory, environment] in
                let journal = try ActivationJournal.read(in: directory.open())
                return try directory.resolve(journal, finishing: true, environment.reached)
            }
            journal = resolved
            return resolved
        } catch let error as BackupError {
            throw BackupError(.busy, "Another activation is not at its end. \(error.message)", cause: error)
        } catch {
            throw BackupError(
                .corrupt,
                "The journal of activations \(directory.path.pushing(ActivationJournal.fileName).text) can't be read; look at "
                    + "it, and remove it by hand if nothing of it is needed.",
                cause: error
            )
        }
    }

    /// Refuses to delete a snapshot that an activation is about.
    func refuseIfActivating(_ id: SnapshotID) throws {
        guard activating.contains(id) || journal?.intent?.snapshot == id || journal?.intent?.undo == id else { return }
        throw BackupError(
            .inUse,
            "Snapshot \(id) is being made live, or is the state before that; wait until Snapshot1.Status shows that nothing "
                + "runs."
        )
    }

    /// What runs now, and what is live; answers at once also while an operation runs.
    public func status() async -> SnapshotStatus {
        var status = present
        guard let journal, journal != ActivationJournal() else { return status }
        let (active, mounts) = await live(journal)
        status.active = active
        status.mountsOfOld = mounts
        status.isRebootRequired = !mounts.isEmpty
        return status
    }

    private func live(_ journal: ActivationJournal) async -> (active: SnapshotID, mounts: [String]) {
        let found = try? await blocking { [directory] in
            let active = directory.activeSnapshots(journal)
            let mounts = (try? directory.mountsOfOldTrees(journal)) ?? []
            return (journal.last.flatMap { active[$0] != nil ? $0 : nil } ?? 0, mounts.map(\.point.string))
        }
        return found ?? (0, [])
    }
}

extension SnapshotDirectory {
    /// Takes the snapshot `id` of the present state of what `targets` stand for.
    fileprivate func takeUndo(
        _ id: SnapshotID,
        of targets: [ActivationTarget],
        _ description: String
    ) throws -> SnapshotRecord {
        let now = UInt64(clamping: time(nil))
        try create(id, of: targets.map(\.source)) { trees in
            SnapshotRecord(id: id, description: description, created: now, kind: .undo, trees: trees)
        }
        return try requireRecord(id, in: open())
    }
}
