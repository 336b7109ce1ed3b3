import DBus

extension PeerService.State {
    /// A status while the backup of snapshot 7 runs.
    static func running(_ percent: UInt32) -> [String: Value] {
        [
            "id": .uint32(7), "progress": .uint32(percent), "state": .string("running"), "phase": .string("exporting"),
            "bytes_done": .uint64(UInt64(percent) << 20), "bytes_total": .uint64(100 << 20), "rate": .uint64(1 << 20),
            "eta": .uint32(100 - percent), "files_done": .uint64(5), "files_total": .uint64(9),
            "free_bytes": .uint64(3 << 30),
        ]
    }

    /// A status after it.
    static func ended(_ result: String, _ error: String = "") -> [String: Value] {
        ["id": .uint32(0), "last_id": .uint32(7), "last_result": .string(result), "last_error": .string(error)]
    }

    /// A service that gives these statuses and has the file of snapshot 7.
    static func of(_ statuses: [String: Value]...) -> PeerService.State {
        var state = PeerService.State()
        state.statuses = statuses
        state.exports = [
            [
                "id": .uint32(7), "path": .string("/b/nexus_backup_7.tar.gpg"), "size": .uint64(1_572_864),
                "sha256": .string("ab"),
            ]
        ]
        return state
    }
}
