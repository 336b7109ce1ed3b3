import CDBus
import Linux
import SystemPackage

extension Message {
    /// Appends the arguments of the message.
    ///
    /// - Throws: `InvalidArgs` for a malformed value, `LimitsExceeded` for more than a message can hold, `NoMemory`, or
    ///   `Failed` where a file descriptor could not be duplicated.
    func append(_ values: [Value]) throws(DBusError) {
        var validator = ValueValidator()
        try validator.validate(values)
        var iterator = DBusMessageIter()
        dbus_message_iter_init_append(pointer, &iterator)
        for value in values {
            guard iterator.append(value) else {
                guard validator.descriptors == 0 else {
                    throw .standard("Failed", "a file descriptor could not be duplicated, or memory ran out")
                }
                throw .outOfMemory
            }
        }
    }
}

/// Appending of values that `ValueValidator` has accepted; false when memory or file descriptors ran out.
extension DBusMessageIter {
    fileprivate mutating func append(_ value: Value) -> Bool {
        switch value {
        case .byte(let number): appendBasic("y", number)
        case .bool(let bool): appendBasic("b", dbus_bool_t(bool ? 1 : 0))
        case .int16(let number): appendBasic("n", number)
        case .uint16(let number): appendBasic("q", number)
        case .int32(let number): appendBasic("i", number)
        case .uint32(let number): appendBasic("u", number)
        case .int64(let number): appendBasic("x", number)
        case .uint64(let number): appendBasic("t", number)
        case .double(let number): appendBasic("d", number)
        case .string(let string): string.withCString { appendBasic("s", $0) }
        case .secret(let secret): secret.withCString { appendBasic("s", $0) }
        case .objectPath(let path): path.withCString { appendBasic("o", $0) }
        case .signature(let signature): signature.withCString { appendBasic("g", $0) }
        case .fileDescriptor(let descriptor):
            withExtendedLifetime(descriptor) { appendBasic("h", descriptor.file.rawValue) }
        case .array(of: "y", let elements): appendBytes(elements)
        case .array(let element, let elements):
            appendContainer("a", element) { iterator in elements.allSatisfy { iterator.append($0) } }
        case .dictionary(let key, let value, let entries):
            appendContainer("a", "{\(key)\(value)}") { iterator in
                entries.allSatisfy { entry in
                    iterator.appendContainer("e", nil) { $0.append(entry.key) && $0.append(entry.value) }
                }
            }
        case .structure(let fields):
            appendContainer("r", nil) { iterator in fields.allSatisfy { iterator.append($0) } }
        case .variant(let inner):
            appendContainer("v", inner.signature) { $0.append(inner) }
        }
    }

    private mutating func appendBasic<Basic: BitwiseCopyable>(_ type: Unicode.Scalar, _ value: Basic) -> Bool {
        withUnsafePointer(to: value) { dbus_message_iter_append_basic(&self, Int32(type.value), $0) != 0 }
    }

    private mutating func appendBytes(_ elements: [Value]) -> Bool {
        let bytes: [UInt8] = elements.compactMap { if case .byte(let byte) = $0 { byte } else { nil } }
        return appendContainer("a", "y") { iterator in
            bytes.withUnsafeBufferPointer { buffer in
                var start = buffer.baseAddress
                guard !buffer.isEmpty else { return true }
                let type = Int32(UInt8(ascii: "y"))
                return dbus_message_iter_append_fixed_array(&iterator, type, &start, Int32(buffer.count)) != 0
            }
        }
    }

    private mutating func appendContainer(
        _ type: Unicode.Scalar,
        _ signature: String?,
        _ body: (inout DBusMessageIter) -> Bool
    ) -> Bool {
        var inner = DBusMessageIter()
        guard dbus_message_iter_open_container(&self, Int32(type.value), signature, &inner) != 0 else { return false }
        guard body(&inner) else {
            dbus_message_iter_abandon_container(&self, &inner)
            return false
        }
        return dbus_message_iter_close_container(&self, &inner) != 0
    }
}
