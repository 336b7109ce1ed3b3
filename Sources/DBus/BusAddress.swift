import CDBus

/// Where a bus listens, in the form of the D-Bus specification, such as `unix:path=/run/dbus/system_bus_socket`.
public struct BusAddress: Sendable, Hashable {
    /// The address as text.
    public let text: String

    /// The bus at `address`, which may list several to be tried in turn.
    public init(_ address: String) {
        text = address
    }

    /// The system bus: what `DBUS_SYSTEM_BUS_ADDRESS` says, and without that its well-known socket.
    public static var system: BusAddress {
        guard let address = secure_getenv("DBUS_SYSTEM_BUS_ADDRESS"), address.pointee != 0 else {
            return BusAddress("unix:path=/var/run/dbus/system_bus_socket")
        }
        return BusAddress(String(cString: address))
    }
}
