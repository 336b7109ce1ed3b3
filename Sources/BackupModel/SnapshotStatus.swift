/// What `Snapshot1.Status` tells.
public struct SnapshotStatus: Sendable, Equatable {
    /// Whether an operation on snapshots runs now.
    public var isBusy: Bool
    /// The operation that runs: `create`, `delete`, `activate` or, when none does, empty.
    public var operation: String
    /// The snapshot the operation is about; 0 when none.
    public var id: SnapshotID
    /// The snapshot whose state was made live last; 0 when none was, or when what is live is something else by now.
    public var active: SnapshotID
    /// Whether what is live is seen only after a reboot.
    public var isRebootRequired: Bool
    /// Where the state that was live before is still mounted; bytes that are not UTF-8 are replaced for display.
    public var mountsOfOld: [String]

    /// Creates a status from its parts.
    public init(
        isBusy: Bool = false,
        operation: String = "",
        id: SnapshotID = 0,
        active: SnapshotID = 0,
        isRebootRequired: Bool = false,
        mountsOfOld: [String] = []
    ) {
        self.isBusy = isBusy
        self.operation = operation
        self.id = id
        self.active = active
        self.isRebootRequired = isRebootRequired
        self.mountsOfOld = mountsOfOld
    }
}
