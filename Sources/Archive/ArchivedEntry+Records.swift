import Linux

extension ArchivedEntry {
    /// Takes over what the records of an extended header say; those that are about nothing known here are passed over.
    mutating func apply(_ records: [PaxRecord]) throws(ArchiveError) {
        for record in records {
            let key = String(decoding: record.key, as: UTF8.self)
            switch key {
            case "path", "GNU.sparse.name": path = try Self.name(record)
            case "linkpath": linkTarget = try Self.name(record)
            case "uid": userID = try Self.number(record)
            case "gid": groupID = try Self.number(record)
            case "mtime": (modificationSeconds, modificationNanoseconds) = try Self.time(record)
            case "SCHILY.devmajor": deviceMajor = try Self.number(record)
            case "SCHILY.devminor": deviceMinor = try Self.number(record)
            case "SCHILY.fflags": flags = Self.flags(record)
            case "SCHILY.acl.access": accessACL = record.value
            case "SCHILY.acl.default": defaultACL = record.value
            default: try addAttribute(record)
            }
        }
        // GNU tar writes the name of the very file in a record of its own, whatever the order.
        if let name = records.last(where: { $0.key == Array("GNU.sparse.name".utf8) }) { path = try Self.name(name) }
    }

    private mutating func addAttribute(_ record: PaxRecord) throws(ArchiveError) {
        let prefix = Array("SCHILY.xattr.".utf8)
        guard record.key.starts(with: prefix) else { return }
        let name = Self.decoded(record.key.dropFirst(prefix.count))
        guard !name.isEmpty, !name.contains(0) else {
            throw ArchiveError(header: "an extended attribute has no name that can be used")
        }
        extendedAttributes.append(Attribute(name: name, value: record.value))
    }

    /// A name of an extended attribute without GNU tar's escapes, of which there are just these two.
    private static func decoded(_ name: ArraySlice<UInt8>) -> [UInt8] {
        guard name.contains(UInt8(ascii: "%")) else { return Array(name) }
        var result: [UInt8] = []
        var rest = name
        while let byte = rest.popFirst() {
            let escape = byte == UInt8(ascii: "%") ? Array(rest.prefix(2)) : []
            switch escape {
            case Array("3D".utf8): result.append(UInt8(ascii: "="))
            case Array("25".utf8): result.append(UInt8(ascii: "%"))
            default:
                result.append(byte)
                continue
            }
            rest = rest.dropFirst(2)
        }
        return result
    }

    private static func name(_ record: PaxRecord) throws(ArchiveError) -> [UInt8] {
        guard !record.value.contains(0) else { throw ArchiveError(header: "a name holds a byte of 0") }
        return record.value
    }

    private static func number(_ record: PaxRecord) throws(ArchiveError) -> UInt32 {
        guard let number = UInt32(String(decoding: record.value, as: UTF8.self)) else {
            throw ArchiveError(
                header:
                    "its \(printable(record.key)) is \(printable(Array(record.value.prefix(100)))), which can't be used"
            )
        }
        return number
    }

    /// A decimal number of seconds, in which the sign is that of the fraction, too.
    private static func time(_ record: PaxRecord) throws(ArchiveError) -> (Int64, UInt32) {
        let text = String(decoding: record.value.prefix(100), as: UTF8.self)
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard let whole = parts.first, let seconds = Int64(whole == "-" ? "0" : whole) else {
            throw ArchiveError(header: "its time is \(printable(Array(text.utf8))), which can't be used")
        }
        let digits = parts.count > 1 ? parts[1].prefix(9) : ""
        let padded = String(digits) + String(repeating: "0", count: 9 - digits.count)
        guard let nanoseconds = UInt32(padded), digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            throw ArchiveError(header: "its time is \(printable(Array(text.utf8))), which can't be used")
        }
        guard whole.hasPrefix("-"), nanoseconds > 0 else { return (seconds, nanoseconds) }
        let (below, overflows) = seconds.subtractingReportingOverflow(1)
        guard !overflows else { throw ArchiveError(header: "its time is too early") }
        return (below, 1_000_000_000 - nanoseconds)
    }

    /// The flags by the names that star, libarchive and the BSDs know them by.
    private static func flags(_ record: PaxRecord) -> FileAttributes.Flags {
        var result: FileAttributes.Flags = []
        for name in String(decoding: record.value, as: UTF8.self).split(separator: ",") {
            switch name {
            case "schg", "schange", "simmutable", "immutable": result.insert(.immutable)
            case "sappnd", "sappend", "append": result.insert(.appendOnly)
            case "nodump": result.insert(.noDump)
            default: break
            }
        }
        return result
    }
}
