public import BackupModel
import Synchronization
public import SystemPackage

/// A hold on a snapshot: for as long as it lasts the snapshot can't be deleted.
public final class SnapshotLease: Sendable {
    /// One source's tree in the snapshot.
    public struct Tree: Sendable, Equatable {
        /// The source's name.
        public let name: String
        /// The live path it was taken of.
        public let livePath: FilePath
        /// What the source holds.
        public let kind: SnapshotSource.Kind
        /// Where the tree is.
        public let path: FilePath
        /// Directories in it, relative to it, in which the product keeps its own files now.
        public let ownDirectories: [FilePath]
    }

    /// The snapshot.
    public let id: SnapshotID
    /// What is known of it.
    public let record: SnapshotSummary
    /// Its trees.
    public let trees: [Tree]
    private let onRelease: Mutex<(@Sendable () -> Void)?>

    init(id: SnapshotID, record: SnapshotSummary, trees: [Tree], onRelease: @escaping @Sendable () -> Void) {
        self.id = id
        self.record = record
        self.trees = trees
        self.onRelease = Mutex(onRelease)
    }

    deinit {
        release()
    }

    /// Ends the hold; a second time it does nothing.
    public func release() {
        let action = onRelease.withLock { action in
            defer { action = nil }
            return action
        }
        action?()
    }
}
