import CDBus
import Glibc
import Linux

extension DBusMessageIter {
    /// The type of the value stood at, nil behind the last one.
    var type: Unicode.Scalar? {
        mutating get {
            let type = dbus_message_iter_get_arg_type(&self)
            return type == 0 ? nil : Unicode.Scalar(UInt8(truncatingIfNeeded: type))
        }
    }

    /// An iterator over what is in the container stood at.
    var contents: DBusMessageIter {
        mutating get {
            var inner = DBusMessageIter()
            dbus_message_iter_recurse(&self, &inner)
            return inner
        }
    }

    /// The signature of the value stood at.
    var signature: String {
        mutating get {
            guard let characters = dbus_message_iter_get_signature(&self) else { return "" }
            defer { dbus_free(characters) }
            return String(cString: characters)
        }
    }

    /// The value stood at, which is of the fixed type that `initial` has.
    mutating func basic<Basic: BitwiseCopyable>(_ initial: Basic) -> Basic {
        var value = initial
        withUnsafeMutablePointer(to: &value) { dbus_message_iter_get_basic(&self, $0) }
        return value
    }

    /// The bytes inside the message of the string, object path or signature stood at.
    private var characters: UnsafeMutablePointer<CChar>? {
        mutating get { basic(UnsafeMutablePointer<CChar>?.none) }
    }

    /// The string, object path or signature stood at.
    var text: String {
        mutating get { characters.map { String(cString: $0) } ?? "" }
    }

    /// The number of bytes of the string, object path or signature stood at.
    var textByteCount: Int {
        mutating get { characters.map { strlen($0) } ?? 0 }
    }

    /// The string stood at, whose bytes in the message are overwritten.
    mutating func takeSecret() -> Secret {
        let bytes = UnsafeMutableRawBufferPointer(start: characters, count: textByteCount)
        let secret = Secret(copying: UnsafeRawBufferPointer(bytes))
        if let start = bytes.baseAddress { explicit_bzero(start, bytes.count) }
        return secret
    }

    /// Overwrites every string in what is left from here on, at any depth.
    mutating func wipeStrings() {
        while let type {
            switch type {
            case "s": if let characters { explicit_bzero(characters, strlen(characters)) }
            case "a", "r", "e", "v":
                var inner = contents
                inner.wipeStrings()
            default: break
            }
            dbus_message_iter_next(&self)
        }
    }
}

extension Message {
    /// Overwrites every string among the arguments, for a message that may hold a password where none was expected.
    func wipeStrings() {
        var iterator = DBusMessageIter()
        guard dbus_message_iter_init(pointer, &iterator) != 0 else { return }
        iterator.wipeStrings()
    }
}
