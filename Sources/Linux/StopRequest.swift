import CLinux
import Glibc
public import SystemPackage

/// How a program that is told to stop by the end of its standard input, or by a signal, learns of it.
public struct StopRequest: Sendable {
    private let signals: FileDescriptor

    /// Keeps SIGTERM, SIGINT and SIGHUP for ``wait(endOf:)``; to be called before any thread is started.
    public static func prepare() throws(LinuxError) -> StopRequest {
        var set = sigset_t()
        sigemptyset(&set)
        for signal in [SIGTERM, SIGINT, SIGHUP] { sigaddset(&set, signal) }
        pthread_sigmask(SIG_BLOCK, &set, nil)
        let file = nx_signalfd(&set)
        guard file >= 0 else { throw LinuxError(last: "signalfd") }
        return StopRequest(signals: FileDescriptor(rawValue: file))
    }

    /// Returns when `input` has ended or one of the signals has come; what else `input` holds is ignored.
    public func wait(endOf input: FileDescriptor) {
        var waiting = [
            pollfd(fd: input.rawValue, events: Int16(POLLIN), revents: 0),
            pollfd(fd: signals.rawValue, events: Int16(POLLIN), revents: 0),
        ]
        var chunk = [UInt8](repeating: 0, count: 512)
        while true {
            guard poll(&waiting, 2, -1) >= 0 else { continue }
            if waiting[1].revents != 0 { return }
            if waiting[0].revents == 0 { continue }
            let count = read(input.rawValue, &chunk, chunk.count)
            if count == 0 || (count < 0 && Glibc.errno != EINTR && Glibc.errno != EAGAIN) { return }
        }
    }
}

/// Runs `body` with no signal held back, so that programs started in it can be stopped by signals.
public func withCleanSignalMask<Result>(_ body: () -> Result) -> Result {
    var none = sigset_t()
    var before = sigset_t()
    sigemptyset(&none)
    pthread_sigmask(SIG_SETMASK, &none, &before)
    defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
    return body()
}
