import CDBus

/// What libdbus wants to do with the socket of a connection at present.
///
/// Only libdbus knows whether a line of the authentication is still to be written, or whether it has taken in as much as
/// it may.
final class Watches {
    private var watches: Set<OpaquePointer> = []

    var isReading: Bool { isEnabled(DBUS_WATCH_READABLE) }
    var isWriting: Bool { isEnabled(DBUS_WATCH_WRITABLE) }

    private func isEnabled(_ flag: DBusWatchFlags) -> Bool {
        watches.contains { dbus_watch_get_enabled($0) != 0 && dbus_watch_get_flags($0) & flag.rawValue != 0 }
    }

    /// Follows the watches of `connection` until `unfollow`, which is to come before the end of this object.
    func follow(_ connection: OpaquePointer) {
        let this = Unmanaged.passUnretained(self).toOpaque()
        dbus_connection_set_watch_functions(connection, Self.add, Self.remove, Self.toggled, this, nil)
    }

    func unfollow(_ connection: OpaquePointer) {
        dbus_connection_set_watch_functions(connection, nil, nil, nil, nil, nil)
    }

    private static let add: DBusAddWatchFunction = { watch, this in
        guard let watch, let this else { return 0 }
        Unmanaged<Watches>.fromOpaque(this).takeUnretainedValue().watches.insert(watch)
        return 1
    }

    private static let remove: DBusRemoveWatchFunction = { watch, this in
        guard let watch, let this else { return }
        Unmanaged<Watches>.fromOpaque(this).takeUnretainedValue().watches.remove(watch)
    }

    /// The state is asked for when it matters.
    private static let toggled: DBusWatchToggledFunction = { _, _ in }
}
