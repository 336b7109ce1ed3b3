import BackupModel
import Linux
import SystemPackage

/// The kernels for which a system tree has modules, against those that may boot.
struct KernelModules {
    private static let places: [FilePath] = ["usr/lib/modules", "lib/modules"]
    private static let kernelPrefixes = ["vmlinuz-", "vmlinux-", "kernel-"]

    /// The releases for which the tree has modules; nil for a tree without a place for any.
    private(set) var releases: Set<String>?
    /// The releases of the kernels in the tree itself.
    private let own: Set<String>

    /// Looks into the open directory `tree`.
    init(in tree: borrowing Descriptor) throws(LinuxError) {
        for place in Self.places {
            guard let directory = try tree.openDirectoryIfThere(place) else { continue }
            releases = try (releases ?? []).union(directory.entryNames().map(\.string))
        }
        guard let boot = try tree.openDirectoryIfThere("boot") else {
            own = []
            return
        }
        own = try Self.kernels(in: boot)
    }

    /// Refuses a tree that the kernel which would boot has no modules in.
    func check(_ snapshot: SnapshotID, _ source: SnapshotSource, _ environment: ActivationEnvironment) throws {
        guard let releases else { return }
        var kernels = own
        if !environment.kernelRelease.isEmpty { kernels.insert(environment.kernelRelease) }
        // A machine without that directory boots otherwise, as a container does.
        if let boot = try? Descriptor.open(environment.bootDirectory, [.readOnly, .directory]) {
            kernels.formUnion(try Self.kernels(in: boot))
        }
        guard releases.isDisjoint(with: kernels), !kernels.isEmpty else { return }
        let found = releases.isEmpty ? "none" : releases.sorted().joined(separator: ", ")
        throw BackupError(
            .unsupported,
            "The tree \(source.name) of snapshot \(snapshot) has no modules for a kernel that would boot "
                + "(\(kernels.sorted().joined(separator: ", "))), but for \(found), and would not come up; install a kernel it "
                + "has modules for first."
        )
    }

    private static func kernels(in directory: borrowing Descriptor) throws(LinuxError) -> Set<String> {
        var result: Set<String> = []
        for name in try directory.entryNames().map(\.string) {
            for prefix in kernelPrefixes where name.hasPrefix(prefix) {
                result.insert(String(name.dropFirst(prefix.count)))
            }
        }
        return result
    }
}
