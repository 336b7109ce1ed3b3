import Glibc
public import Testing

extension Trait where Self == ConditionTrait {
    /// The test mounts filesystems, acts as several users, or makes what only root can make; without root it is left out.
    public static var needsRoot: Self {
        .enabled("Only root can mount filesystems, act as several users and make device nodes.") { geteuid() == 0 }
    }
}
