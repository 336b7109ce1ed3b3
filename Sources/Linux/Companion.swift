import CLinux
import Glibc
import SystemPackage

/// A program that runs beside this one, and ends with it however that ends.
public final class Companion: Sendable {
    /// Descriptor 3 of the program, which it closes when it is ready.
    public static let readyDescriptor: Int32 = 3

    private struct State {
        var id: pid_t = 0
        var isStarted = false
        var hasEnded = false
    }

    private let state = Monitor(State())

    /// Starts `command`, which is looked up in the PATH, without standard input, output and errors; blocks until it has
    /// closed ``readyDescriptor`` or ended, for `patience` at most.
    public static func start(_ command: [String], patience: Duration) throws(LinuxError) -> Companion {
        let companion = Companion()
        let (read, write) = try ends()
        do {
            // The program is told to end when the thread that started it does: one that lives for as long as it.
            _ = try Thread.start(named: "companion") { companion.run(command, write) }
        } catch {
            close(write)
            throw error
        }
        companion.untilStarted()
        read.untilEnd(patience)
        return companion
    }

    /// The ends of a pipe; the one to write to is to be closed by who gets it, at a moment that counts.
    private static func ends() throws(LinuxError) -> (read: SharedDescriptor, write: Int32) {
        let ends = try Pipe.make().ends()
        return (ends.read, try ends.write.duplicate().release().rawValue)
    }

    /// Whether it has ended.
    public var hasEnded: Bool { state.withLock(\.hasEnded) }

    /// Asks it to end, and returns when it has; blocks.
    public func end() {
        for signal in [SIGTERM, SIGCONT] { send(signal) }
        for _ in 0..<200 where !hasEnded { usleep(10_000) }
        send(SIGKILL)
        state.wait { $0.hasEnded ? () : nil }
    }

    private func run(_ command: [String], _ ready: Int32) {
        let id = Self.start(command, ready)
        close(ready)
        state.withLock { state in
            state.id = id
            state.isStarted = true
            state.hasEnded = id <= 0
        }
        state.broadcast()
        guard id > 0 else { return }
        // Looked at without taking note of the end: until that is done under the lock, nobody else has its number.
        var information = siginfo_t()
        _ = retrying { Int(waitid(P_PID, id_t(id), &information, WEXITED | WNOWAIT)) }
        state.withLock { state in
            _ = retrying { Int(waitpid(id, nil, 0)) }
            state.hasEnded = true
        }
        state.broadcast()
    }

    private static func start(_ command: [String], _ ready: Int32) -> pid_t {
        var words = command.map { strdup($0) } + [nil]
        defer { words.forEach { free($0) } }
        return nx_start_beside(&words, ready)
    }

    private func untilStarted() {
        state.wait { $0.isStarted ? () : nil }
    }

    private func send(_ signal: Int32) {
        state.withLock { state in
            if !state.hasEnded { kill(state.id, signal) }
        }
    }
}

extension SharedDescriptor {
    /// Returns when nobody has the other end of this pipe any more, after `patience` at most.
    fileprivate func untilEnd(_ patience: Duration) {
        let deadline = ContinuousClock.now + patience
        var byte: UInt8 = 0
        while true {
            let rest = ContinuousClock.now.duration(to: deadline) / .milliseconds(1)
            guard rest > 0 else { return }
            var poll = pollfd(fd: file.rawValue, events: Int16(POLLIN), revents: 0)
            let count = Glibc.poll(&poll, 1, Int32(clamping: Int(rest) + 1))
            if count > 0, Glibc.read(file.rawValue, &byte, 1) == 0 { return }
        }
    }
}
