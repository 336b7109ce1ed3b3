import BackupModel
import Linux
import SystemPackage
import TestSupport
import Testing

@testable import Snapshots

struct KernelModulesTests {
    private static let source = SnapshotSource(name: "system", path: "/broot/system", kind: .system)

    /// Directories and files of a tree, the kernel that runs, and whether the tree has modules for one that would boot.
    @Test(arguments: [
        ("", "6.1", true), ("usr/lib/modules/6.1/", "6.1", true), ("lib/modules/6.1/", "6.1", true),
        ("lib/modules/6.1/ usr/lib/modules/6.2/", "6.1", true), ("usr/lib/modules/6.2/", "6.1", false),
        ("usr/lib/modules/", "6.1", false), ("usr/lib/modules/6.2/ boot/vmlinuz-6.2", "6.1", true),
        ("usr/lib/modules/6.2/ boot/config-6.2", "6.1", false), ("usr/lib/modules/6.2/", "", true),
    ])
    func `a tree needs modules for a kernel that would boot`(tree: String, release: String, isRight: Bool)
        async throws
    {
        try await withTemporaryDirectory { root in
            for entry in tree.split(separator: " ") {
                try await shell("cd \(root); mkdir -p $(dirname \(entry)x); [ -d \(entry) ] || touch \(entry)")
            }
            var environment = ActivationEnvironment.forTests()
            environment.kernelRelease = release
            let modules = try KernelModules(in: Descriptor.open(root, [.readOnly, .directory]))
            if isRight {
                try modules.check(7, Self.source, environment)
            } else {
                let error = #expect(throws: BackupError.self) { try modules.check(7, Self.source, environment) }
                #expect(error?.code == .unsupported)
            }
        }
    }
}
