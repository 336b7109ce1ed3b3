import BackupModel

/// One snapshot, with the keys of `Snapshot1.GetList`.
struct SnapshotDocument: Encodable {
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

    init(_ summary: SnapshotSummary) {
        id = summary.id
        description = summary.description
        created = summary.created
        system = summary.system
        data = summary.data
        path = summary.path
        readOnly = summary.isReadOnly
        atomic = summary.isAtomic
        active = summary.isActive
        kind = summary.kind.rawValue
        exclusiveBytes = summary.exclusiveByteCount
        leftOut = summary.leftOut
    }
}

/// All snapshots.
struct SnapshotListDocument: Encodable {
    let snapshots: [SnapshotDocument]
}
