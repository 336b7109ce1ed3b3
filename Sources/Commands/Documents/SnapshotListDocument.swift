import BackupModel

/// What `snapshot list --json` writes: the keys of `Snapshot1.GetList`.
struct SnapshotListDocument: Encodable {
    struct Entry: Encodable {
        let id: SnapshotID
        let description: String
        let created: UInt64
        let system: Bool
        let data: Bool
        let path: String
        let readOnly: Bool
        let atomic: Bool
        let active: Bool
        let kind: String
        let exclusiveBytes: UInt64?
        let leftOut: [String]
    }

    let snapshots: [Entry]

    init(_ snapshots: [SnapshotSummary]) {
        self.snapshots = snapshots.map(Entry.init)
    }
}

extension SnapshotListDocument.Entry {
    init(_ snapshot: SnapshotSummary) {
        id = snapshot.id
        description = snapshot.description
        created = snapshot.created
        system = snapshot.system
        data = snapshot.data
        path = snapshot.path
        readOnly = snapshot.isReadOnly
        atomic = snapshot.isAtomic
        active = snapshot.isActive
        kind = snapshot.kind.rawValue
        exclusiveBytes = snapshot.exclusiveByteCount
        leftOut = snapshot.leftOut
    }
}
