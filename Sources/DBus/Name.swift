import CDBus

/// The kinds of names in a message header; libdbus ends the process over one that is malformed, so each is validated
/// before libdbus sees it.
enum Name: String {
    case busName = "bus name"
    case objectPath = "object path"
    case interface = "interface name"
    case member = "member name"
    case error = "error name"

    /// Whether `text` is a well-formed name of this kind.
    func accepts(_ text: String) -> Bool {
        guard !text.containsNUL else { return false }
        return switch self {
        case .busName: dbus_validate_bus_name(text, nil) != 0
        case .objectPath: dbus_validate_path(text, nil) != 0
        case .interface: dbus_validate_interface(text, nil) != 0
        case .member: dbus_validate_member(text, nil) != 0
        case .error: dbus_validate_error_name(text, nil) != 0
        }
    }

    /// - Throws: `InvalidArgs` for a name that is not well-formed.
    func validate(_ text: String) throws(DBusError) {
        guard accepts(text) else {
            throw .standard("InvalidArgs", "'\(text)' is not a valid \(rawValue)")
        }
    }
}
