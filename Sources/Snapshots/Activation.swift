import BackupModel
import Btrfs
import Linux
import Logging
import SystemPackage

/// Makes the trees of a snapshot live: each gets a writable copy beside the live one, and the two change places.
///
/// What is to happen is on stable storage before anything does, so that whenever it is cut off, the trees tell by their
/// identities how far it got; see ``SnapshotDirectory/resolve(_:finishing:_:)``. Everything blocks.
struct Activation {
    let directory: SnapshotDirectory
    let environment: ActivationEnvironment
    /// The snapshot that is made live.
    let id: SnapshotID
    /// The snapshot of the state before, which is taken first.
    let undo: SnapshotID
    let targets: [ActivationTarget]

    /// Does it, or leaves everything as it was.
    ///
    /// - Parameters:
    ///   - journal: As it is now; nothing is under way.
    ///   - takeUndo: Takes the snapshot of the state before, and returns its record.
    /// - Returns: The journal as it is then.
    func run(
        _ journal: ActivationJournal,
        takeUndo: () throws -> SnapshotRecord
    ) throws -> ActivationJournal {
        var journal = journal
        journal.intent = ActivationJournal.Intent(snapshot: id, undo: undo, exchanges: targets.map(exchange))
        do {
            try journal.write(in: directory.open())
            try environment.reached(.intended)
            try refuseLosses(takeUndo())
            try environment.reached(.tookUndo)
            try prepare(&journal)
            try exchange(journal)
            let done = journal.completed()
            try done.write(in: directory.open())
            try environment.reached(.done)
            return done
        } catch {
            undo(journal)
            throw BackupError("Snapshot \(id) can't be made live", error)
        }
    }

    /// What can't be undone now is tried again before the next activation, and at the next start.
    private func undo(_ journal: ActivationJournal) {
        do {
            _ = try directory.resolve(journal, finishing: false, environment.reached)
        } catch {
            directory.logger.error(
                "The activation of snapshot \(id) is left half done.",
                metadata: ["error": "\(error)"]
            )
        }
    }

    private func exchange(_ target: ActivationTarget) -> ActivationJournal.Exchange {
        // Another service may keep its trees there too.
        let number = String(UInt32.random(in: 0 ... .max), radix: 36)
        let staging = target.path.removingLastComponent().appending(".nexus-backup-\(undo)-\(number)")
        return ActivationJournal.Exchange(
            source: target.source.name,
            path: target.path.string,
            staging: staging.string,
            old: target.identity
        )
    }

    /// What the snapshot of the state before lacks could not be brought back.
    private func refuseLosses(_ record: SnapshotRecord) throws {
        for tree in record.trees {
            guard let lost = tree.leftOut.first(where: { !$0.hasPrefix("the socket ") }) else { continue }
            throw BackupError(
                .unsupported,
                "Snapshot \(id) can't be made live, as the snapshot of the present state to come back to would lack \(lost); "
                    + "have that taken along (recursive = true), move it out of the source \(tree.name), or remove it."
            )
        }
    }

    private func prepare(_ journal: inout ActivationJournal) throws {
        guard var intent = journal.intent else { return }
        for (index, target) in targets.enumerated() {
            do {
                intent.exchanges[index].new = try copy(target, to: FilePath(intent.exchanges[index].staging))
            } catch {
                throw Self.uncopied(id, target, error)
            }
            try environment.reached(.copied(source: index))
        }
        journal.intent = intent
        try journal.write(in: directory.open())
        try environment.reached(.prepared)
    }

    private static func uncopied(_ id: SnapshotID, _ target: ActivationTarget, _ error: any Error) -> BackupError {
        let place = "the source \(target.source.name) at \(target.path.text)"
        let what = "No copy of snapshot \(id) can be made beside \(place)"
        let reason = (error as? LinuxError)?.errno ?? (error as? BtrfsError)?.errno
        guard let reason, [.readOnlyFileSystem, .permissionDenied].contains(reason) else {
            return BackupError(what, error)
        }
        return BackupError(
            .unsupported,
            "\(what), as the service may not write there (\(reason)); let it, as by ReadWritePaths= in its unit.",
            cause: error
        )
    }

    /// Makes the copy in the directory of the live tree: on some filesystems a directory that comes to another place gets
    /// another time.
    private func copy(_ target: ActivationTarget, to staging: FilePath) throws -> TreeIdentity {
        let parent = try Descriptor.open(staging.removingLastComponent(), [.readOnly, .directory])
        let name = FilePath(staging.lastComponent?.string ?? "")
        let volume: any Volume = target.tree.driver == .btrfs ? BtrfsVolume() : CloneVolume()
        let place = directory.path.pushing(SnapshotDirectory.name(id)).appending(target.source.name)
        try volume.copy(
            SharedDescriptor(Descriptor.open(place, [.readOnly, .directory, .noFollow])),
            at: place,
            to: name,
            in: parent,
            asSubvolume: target.isSubvolume
        )
        try directory.synchronizeTrees(parent)
        return try TreeIdentity(of: parent.open(name, [.readOnly, .directory, .noFollow]))
    }

    private func exchange(_ journal: ActivationJournal) throws {
        guard let intent = journal.intent else { return }
        for (index, exchange) in intent.exchanges.enumerated() {
            try exchange.run()
            try environment.reached(.exchanged(source: index))
        }
        for exchange in intent.exchanges {
            try directory.synchronizeTrees(exchange.parent())
            guard try exchange.state() == .exchanged else {
                throw BackupError(
                    .failed,
                    "The live tree of the source \(exchange.source) at \(exchange.path) is another one than was put there; "
                        + "something else changed it meanwhile."
                )
            }
        }
        try environment.reached(.synchronized)
    }
}
