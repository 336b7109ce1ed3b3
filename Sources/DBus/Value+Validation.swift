import CDBus
import Linux

/// What a message may hold; past these limits the bus closes the sender's connection.
enum MessageLimit {
    /// Bytes of a body: the bus' default for whole messages, less the room for a header.
    static let bodySize = 32 << 20 - 64 << 10
    /// File descriptors in a message.
    static let descriptors = 16
    /// Containers within each other.
    static let depth = 64
}

/// Walks values that are about to be sent and finds what libdbus would end the process over, or the bus the connection.
struct ValueValidator {
    private(set) var size = 0
    private(set) var descriptors = 0

    /// - Throws: `InvalidArgs` for a malformed value, `LimitsExceeded` for more than a message can hold.
    mutating func validate(_ values: [Value]) throws(DBusError) {
        let signature = values.map(\.signature).joined()
        guard Signature.isValid(signature) else { throw .invalidSignature(signature) }
        for value in values {
            try validate(value, depth: 0)
        }
    }

    private mutating func validate(_ value: Value, depth: Int) throws(DBusError) {
        guard depth <= MessageLimit.depth else {
            throw .standard("LimitsExceeded", "more than \(MessageLimit.depth) containers within each other")
        }
        switch value {
        case .byte: try add(1, alignment: 1)
        case .int16, .uint16: try add(2, alignment: 2)
        case .bool, .int32, .uint32: try add(4, alignment: 4)
        case .int64, .uint64, .double: try add(8, alignment: 8)
        case .string(let string): try validate(string)
        case .secret(let secret): try validate(secret)
        case .objectPath(let path):
            try Name.objectPath.validate(path)
            try add(4 + path.utf8.count + 1, alignment: 4)
        case .signature(let signature):
            guard Signature.isValid(signature) else { throw .invalidSignature(signature) }
            try add(1 + signature.utf8.count + 1, alignment: 1)
        case .fileDescriptor:
            descriptors += 1
            guard descriptors <= MessageLimit.descriptors else {
                throw .standard("LimitsExceeded", "more than \(MessageLimit.descriptors) file descriptors in a message")
            }
            try add(4, alignment: 4)
        case .array(let element, let elements):
            try validate(elements, of: element, depth: depth + 1)
        case .dictionary(let key, let value, let entries):
            try validate(entries, key: key, value: value, depth: depth + 1)
        case .structure(let fields):
            try add(0, alignment: 8)
            for field in fields { try validate(field, depth: depth + 1) }
        case .variant(let inner):
            let signature = inner.signature
            try validate(single: signature)
            try add(1 + signature.utf8.count + 1, alignment: 1)
            try validate(inner, depth: depth + 1)
        }
    }

    private mutating func validate(_ elements: [Value], of element: String, depth: Int) throws(DBusError) {
        try validate(single: "a\(element)")
        try add(4, alignment: 4)
        if "(xtd".contains(element.prefix(1)) { try add(0, alignment: 8) }
        for value in elements {
            guard value.signature == element else {
                throw .standard("InvalidArgs", "a '\(value.signature)' in an array of '\(element)'")
            }
            try validate(value, depth: depth)
        }
    }

    private mutating func validate(
        _ entries: [(key: Value, value: Value)],
        key: String,
        value: String,
        depth: Int
    ) throws(DBusError) {
        try validate(single: "a{\(key)\(value)}")
        try add(4, alignment: 4)
        for entry in entries {
            guard entry.key.signature == key, entry.value.signature == value else {
                let found = "{\(entry.key.signature)\(entry.value.signature)}"
                throw .standard("InvalidArgs", "a '\(found)' in a dictionary of '{\(key)\(value)}'")
            }
            try add(0, alignment: 8)
            try validate(entry.key, depth: depth + 1)
            try validate(entry.value, depth: depth + 1)
        }
    }

    private mutating func validate(_ string: String) throws(DBusError) {
        guard !string.containsNUL, dbus_validate_utf8(string, nil) != 0 else {
            throw .standard("InvalidArgs", "a string with a NUL character")
        }
        try add(4 + string.utf8.count + 1, alignment: 4)
    }

    private mutating func validate(_ secret: Secret) throws(DBusError) {
        let isText = secret.withCString { dbus_validate_utf8($0, nil) != 0 }
        guard isText, !secret.contains(where: { $0 == 0 }) else {
            throw .standard("InvalidArgs", "a secret that is not UTF-8 text without NUL characters")
        }
        try add(4 + secret.count + 1, alignment: 4)
    }

    private func validate(single signature: String) throws(DBusError) {
        guard Signature.isSingle(signature) else { throw .invalidSignature(signature) }
    }

    private mutating func add(_ byteCount: Int, alignment: Int) throws(DBusError) {
        size = (size + alignment - 1) / alignment * alignment + byteCount
        guard size <= MessageLimit.bodySize else {
            throw .standard("LimitsExceeded", "more than \(MessageLimit.bodySize) bytes in a message")
        }
    }
}

extension DBusError {
    fileprivate static func invalidSignature(_ text: String) -> DBusError {
        .standard("InvalidArgs", "'\(text)' is not a valid signature")
    }
}
