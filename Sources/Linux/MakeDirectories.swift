import Glibc
public import SystemPackage

/// Makes the directory `path` with those above it that are missing; one that exists keeps its permissions.
///
/// The last one gets exactly `permissions`, whatever the umask; those above get rwxr-xr-x.
public func makeDirectories(_ path: FilePath, permissions: FilePermissions) throws(LinuxError) {
    let parent = path.removingLastComponent()
    if !parent.isEmpty, parent != path, parent.withPlatformString({ access($0, F_OK) }) != 0 {
        try makeDirectories(parent, permissions: FilePermissions(rawValue: 0o755))
    }
    guard path.withPlatformString({ mkdir($0, 0o700) }) == 0 else {
        let error = LinuxError(last: "make the directory \(path)")
        guard error.errno == .fileExists else { throw error }
        return
    }
    guard path.withPlatformString({ chmod($0, permissions.rawValue) }) == 0 else {
        throw LinuxError(last: "set the permissions of \(path)")
    }
}
