import BackupModel
import Btrfs
import Linux
import SystemPackage

extension CloneVolume {
    func copy(
        _ tree: SharedDescriptor,
        at path: FilePath,
        to name: FilePath,
        in parent: borrowing Descriptor,
        asSubvolume: Bool
    ) throws {
        if asSubvolume {
            try parent.makeSubvolume(name)
        } else {
            try parent.makeDirectory(name)
        }
        let target = SharedDescriptor(try parent.open(name, [.readOnly, .directory, .noFollow]))
        // What the copy inherits from its place would not be the snapshot's.
        try target.descriptor.removeDefaultACL()
        try target.descriptor.removeAccessACL()
        var copy = try TreeCopy(of: tree, at: path, excluding: [], isRecursive: true)
        try copy.run(to: target)
        if let lost = copy.leftOut.fragments.first {
            throw BackupError(
                .unsupported,
                "A copy of \(path.text) beside the live tree would lack \(lost); run the service as root, on a filesystem "
                    + "that keeps what the snapshot holds."
            )
        }
        try target.descriptor.synchronizeFilesystem()
    }
}
