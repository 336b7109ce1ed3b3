/// What libarchive's pax writer can't be told, and so is mended in the extended header it has made.
struct PaxCorrections {
    /// Whether a name of an extended attribute has bytes that libarchive writes as `%XX`, which no reader decodes but GNU
    /// tar for `=` and `%`.
    var hasEncodedAttributeNames = false
    /// Whether bsdtar would put characters of the names together, unless it is told that they are just bytes.
    var hasDecomposedNames = false
    /// The modification time where it is less than a second before 1970, which has no number of whole seconds.
    var modificationTime: String?

    var isEmpty: Bool { !hasEncodedAttributeNames && !hasDecomposedNames && modificationTime == nil }

    /// Mends `header`, what libarchive has written for one member: the blocks of the extended header, if there is one, and
    /// then the member's own.
    func apply(to header: [UInt8]) -> [UInt8] {
        let block = 512
        let typeOffset = 156
        guard header.count > block, header[typeOffset] == UInt8(ascii: "x") else { return header }
        let size = Int(String(decoding: header[124..<135], as: UTF8.self), radix: 8) ?? 0
        let end = block + (size + block - 1) / block * block
        guard size > 0, header.count >= end, var records = PaxRecord.parse(header[block..<block + size]) else {
            return header
        }
        apply(to: &records)
        let body = records.flatMap { $0.encoded }
        let padding = [UInt8](repeating: 0, count: (block - body.count % block) % block)
        return Self.resized(Array(header[..<block]), size: body.count) + body + padding + header[end...]
    }

    private func apply(to records: inout [PaxRecord]) {
        let charset = PaxRecord(key: Array("hdrcharset".utf8), value: Array("BINARY".utf8))
        if hasDecomposedNames, !records.contains(where: { $0.key == charset.key }) { records.insert(charset, at: 0) }
        for index in records.indices {
            if let modificationTime, records[index].key == Array("mtime".utf8) {
                records[index].value = Array(modificationTime.utf8)
            }
            if hasEncodedAttributeNames { records[index].decodeAttributeName() }
        }
    }

    /// The block of a ustar header with another size in it.
    private static func resized(_ block: [UInt8], size: Int) -> [UInt8] {
        var block = block
        block.replaceSubrange(124..<136, with: octal(size, digits: 11) + [UInt8(ascii: " ")])
        block.replaceSubrange(148..<156, with: [UInt8](repeating: UInt8(ascii: " "), count: 8))
        let sum = block.reduce(0) { $0 + Int($1) }
        block.replaceSubrange(148..<156, with: octal(sum, digits: 6) + [0, UInt8(ascii: " ")])
        return block
    }

    private static func octal(_ number: Int, digits: Int) -> [UInt8] {
        let text = String(number, radix: 8)
        return Array((String(repeating: "0", count: max(0, digits - text.count)) + text).utf8)
    }
}

/// One record of an extended header, `LENGTH KEY=VALUE\n`; see pax(1).
struct PaxRecord: Equatable {
    /// The most records that one header may have, far more than there is room for names of extended attributes in Linux.
    static let maximumCount = 1 << 16

    var key: [UInt8]
    var value: [UInt8]

    /// All records of an extended header; nil when it is none, or has more than ``maximumCount``.
    static func parse(_ bytes: ArraySlice<UInt8>) -> [PaxRecord]? {
        var records: [PaxRecord] = []
        var rest = bytes
        while !rest.isEmpty {
            guard let space = rest.firstIndex(of: UInt8(ascii: " ")),
                let length = Int(String(decoding: rest[..<space], as: UTF8.self)),
                length > space + 2 - rest.startIndex, length <= rest.count, records.count < maximumCount
            else { return nil }
            let record = rest[(space + 1)..<(rest.startIndex + length - 1)]
            guard let equals = record.firstIndex(of: UInt8(ascii: "=")) else { return nil }
            records.append(PaxRecord(key: Array(record[..<equals]), value: Array(record[(equals + 1)...])))
            rest = rest.dropFirst(length)
        }
        return records
    }

    /// The record as it is stored; its length counts the digits of the length.
    var encoded: [UInt8] {
        let content = key.count + value.count + 3
        var length = content + String(content).utf8.count
        if String(length).utf8.count > String(content).utf8.count { length = content + String(length).utf8.count }
        return Array(String(length).utf8) + [UInt8(ascii: " ")] + key + [UInt8(ascii: "=")] + value + [
            UInt8(ascii: "\n")
        ]
    }

    /// Gives an extended attribute back its own name, in which GNU tar wants `=`, and what looks like its escapes, escaped.
    mutating func decodeAttributeName() {
        let prefix = Array("SCHILY.xattr.".utf8)
        guard key.starts(with: prefix) else { return }
        let name = Self.decoded(key[prefix.count...])
        let text = String(decoding: name, as: UTF8.self)
        let isAmbiguous = text.contains("=") || text.contains("%3D") || text.contains("%25")
        let escaped = name.flatMap { byte -> [UInt8] in
            switch byte {
            case UInt8(ascii: "=") where isAmbiguous: Array("%3D".utf8)
            case UInt8(ascii: "%") where isAmbiguous: Array("%25".utf8)
            default: [byte]
            }
        }
        key = prefix + escaped
    }

    private static func decoded(_ text: ArraySlice<UInt8>) -> [UInt8] {
        var result: [UInt8] = []
        var rest = text
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
            {
                result.append(value)
                rest = rest.dropFirst(2)
            } else {
                result.append(byte)
            }
        }
        return result
    }
}
