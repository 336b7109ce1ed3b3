package import BackupModel

/// One snapshot, with the keys of `Snapshot1.GetList`.
package struct SnapshotDocument: Encodable {
    package let id: SnapshotID
    package let description: String
    package let created: UInt64
    package let system: Bool
    package let data: Bool
    package let path: String
    package let readOnly: Bool
    package let atomic: Bool
    package let active: Bool
    package let kind: String
    package let exclusiveBytes: UInt64?
    package let leftOut: [String]

    package init(_ summary: SnapshotSummary) {
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
package struct SnapshotListDocument: Encodable {
    package let snapshots: [SnapshotDocument]

    package init(_ summaries: [SnapshotSummary]) {
        snapshots = summaries.map(SnapshotDocument.init)
    }
}
