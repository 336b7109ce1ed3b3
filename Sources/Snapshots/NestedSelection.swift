import Btrfs
import SystemPackage

/// The subvolumes in a source, divided into what its snapshot holds and what it leaves out.
struct NestedSelection {
    /// Those to be snapshotted along, each before those in it.
    private(set) var included: [NestedSubvolume] = []
    private var leftOut: Set<NestedSubvolume> = []

    init(_ nested: [NestedSubvolume], of source: SnapshotSource, except own: OwnDirectories) {
        add(nested, of: source, except: own)
    }

    /// Adds those of a later listing.
    mutating func add(_ nested: [NestedSubvolume], of source: SnapshotSource, except own: OwnDirectories) {
        let known = Set(included)
        for subvolume in nested where !known.contains(subvolume) {
            // The product's own are told of once, as the directory they are in.
            if own.contain(subvolume.path) { continue }
            if source.isRecursive {
                included.append(subvolume)
            } else {
                leftOut.insert(subvolume)
            }
        }
        included.sort { ($0.path.components.count, $0.id) < ($1.path.components.count, $1.id) }
    }

    /// Adds those that are left out to `list`; `source` is what their paths are relative to.
    func listLeftOut(_ list: inout LeftOut, in source: FilePath) {
        for subvolume in leftOut.sorted(by: { $0.id < $1.id }) {
            list.add("the nested subvolume", source.pushing(subvolume.path))
        }
    }

    /// Whether something is to be changed in the snapshot of the subvolume at `path` once it is made.
    func isChanged(_ path: FilePath, _ own: OwnDirectories) -> Bool {
        included.contains { $0.path != path && $0.path.starts(with: path) }
            || own.paths.contains { $0.starts(with: path) }
    }
}
