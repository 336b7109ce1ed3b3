import CDBus
import Dispatch
import Glibc

/// A private connection of libdbus and the dispatch sources that say when there is something to read or write.
///
/// It is used on its queue only, and nothing in it blocks: libdbus keeps what the socket does not take, and the write
/// source asks for the rest to be sent. A read source alone would leave a large message lying there.
final class Transport {
    private let connection: OpaquePointer
    private let socket: Int32
    private let reading: ToggledSource
    private let writing: ToggledSource
    private let watches = Watches()
    private static let threadsAreInitialized = dbus_threads_init_default() != 0

    /// Connects to `address`; authentication happens as the sources fire.
    ///
    /// - Parameter onEvent: called on `queue` when `transfer` has something to do.
    init(_ address: BusAddress, queue: DispatchQueue, onEvent: @escaping @Sendable () -> Void) throws(DBusError) {
        guard Self.threadsAreInitialized else { throw .outOfMemory }
        // libdbus passes MSG_NOSIGNAL; the disposition of SIGPIPE is the program's.
        dbus_connection_set_change_sigpipe(0)
        let connection = try Self.connect(address)
        var socket: Int32 = -1
        guard dbus_connection_get_unix_fd(connection, &socket) != 0,
            let reading = ToggledSource(reading: socket, queue, onEvent),
            let writing = ToggledSource(writing: socket, queue, onEvent)
        else {
            dbus_connection_close(connection)
            dbus_connection_unref(connection)
            throw .standard("Failed", "the connection to '\(address.text)' has no socket that can be watched")
        }
        self.connection = connection
        self.socket = socket
        self.reading = reading
        self.writing = writing
        dbus_connection_set_exit_on_disconnect(connection, 0)
        watches.follow(connection)
    }

    deinit {
        reading.cancel()
        writing.cancel()
        watches.unfollow(connection)
        dbus_connection_close(connection)
        dbus_connection_unref(connection)
    }

    private static func connect(_ address: BusAddress) throws(DBusError) -> OpaquePointer {
        guard !address.text.containsNUL else { throw .standard("BadAddress", "an address with a NUL character") }
        var name: UnsafeMutablePointer<CChar>?
        var message: UnsafeMutablePointer<CChar>?
        defer {
            free(name)
            free(message)
        }
        guard let connection = nx_dbus_open_private(address.text, &name, &message) else {
            throw DBusError(
                name: name.map { String(cString: $0) } ?? DBusError.standardPrefix + "Failed",
                message: message.map { String(cString: $0) } ?? "cannot connect to '\(address.text)'"
            )
        }
        return connection
    }
}

extension Transport {
    var isConnected: Bool { dbus_connection_get_is_connected(connection) != 0 }

    /// Bytes that libdbus holds because the socket has not taken them yet.
    var outgoingSize: Int { dbus_connection_get_outgoing_size(connection) }

    var hasUnsent: Bool { dbus_connection_has_messages_to_send(connection) != 0 }

    /// Reads and writes what the socket gives and takes at once.
    func transfer() {
        dbus_connection_read_write(connection, 0)
    }

    /// The next message that has arrived whole.
    func next() -> Message? {
        dbus_connection_pop_message(connection).map { Message(taking: $0) }
    }

    /// Queues a message and writes what the socket takes at once; returns the message's serial.
    func send(_ message: Message) throws(DBusError) -> UInt32 {
        var serial: UInt32 = 0
        guard dbus_connection_send(connection, message.pointer, &serial) != 0 else {
            throw .standard("Failed", "the bus takes no file descriptors, or memory ran out")
        }
        return serial
    }

    /// What the socket is ready for now.
    func readiness() -> (readable: Bool, hungUp: Bool) {
        var entry = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
        guard poll(&entry, 1, 0) > 0 else { return (false, false) }
        let events = Int32(entry.revents)
        return (events & POLLIN != 0, events & (POLLHUP | POLLERR | POLLNVAL) != 0)
    }

    /// Says whether what can be read is wanted, as far as libdbus has room for it; writing is when libdbus has something
    /// to write, be it a message or a line of the authentication.
    func watch(reading isWanted: Bool) {
        reading.isActive = isWanted && watches.isReading
        writing.isActive = watches.isWriting
    }
}
