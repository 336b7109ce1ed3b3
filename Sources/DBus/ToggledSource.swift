import Dispatch
import Glibc
import Linux
import SystemPackage

/// A dispatch source on a duplicate of a socket, which can be switched on and off.
///
/// The duplicate is what lets libdbus close its socket whenever it wants to; it is closed when the source is through.
final class ToggledSource {
    private let source: any DispatchSourceProtocol

    /// Whether events are delivered; not at first.
    var isActive = false {
        didSet {
            guard isActive != oldValue else { return }
            if isActive { source.resume() } else { source.suspend() }
        }
    }

    convenience init?(reading socket: Int32, _ queue: DispatchQueue, _ onEvent: @escaping @Sendable () -> Void) {
        self.init(socket, onEvent) { DispatchSource.makeReadSource(fileDescriptor: $0, queue: queue) }
    }

    convenience init?(writing socket: Int32, _ queue: DispatchQueue, _ onEvent: @escaping @Sendable () -> Void) {
        self.init(socket, onEvent) { DispatchSource.makeWriteSource(fileDescriptor: $0, queue: queue) }
    }

    private init?(
        _ socket: Int32,
        _ onEvent: @escaping @Sendable () -> Void,
        _ make: (Int32) -> any DispatchSourceProtocol
    ) {
        let duplicate = fcntl(socket, F_DUPFD_CLOEXEC, 3)
        guard duplicate >= 0 else { return nil }
        source = make(duplicate)
        source.setEventHandler(handler: onEvent)
        source.setCancelHandler { _ = close(duplicate) }
    }

    /// Ends the source; it must not be used afterwards.
    func cancel() {
        source.cancel()
        // A source that is suspended must not be released, and its cancel handler does not run.
        isActive = true
    }
}
