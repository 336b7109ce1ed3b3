/// What `Snapshot1.Status` tells.
public struct SnapshotStatus: Sendable, Equatable {
    /// Whether an operation on snapshots runs now.
    public var isBusy: Bool
    /// The operation that runs: `create`, `delete` or, when none does, empty.
    public var operation: String
    /// The snapshot the operation is about; 0 when none.
    public var id: SnapshotID
    /// The snapshot whose state is live; 0 when none was ever activated.
    public var active: SnapshotID
    /// Whether what is live is seen only after a reboot.
    public var isRebootRequired: Bool

    /// Creates a status from its parts.
    public init(
        isBusy: Bool = false,
        operation: String = "",
        id: SnapshotID = 0,
        active: SnapshotID = 0,
        isRebootRequired: Bool = false
    ) {
        self.isBusy = isBusy
        self.operation = operation
        self.id = id
        self.active = active
        self.isRebootRequired = isRebootRequired
    }
}
