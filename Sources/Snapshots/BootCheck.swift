import BackupModel
import Btrfs
import Linux
import SystemPackage

/// Looks whether the next boot will mount what has the live tree's name then, and not the old tree by its number.
struct BootCheck {
    private static let maximumByteCount = 1 << 20

    let environment: ActivationEnvironment

    /// - Parameter tree: The snapshot's tree, whose own fstab(5) counts once it is live.
    func run(_ target: ActivationTarget, _ tree: borrowing Descriptor) throws {
        let live = try target.source.open()
        guard let filesystem = live.btrfsID() else { return }
        try refuseDefault(target, live)
        let commandLine = text(of: try? Descriptor.open(environment.commandLineFile, .readOnly))
        let present = BootConfiguration(
            mountTable: text(of: try? Descriptor.open(environment.mountFile, .readOnly)) ?? "",
            commandLine: commandLine
        )
        try refuseNumber(target, present.mountByNumber(of: target.subvolumes, filesystem: filesystem))
        if target.source.kind == .system, let directory = try tree.openDirectoryIfThere("etc") {
            let own = text(of: try directory.openIfThere("fstab", [.readOnly, .noFollow, .nonBlocking])) ?? ""
            let future = BootConfiguration(mountTable: own, commandLine: nil)
            let place = future.mountByNumber(of: target.subvolumes, filesystem: filesystem)
            try refuseNumber(target, place.map { "the snapshot's \($0)" })
        }
        try checkRoot(target, present)
        try checkNested(target, tree, live)
    }

    /// A nested subvolume that is mounted somewhere by its path must be there after the next boot too.
    private func checkNested(
        _ target: ActivationTarget,
        _ tree: borrowing Descriptor,
        _ live: borrowing Descriptor
    ) throws {
        guard target.subvolumes.count > 1, let subvolume = try Subvolume(live.openDirectory("")) else { return }
        let table = try MountTable.current()
        for nested in try subvolume.nested() {
            guard let directory = try live.openDirectoryIfThere(nested.path),
                let mount = try table.shows(directory, [nested.id]).first,
                try !Self.isSubvolume(nested.path, in: tree)
            else { continue }
            throw ActivationTarget.unsupported(
                target.source,
                "has the subvolume \(nested.path.text), which is mounted at \(mount.point.text) and which the snapshot does not "
                    + "have, so that the next boot could not mount it; unmount it and take it out of /etc/fstab first"
            )
        }
    }

    private func text(of file: consuming Descriptor?) -> String? {
        guard let file, let bytes = try? file.readAll(limit: Self.maximumByteCount) else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }

    private func refuseDefault(_ target: ActivationTarget, _ live: borrowing Descriptor) throws {
        do throws(BtrfsError) {
            guard try target.subvolumes.contains(live.defaultSubvolumeID()) else { return }
        } catch {
            // Only root may ask, and only root could have set it.
            guard error.errno == .notPermitted else { throw error }
            return
        }
        throw ActivationTarget.unsupported(
            target.source,
            "is what the filesystem mounts by default, which goes by its number and not by its name; mount it with the "
                + "option subvol=, and choose another default with `btrfs subvolume set-default 5`"
        )
    }

    private func refuseNumber(_ target: ActivationTarget, _ place: String?) throws {
        guard let place else { return }
        throw ActivationTarget.unsupported(
            target.source,
            "is mounted by its number by \(place), so that the old tree would come up again; write subvol= with its path "
                + "there instead"
        )
    }

    private func checkRoot(_ target: ActivationTarget, _ boot: BootConfiguration) throws {
        let live = try target.source.open()
        let table = try MountTable.current()
        let shown = try table.shows(live, target.subvolumes).filter { $0.point == "/" }
        guard let root = shown.last, !boot.mountsRoot(byPath: root.root) else { return }
        throw ActivationTarget.unsupported(
            target.source,
            "is mounted as the root filesystem, and neither rootflags= on the kernel's command line nor /etc/fstab says so "
                + "with subvol=\(root.root.text), so that nobody knows what the next boot would mount; add that first"
        )
    }

    private static func isSubvolume(_ path: FilePath, in tree: borrowing Descriptor) throws -> Bool {
        guard let directory = try tree.openDirectoryIfThere(path) else { return false }
        return try directory.subvolumeID() != nil
    }
}
