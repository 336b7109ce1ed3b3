extension AccessControlList {
    /// Reads the text form of acl(5), its lines separated by commas or newlines; a user's or group's number may stand in its
    /// place or, after the permissions, in a fourth field.
    /// - Returns: Nil when it is of another form, or names somebody without a number.
    public init?(text: [UInt8]) {
        var entries: [Entry] = []
        for line in text.split(whereSeparator: { $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: "\n") }) {
            guard let entry = Entry(line: line) else { return nil }
            entries.append(entry)
        }
        guard !entries.isEmpty else { return nil }
        self.entries = entries.sorted { $0.subject.order < $1.subject.order }
    }

    /// Decodes the value of the extended attribute; nil when it is not of the form in `linux/posix_acl_xattr.h`.
    public init?(encoded: [UInt8]) {
        let list = encoded.withUnsafeBytes { AccessControlList(decoding: $0) }
        guard let list else { return nil }
        self = list
    }

    /// The value of the extended attribute, of the form in `linux/posix_acl_xattr.h`.
    public var encoded: [UInt8] {
        var bytes: [UInt8] = [2, 0, 0, 0]
        for entry in entries {
            let (tag, id) = entry.subject.tagAndID
            for number in [tag, entry.permissions] { bytes += [UInt8(number & 0xFF), UInt8(number >> 8)] }
            for shift: UInt32 in [0, 8, 16, 24] { bytes.append(UInt8(truncatingIfNeeded: id >> shift)) }
        }
        return bytes
    }
}

extension AccessControlList.Entry {
    fileprivate init?(line: ArraySlice<UInt8>) {
        let fields = line.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false).map {
            String(decoding: $0, as: UTF8.self)
        }
        guard fields.count >= 3, fields.count <= 4, let permissions = Self.permissions(fields[2]) else { return nil }
        let id = fields.count == 4 ? UInt32(fields[3]) : UInt32(fields[1])
        let isOfObject = fields[1].isEmpty && fields.count == 3
        let subject: AccessControlList.Subject
        switch (fields[0], isOfObject, id) {
        case ("user", true, _), ("u", true, _): subject = .owner
        case ("user", false, let id?), ("u", false, let id?): subject = .user(id)
        case ("group", true, _), ("g", true, _): subject = .owningGroup
        case ("group", false, let id?), ("g", false, let id?): subject = .group(id)
        case ("mask", _, _), ("m", _, _): subject = .mask
        case ("other", _, _), ("o", _, _): subject = .others
        default: return nil
        }
        self.init(subject: subject, permissions: permissions)
    }

    private static func permissions(_ text: String) -> UInt16? {
        guard text.utf8.count == 3 else { return nil }
        var result: UInt16 = 0
        for (byte, (letter, bit)) in zip(
            text.utf8,
            [(UInt8(ascii: "r"), 4), (UInt8(ascii: "w"), 2), (UInt8(ascii: "x"), 1)]
        ) {
            guard byte == letter || byte == UInt8(ascii: "-") else { return nil }
            if byte == letter { result |= UInt16(bit) }
        }
        return result
    }
}

extension AccessControlList.Subject {
    fileprivate var tagAndID: (UInt16, UInt32) {
        switch self {
        case .owner: (0x01, .max)
        case .user(let id): (0x02, id)
        case .owningGroup: (0x04, .max)
        case .group(let id): (0x08, id)
        case .mask: (0x10, .max)
        case .others: (0x20, .max)
        }
    }

    /// The kernel wants the tags in order, and the numbers below each.
    fileprivate var order: UInt64 {
        let (tag, id) = tagAndID
        return UInt64(tag) << 32 | UInt64(id)
    }
}
