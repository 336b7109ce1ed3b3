import BackupModel
import ExportProtocol
import Exports
import Linux
import Snapshots
import SystemPackage

extension ExportSubject {
    /// The snapshot that `lease` holds in place, which is given back when the export has ended.
    init(_ lease: SnapshotLease) {
        self.init(
            label: ExportLabel(
                id: lease.id,
                description: lease.record.description,
                created: lease.record.created,
                host: hostName(),
                sources: lease.trees.map {
                    ExportLabel.Source(name: $0.name, path: $0.livePath.string, kind: $0.kind.rawValue)
                },
                leftOut: lease.record.leftOut
            ),
            trees: lease.trees.map {
                ExportRequest.Source(
                    name: $0.name,
                    path: $0.path.bytes,
                    ownDirectories: $0.ownDirectories.map(\.bytes)
                )
            },
            release: { lease.release() }
        )
    }
}
