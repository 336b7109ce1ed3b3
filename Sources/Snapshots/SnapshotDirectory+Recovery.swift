import BackupModel
import Linux
import Logging
import SystemPackage

extension SnapshotDirectory {
    /// Makes the directory where it is missing, removes what has a hidden name, tells of what is no snapshot, and reads the
    /// counter of ids.
    func recover(lowestNextID: SnapshotID) throws -> IDCounter {
        do {
            try makeDirectories(path, permissions: .ownerReadWriteExecute)
            let directory = try open()
            let names = try directory.entryNames()
            for name in names where Self.id(ofHidden: name) != nil {
                let place = path.pushing(name).text
                logger.notice("Removing \(place), which was being made or deleted when the service ended.")
                discard(name)
            }
            for name in names {
                guard let id = Self.id(of: name) else { continue }
                do {
                    _ = try readRecord(id, in: directory)
                } catch {
                    let place = path.pushing(name).text
                    logger.warning("\(place) is no snapshot and is left alone.", metadata: ["error": "\(error)"])
                }
            }
            let seen = names.compactMap { Self.id(of: $0) ?? Self.id(ofHidden: $0) }
            return try IDCounter(in: directory, lowest: lowestNextID, seen: seen, logger: logger)
        } catch {
            throw BackupError(
                "The directory of snapshots \(path.text) can't be used, so make it or change storage.snapshots",
                error
            )
        }
    }

    /// The journal of activations after ``recoverActivations(_:)``; nil where it can't be read.
    func journalOfStart(_ environment: ActivationEnvironment) -> ActivationJournal? {
        do {
            return try recoverActivations(environment)
        } catch {
            let place = path.pushing(ActivationJournal.fileName).text
            logger.error("\(place) can't be read; no snapshot is made live.", metadata: ["error": "\(error)"])
            return nil
        }
    }

    /// Reads the journal of activations, and brings one that was cut off to an end; one that can't be now stays in it.
    func recoverActivations(_ environment: ActivationEnvironment) throws -> ActivationJournal {
        var journal = try ActivationJournal.read(in: open())
        do {
            journal = try resolve(journal, finishing: true, environment.reached)
        } catch {
            logger.error("An activation that was cut off is not at its end yet.", metadata: ["error": "\(error)"])
        }
        return removeOldTrees(journal)
    }
}
