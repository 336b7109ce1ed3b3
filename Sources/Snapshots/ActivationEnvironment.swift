import SystemPackage

/// What an activation looks at on the machine besides the trees.
struct ActivationEnvironment: Sendable {
    /// The moments between the steps of an activation, at each of which the machine may stop.
    enum Step: Sendable, Hashable {
        case intended
        case tookUndo
        case copied(source: Int)
        case prepared
        case exchanged(source: Int)
        case synchronized
        case done
        // Going back, after a failure or at a start.
        case changedBack(source: Int)
        case removedCopy(source: Int)
        case removedUndo
    }

    /// What is mounted at boot; see fstab(5).
    var mountFile: FilePath = "/etc/fstab"
    /// What the kernel was started with.
    var commandLineFile: FilePath = "/proc/cmdline"
    /// Where kernels are installed.
    var bootDirectory: FilePath = "/boot"
    /// The release of the kernel that runs.
    var kernelRelease: String
    /// Called between two steps; what it throws is taken as a failure of the step before it.
    var reached: @Sendable (Step) throws -> Void = { _ in }
}
