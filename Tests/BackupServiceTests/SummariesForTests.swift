import BackupModel

extension SnapshotSummary {
    static let forTests = SnapshotSummary(
        id: 1,
        description: "",
        created: 0,
        system: true,
        data: false,
        path: "",
        isReadOnly: true,
        isAtomic: true,
        isActive: false,
        kind: .manual,
        exclusiveByteCount: nil,
        leftOut: []
    )
}

extension ExportSummary {
    static let forTests = ExportSummary(
        id: 1,
        path: "",
        name: "",
        size: 0,
        created: 0,
        sha256: "",
        description: "",
        snapshotExists: true,
        isVerified: false
    )
}
