import BackupModel
import DBus

extension SnapshotSummary {
    /// The entry of `Snapshot1.GetList`.
    var properties: [String: Value] {
        var result: [String: Value] = [
            "id": .uint32(id),
            "description": .string(description),
            "created": .uint64(created),
            "system": .bool(system),
            "data": .bool(data),
            "path": .string(path),
            "read_only": .bool(isReadOnly),
            "atomic": .bool(isAtomic),
            "active": .bool(isActive),
            "kind": .string(kind.rawValue),
            "left_out": .array(of: "s", leftOut.map { .string($0) }),
        ]
        if let exclusiveByteCount {
            result["exclusive_bytes"] = .uint64(exclusiveByteCount)
        }
        return result
    }
}

extension SnapshotStatus {
    /// The reply of `Snapshot1.Status`.
    var properties: [String: Value] {
        [
            "busy": .bool(isBusy),
            "operation": .string(operation),
            "id": .uint32(id),
            "active": .uint32(active),
            "reboot_required": .bool(isRebootRequired),
            "mounts_of_old": .array(of: "s", mountsOfOld.map { .string($0) }),
        ]
    }
}

extension ExportSummary {
    /// The entry of `Backup1.GetList`.
    var properties: [String: Value] {
        [
            "id": .uint32(id),
            "path": .string(path),
            "name": .string(name),
            "size": .uint64(size),
            "created": .uint64(created),
            "sha256": .string(sha256),
            "description": .string(description),
            "snapshot_exists": .bool(snapshotExists),
            "verified": .bool(isVerified),
            "verified_at": .uint64(verifiedAt),
        ]
    }
}

extension ExportStatus {
    /// The reply of `Backup1.Status`.
    var properties: [String: Value] {
        var result: [String: Value] = [
            "id": .uint32(id),
            "progress": .uint32(progress),
            "state": .string(state),
            "phase": .string(phase),
            "bytes_done": .uint64(bytesDone),
            "bytes_total": .uint64(bytesTotal),
            "files_done": .uint64(filesDone),
            "files_total": .uint64(filesTotal),
            "rate": .uint64(rate),
            "eta": .uint32(secondsLeft),
            "holding_back": .bool(isHoldingBack),
            "holding_back_reason": .string(holdingBackReason),
            "held_back_seconds": .uint64(heldBackSeconds),
            "io_scheduler": .string(ioScheduler),
            "started": .uint64(started),
            "last_id": .uint32(lastID),
            "last_result": .string(lastResult?.rawValue ?? ""),
            "last_error": .string(lastError),
            "last_error_name": .string(lastErrorCode?.busName ?? ""),
            "last_restored": .properties(lastRestored?.properties ?? [:]),
        ]
        if let freeByteCount {
            result["free_bytes"] = .uint64(freeByteCount)
        }
        return result
    }
}

extension RestoreSummary {
    /// The value of `last_restored` in the reply of `Backup1.Status`.
    var properties: [String: Value] {
        [
            "from": .string(origin),
            "dry_run": .bool(isDryRun),
            "created": .uint64(created),
            "replaced": .uint64(replaced),
            "kept": .uint64(kept),
            "unchanged": .uint64(unchanged),
            "conflicts": .uint64(conflicts),
            "first_conflict": .string(firstConflict),
            "bytes": .uint64(byteCount),
            "lost": .array(of: "a{sv}", losses.map { .properties($0.properties) }),
            "targets": .array(of: "ay", targets.map { .bytes($0) }),
        ]
    }
}

extension RestoreSummary.Loss {
    fileprivate var properties: [String: Value] {
        ["what": .string(what), "count": .uint64(count), "first": .string(first)]
    }
}
