import CDBus
import Glibc

/// A message of libdbus; not shared between threads.
final class Message {
    let pointer: OpaquePointer

    /// Takes over a reference.
    init(taking pointer: OpaquePointer) {
        self.pointer = pointer
    }

    deinit {
        dbus_message_unref(pointer)
    }

    private convenience init(type: Int32) throws(DBusError) {
        guard let pointer = dbus_message_new(type) else { throw .outOfMemory }
        self.init(taking: pointer)
    }
}

extension Message {
    /// A method call.
    static func call(
        _ destination: String,
        _ path: String,
        _ interface: String,
        _ member: String,
        _ arguments: [Value]
    ) throws(DBusError) -> Message {
        try Name.busName.validate(destination)
        try Name.objectPath.validate(path)
        try Name.interface.validate(interface)
        try Name.member.validate(member)
        let message = try Message(type: DBUS_MESSAGE_TYPE_METHOD_CALL)
        try message.require(dbus_message_set_destination(message.pointer, destination))
        try message.require(dbus_message_set_path(message.pointer, path))
        try message.require(dbus_message_set_interface(message.pointer, interface))
        try message.require(dbus_message_set_member(message.pointer, member))
        try message.append(arguments)
        return message
    }

    /// A signal to whoever listens.
    static func signal(
        _ path: String,
        _ interface: String,
        _ member: String,
        _ arguments: [Value]
    ) throws(DBusError) -> Message {
        try Name.objectPath.validate(path)
        try Name.interface.validate(interface)
        try Name.member.validate(member)
        let message = try Message(type: DBUS_MESSAGE_TYPE_SIGNAL)
        try message.require(dbus_message_set_path(message.pointer, path))
        try message.require(dbus_message_set_interface(message.pointer, interface))
        try message.require(dbus_message_set_member(message.pointer, member))
        try message.append(arguments)
        return message
    }

    /// A signal to `destination` that means nothing, large enough to replace what stands in the buffer of its reader.
    static func padding(to destination: String) throws(DBusError) -> Message {
        let text = String(repeating: " ", count: 4096)
        let message = try signal("/", "tech.noreya.Padding1", "Padding", [.string(text)])
        try message.require(dbus_message_set_destination(message.pointer, destination))
        return message
    }

    /// The reply to the call `serial` of `destination`.
    static func reply(to serial: UInt32, of destination: String, _ values: [Value]) throws(DBusError) -> Message {
        let message = try Message(type: DBUS_MESSAGE_TYPE_METHOD_RETURN)
        try message.address(to: destination, replyTo: serial)
        try message.append(values)
        return message
    }

    /// The error reply to the call `serial` of `destination`; a malformed error name becomes `Failed`.
    static func reply(to serial: UInt32, of destination: String, _ error: DBusError) throws(DBusError) -> Message {
        let message = try Message(type: DBUS_MESSAGE_TYPE_ERROR)
        try message.address(to: destination, replyTo: serial)
        let name = Name.error.accepts(error.name) ? error.name : DBusError.standardPrefix + "Failed"
        try message.require(dbus_message_set_error_name(message.pointer, name))
        try message.append([.string(error.message.filter { $0 != "\0" })])
        return message
    }

    private func address(to destination: String, replyTo serial: UInt32) throws(DBusError) {
        try Name.busName.validate(destination)
        guard serial != 0 else { throw .standard("InvalidArgs", "no call has the serial 0") }
        try require(dbus_message_set_destination(pointer, destination))
        try require(dbus_message_set_reply_serial(pointer, serial))
        dbus_message_set_no_reply(pointer, 1)
    }

    func require(_ done: dbus_bool_t) throws(DBusError) {
        guard done != 0 else { throw .outOfMemory }
    }
}

extension Message {
    /// The types of messages there are.
    enum Kind {
        case call, reply, error, signal
    }

    var kind: Kind? {
        switch dbus_message_get_type(pointer) {
        case DBUS_MESSAGE_TYPE_METHOD_CALL: .call
        case DBUS_MESSAGE_TYPE_METHOD_RETURN: .reply
        case DBUS_MESSAGE_TYPE_ERROR: .error
        case DBUS_MESSAGE_TYPE_SIGNAL: .signal
        default: nil
        }
    }

    var serial: UInt32 { dbus_message_get_serial(pointer) }
    var replySerial: UInt32 { dbus_message_get_reply_serial(pointer) }
    var wantsReply: Bool {
        get { dbus_message_get_no_reply(pointer) == 0 }
        set { dbus_message_set_no_reply(pointer, newValue ? 0 : 1) }
    }

    var sender: String? { text(dbus_message_get_sender(pointer)) }
    var path: String? { text(dbus_message_get_path(pointer)) }
    var interface: String? { text(dbus_message_get_interface(pointer)) }
    var member: String? { text(dbus_message_get_member(pointer)) }
    var errorName: String? { text(dbus_message_get_error_name(pointer)) }
    var signature: String { text(dbus_message_get_signature(pointer)) ?? "" }

    var allowsInteraction: Bool {
        get { dbus_message_get_allow_interactive_authorization(pointer) != 0 }
        set { dbus_message_set_allow_interactive_authorization(pointer, newValue ? 1 : 0) }
    }

    var startsDestination: Bool {
        get { dbus_message_get_auto_start(pointer) != 0 }
        set { dbus_message_set_auto_start(pointer, newValue ? 1 : 0) }
    }

    private func text(_ characters: UnsafePointer<CChar>?) -> String? {
        characters.map { String(cString: $0) }
    }
}

extension DBusError {
    static var outOfMemory: DBusError { .standard("NoMemory", "libdbus could not allocate memory") }
}
