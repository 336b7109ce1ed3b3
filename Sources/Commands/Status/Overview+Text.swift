import BackupModel

extension Overview {
    /// All of it, for people.
    func details(now: UInt64) -> Details {
        let attention = attention(now: now)
        return Details(
            [
                ("Last backup", backups.map { _ in newestBackup.map { $0.line(now) } ?? "none" }),
                ("Running", job.map(\.line)), ("Running", snapshotStatus.flatMap(\.line)),
                ("Backups", backups.map(total)), ("Snapshots", snapshots.map { total($0, now) }),
            ] + space.map { ("Free space", $0) }
                + hidden.map { ("Not shown", "what polkit does not let this user ask for: \($0)") }
                + attention.map { ("Look at", $0) } + (attention.isEmpty ? [("Look at", "nothing")] : [])
        )
    }

    /// The room that there is; where this user can't look, or there is nothing yet, what the service tells of it.
    private var space: [String] {
        guard newestBackup == nil || spaces.isEmpty, let free = job?.freeByteCount else { return spaces.map(\.line) }
        return ["\(Size.text(free)) for backups"] + spaces.map(\.line)
    }

    private func total(_ backups: [ExportSummary]) -> String {
        let size = backups.reduce(UInt64(0)) { $0.addingReportingOverflow($1.size).partialValue }
        return backups.isEmpty ? "none" : "\(backups.count), \(Size.text(size)) in all"
    }

    private func total(_ snapshots: [SnapshotSummary], _ now: UInt64) -> String {
        guard let newestSnapshot else { return "none" }
        let live = snapshots.first(where: \.isActive).map { ", that of \($0.id) is live" } ?? ""
        let age = Moment.age(newestSnapshot.created, now: now)
        return "\(snapshots.count), the newest, \(newestSnapshot.id), taken \(age)\(live)"
    }
}

extension ExportSummary {
    fileprivate func line(_ now: UInt64) -> String {
        let verification = isVerified ? "verified \(Moment.age(verifiedAt, now: now))" : "not verified"
        let title = description.isEmpty ? "" : ", \"\(description)\""
        return "\(id), made \(Moment.age(created, now: now)), \(Size.text(size)), \(verification)\(title)"
    }
}

extension ExportStatus {
    fileprivate var line: String {
        id == 0 ? "no backup" : ProgressBar.plainLine(self)
    }
}

extension SnapshotStatus {
    fileprivate var line: String? {
        guard isBusy else { return nil }
        let doing = ["create": "taking", "delete": "deleting", "activate": "going back to"][operation] ?? operation
        return "\(doing) \(id == 0 ? "a snapshot" : "snapshot \(id)")"
    }
}

extension Overview.Space {
    fileprivate var line: String {
        "\(Size.text(freeByteCount)) of \(Size.text(byteCount)) at \(path)"
    }
}
