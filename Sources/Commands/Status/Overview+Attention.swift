import BackupModel

extension Overview {
    /// How old the newest backup may be before somebody should look, in seconds.
    static let greatestAge: UInt64 = 7 * 86_400

    /// What an administrator should look at, a sentence each.
    func attention(now: UInt64) -> [String] {
        [reboot, failure, missingBackup, oldBackup(now), shortage].compactMap { $0 }
    }

    private var reboot: String? {
        guard let status = snapshotStatus, status.isRebootRequired else { return nil }
        let places = status.mountsOfOld.isEmpty ? "" : " at \(status.mountsOfOld.joined(separator: ", "))"
        return "The state from before the last activation is still mounted\(places): reboot to see the new one."
    }

    private var failure: String? {
        guard let job, job.lastResult == .failed else { return nil }
        return "The last job, of snapshot \(job.lastID), failed: \(job.lastError)"
    }

    private var missingBackup: String? {
        guard let backups, backups.isEmpty, job?.id ?? 0 == 0 else { return nil }
        guard let newestSnapshot else {
            return "There is no backup yet; take a snapshot with `nexus-backup snapshot create`, then export it."
        }
        return "There is no backup yet; make one with `nexus-backup backup create \(newestSnapshot.id)`."
    }

    private func oldBackup(_ now: UInt64) -> String? {
        guard let newestBackup, newestBackup.created > 0, newestBackup.created < now,
            now - newestBackup.created > Self.greatestAge
        else { return nil }
        return "The newest backup was made \(Moment.age(newestBackup.created, now: now)); it is time for another one."
    }

    private var shortage: String? {
        guard let newestBackup, let free = job?.freeByteCount ?? spaces.first?.freeByteCount, free < newestBackup.size
        else { return nil }
        let shortage = "\(Size.text(free)) are free for backups, less than the newest one takes"
        return "\(shortage); delete backups or snapshots that are no longer needed."
    }
}
