import CLinux
import Glibc
public import SystemPackage

/// Makes this process keep what it handles to itself: no core dump, no tracing by others of its user, files for their owner
/// alone unless said otherwise, and a broken pipe is an error of the write and not the end.
public func hardenProcess() {
    _ = nx_set_dumpable(0)
    var none = rlimit(rlim_cur: 0, rlim_max: 0)
    _ = setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none)
    ignoreBrokenPipes()
    umask(0o077)
}

/// Keeps libdispatch from telling the system's log, thread by thread, that it may not raise a priority: no unit and no ordinary
/// user may, and nothing here depends on it. To be called before the first thread is made.
public func keepDispatchQuiet() {
    setenv("LIBDISPATCH_LOG", "NO", 0)
}

/// Whether this process may do everything.
public var isRoot: Bool { geteuid() == 0 }

/// The number of this process.
public var ownProcessID: Int32 { getpid() }

/// The user whose rights this process has, to whom what it makes belongs.
public var effectiveUserID: UInt32 { geteuid() }

/// Makes a broken pipe an error of the write that meets it, and not the end of the process.
public func ignoreBrokenPipes() {
    signal(SIGPIPE, SIG_IGN)
}

/// The directory that holds the running program.
public func executableDirectory() throws(LinuxError) -> FilePath {
    try resolved("/proc/self/exe").removingLastComponent()
}

/// `path` with what a relative one is relative to.
public func absolutePath(_ path: FilePath) throws(LinuxError) -> FilePath {
    guard path.isRelative else { return path.lexicallyNormalized() }
    guard let here = getcwd(nil, 0) else { throw LinuxError(last: "getcwd") }
    defer { free(here) }
    return FilePath(platformString: here).pushing(path).lexicallyNormalized()
}

private func resolved(_ path: FilePath) throws(LinuxError) -> FilePath {
    guard let target = path.withPlatformString({ realpath($0, nil) }) else { throw LinuxError(last: "resolve \(path)") }
    defer { free(target) }
    return FilePath(platformString: target)
}
