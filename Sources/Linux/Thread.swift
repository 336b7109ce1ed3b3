import CLinux
import Glibc
import SystemPackage

/// A thread of the system, for work that blocks.
public struct Thread: Sendable {
    private let id: pthread_t

    /// Starts `body` on a new thread.
    /// - Parameter name: What `ps` shows, at most 15 bytes.
    public static func start(named name: String, _ body: @escaping @Sendable () -> Void) throws(LinuxError) -> Thread {
        let start = Unmanaged.passRetained(Start(name: name, body: body))
        var id = pthread_t()
        let error = pthread_create(&id, nil, threadMain, start.toOpaque())
        guard error == 0 else {
            start.release()
            throw LinuxError(Errno(rawValue: error), "start a thread")
        }
        return Thread(id: id)
    }

    /// Makes threads share `count` pools of memory, rather than keep up to eight for each processor; see mallopt(3).
    public static func shareMemoryPools(_ count: Int) {
        nx_limit_arenas(Int32(clamping: count))
    }

    /// Returns when the thread has ended; to be called once.
    public func join() {
        pthread_join(id, nil)
    }
}

private final class Start {
    let name: String
    let body: @Sendable () -> Void

    init(name: String, body: @escaping @Sendable () -> Void) {
        self.name = name
        self.body = body
    }
}

private func threadMain(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let argument else { return nil }
    let start = Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
    nx_name_thread(start.name)
    start.body()
    return nil
}
