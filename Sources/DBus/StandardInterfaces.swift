import CDBus

extension ExportedInterface {
    /// org.freedesktop.DBus.Peer. libdbus answers it by itself only where it dispatches, which is not done here.
    static let peer = ExportedInterface(
        name: "org.freedesktop.DBus.Peer",
        methods: [
            Method("Ping", in: [], out: []) { _ in [] },
            Method("GetMachineId", in: [], out: [Argument("machine_uuid", .exactly("s"))]) { _ throws(DBusError) in
                guard let characters = dbus_try_get_local_machine_id(nil) else {
                    throw .standard("Failed", "this machine has no id")
                }
                defer { dbus_free(characters) }
                return [.string(String(cString: characters))]
            },
        ],
        introspection: Introspection.peer
    )

    /// org.freedesktop.DBus.Introspectable.
    static func introspectable(_ document: String) -> ExportedInterface {
        ExportedInterface(
            name: "org.freedesktop.DBus.Introspectable",
            methods: [
                Method("Introspect", in: [], out: [Argument("xml_data", .exactly("s"))]) { _ in [.string(document)] }
            ],
            introspection: Introspection.introspectable
        )
    }

    /// org.freedesktop.DBus.Properties, over the properties of `interfaces`.
    static func properties(of interfaces: [ExportedInterface]) -> ExportedInterface {
        let table = PropertyTable(interfaces: interfaces)
        let interface = Argument("interface_name", .exactly("s"))
        let property = Argument("property_name", .exactly("s"))
        return ExportedInterface(
            name: "org.freedesktop.DBus.Properties",
            methods: [
                Method("Get", in: [interface, property], out: [Argument("value", .exactly("v"))]) {
                    call throws(DBusError) in
                    [.variant(try table.value(call.arguments))]
                },
                Method("GetAll", in: [interface], out: [Argument("properties", .exactly("a{sv}"))]) {
                    call throws(DBusError) in
                    [.properties(try table.all(call.arguments))]
                },
                Method("Set", in: [interface, property, Argument("value", .exactly("v"))], out: []) {
                    call throws(DBusError) in
                    _ = try table.value(call.arguments)
                    throw .standard("PropertyReadOnly", "the property cannot be set")
                },
            ],
            introspection: Introspection.properties
        )
    }
}

/// What the properties of an object are.
private struct PropertyTable {
    let interfaces: [ExportedInterface]

    /// The value of the property that the arguments of Get or Set name.
    func value(_ arguments: [Value]) throws(DBusError) -> Value {
        let properties = try all(arguments)
        let name = arguments.dropFirst().first?.string ?? ""
        guard let value = properties[name] else {
            throw .standard("UnknownProperty", "there is no property '\(name)'")
        }
        return value
    }

    /// The properties of the interface that the first argument names; an empty name stands for all interfaces.
    func all(_ arguments: [Value]) throws(DBusError) -> [String: Value] {
        let name = arguments.first?.string ?? ""
        let named = interfaces.filter { name.isEmpty || $0.name == name }
        guard !named.isEmpty else { throw .standard("UnknownInterface", "there is no interface '\(name)' here") }
        return named.reduce(into: [:]) { $0.merge($1.properties) { first, _ in first } }
    }
}
