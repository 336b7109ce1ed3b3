import BackupModel

extension SnapshotSummary {
    init(_ entry: PropertyReader) throws(BackupError) {
        self.init(
            id: try entry.id(),
            description: try entry.text("description") ?? "",
            created: try entry.number("created") ?? 0,
            system: try entry.flag("system") ?? false,
            data: try entry.flag("data") ?? false,
            path: try entry.text("path") ?? "",
            isReadOnly: try entry.flag("read_only") ?? true,
            isAtomic: try entry.flag("atomic") ?? true,
            isActive: try entry.flag("active") ?? false,
            kind: try entry.text("kind").flatMap(Kind.init) ?? .manual,
            exclusiveByteCount: try entry.number("exclusive_bytes"),
            leftOut: try entry.texts("left_out") ?? []
        )
    }
}

extension SnapshotStatus {
    init(_ entry: PropertyReader) throws(BackupError) {
        self.init(
            isBusy: try entry.flag("busy") ?? false,
            operation: try entry.text("operation") ?? "",
            id: try entry.number("id") ?? 0,
            active: try entry.number("active") ?? 0,
            isRebootRequired: try entry.flag("reboot_required") ?? false,
            mountsOfOld: try entry.texts("mounts_of_old") ?? []
        )
    }
}

extension ExportSummary {
    init(_ entry: PropertyReader) throws(BackupError) {
        self.init(
            id: try entry.id(),
            path: try entry.text("path") ?? "",
            name: try entry.text("name") ?? "",
            size: try entry.number("size") ?? 0,
            created: try entry.number("created") ?? 0,
            sha256: try entry.text("sha256") ?? "",
            description: try entry.text("description") ?? "",
            snapshotExists: try entry.flag("snapshot_exists") ?? false,
            isVerified: try entry.flag("verified") ?? false
        )
        verifiedAt = try entry.number("verified_at") ?? 0
    }
}

extension ExportStatus {
    init(_ entry: PropertyReader) throws(BackupError) {
        self.init()
        id = try entry.id()
        progress = min(try entry.number("progress") ?? 0, 100)
        state = try entry.text("state") ?? state
        phase = try entry.text("phase") ?? ""
        bytesDone = try entry.number("bytes_done") ?? 0
        bytesTotal = try entry.number("bytes_total") ?? 0
        filesDone = try entry.number("files_done") ?? 0
        filesTotal = try entry.number("files_total") ?? 0
        rate = try entry.number("rate") ?? 0
        secondsLeft = try entry.number("eta") ?? 0
        isHoldingBack = try entry.flag("holding_back") ?? false
        holdingBackReason = try entry.text("holding_back_reason") ?? ""
        heldBackSeconds = try entry.number("held_back_seconds") ?? 0
        ioScheduler = try entry.text("io_scheduler") ?? ""
        freeByteCount = try entry.number("free_bytes")
        started = try entry.number("started") ?? 0
        lastID = try entry.number("last_id") ?? 0
        lastResult = try entry.text("last_result").flatMap(Result.init)
        lastError = try entry.text("last_error") ?? ""
        lastErrorCode = try entry.text("last_error_name").flatMap(BackupError.Code.init(busName:))
        if let restored = try entry.dictionaries("last_restored")?.first, !restored.isEmpty {
            lastRestored = try RestoreSummary(restored)
        }
    }
}

extension RestoreSummary {
    init(_ entry: PropertyReader) throws(BackupError) {
        self.init()
        origin = try entry.text("from") ?? ""
        isDryRun = try entry.flag("dry_run") ?? false
        created = try entry.number("created") ?? 0
        replaced = try entry.number("replaced") ?? 0
        kept = try entry.number("kept") ?? 0
        unchanged = try entry.number("unchanged") ?? 0
        conflicts = try entry.number("conflicts") ?? 0
        firstConflict = try entry.text("first_conflict") ?? ""
        byteCount = try entry.number("bytes") ?? 0
        targets = try entry.byteStrings("targets") ?? []
        for loss in try entry.dictionaries("lost") ?? [] {
            losses.append(
                Loss(
                    what: try loss.text("what") ?? "",
                    count: try loss.number("count") ?? 0,
                    first: try loss.text("first") ?? ""
                )
            )
        }
    }
}
