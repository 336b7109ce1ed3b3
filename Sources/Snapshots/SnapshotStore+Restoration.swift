import BackupModel

extension SnapshotStore {
    /// The sources, of which snapshots are taken.
    public nonisolated var configuredSources: [SnapshotSource] { sources }

    /// Sees to it that no other state is made live until ``endRestoring()`` is called, as something is written into the live
    /// trees.
    /// - Throws: `BackupError` with `busy` while a state is being made live, or `inUse` while one waits for a reboot.
    public func beginRestoring() async throws {
        guard activating.isEmpty, journal?.intent == nil else {
            throw BackupError(
                .busy,
                "A snapshot is being made live, so that nothing can be restored to its original place; try again when "
                    + "Snapshot1.Status shows that nothing runs, or pass a target directory."
            )
        }
        restorationCount += 1
        guard await status().isRebootRequired else { return }
        endRestoring()
        throw BackupError(
            .inUse,
            "A snapshot was made live and waits for a reboot, before which nothing that is restored to its original place would "
                + "be seen; reboot first, or pass a target directory."
        )
    }

    /// Ends what ``beginRestoring()`` began.
    public func endRestoring() {
        restorationCount -= 1
    }

    /// Refuses to make a snapshot live while something is restored into the live trees.
    func refuseWhileRestoring() throws {
        guard restorationCount == 0 else {
            throw BackupError(
                .busy,
                "A backup is being restored to its original place; wait for that to end, or end it with Backup1.Cancel."
            )
        }
    }
}
