import Glibc

/// Lets this thread sleep for `duration`.
public func pause(for duration: Duration) {
    let (seconds, attoseconds) = duration.components
    guard seconds >= 0, attoseconds >= 0 else { return }
    var wanted = timespec(tv_sec: Int(seconds), tv_nsec: Int(attoseconds / 1_000_000_000))
    var left = timespec()
    while nanosleep(&wanted, &left) != 0, Glibc.errno == EINTR { wanted = left }
}

/// Ends this process at once, without running what is registered for its end; see _exit(2).
public func endProcess(status: Int32) -> Never {
    _exit(status)
}
