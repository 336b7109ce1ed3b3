/// One block of a tar header, taken apart; see POSIX on pax, "ustar Interchange Format".
struct TarHeader {
    static let byteCount = 512

    let type: UInt8
    let path: [UInt8]
    let linkTarget: [UInt8]
    let permissions: UInt64
    let userID: UInt64
    let groupID: UInt64
    let size: UInt64
    let modificationTime: Int64
    let deviceMajor: UInt64
    let deviceMinor: UInt64

    /// Takes `block` apart.
    /// - Throws: `ArchiveError` unless it is a header of the ustar format, or of GNU tar's, with the right sum.
    init(_ block: [UInt8]) throws(ArchiveError) {
        guard block.count == Self.byteCount, Self.hasRightSum(block) else {
            throw ArchiveError(header: "its sum is wrong")
        }
        let magic = Array(block[257..<265])
        let isGNU = magic == Array("ustar  \0".utf8)
        guard isGNU || magic == Array("ustar\u{0}00".utf8) else { throw ArchiveError(header: "it is not of a tar") }
        type = block[156]
        let name = Self.text(block[0..<100])
        // GNU tar keeps other things where the format has the first part of long names.
        let prefix = isGNU ? [] : Self.text(block[345..<500])
        path = prefix.isEmpty ? name : prefix + [UInt8(ascii: "/")] + name
        linkTarget = Self.text(block[157..<257])
        permissions = try Self.number(block[100..<108], "mode")
        userID = try Self.number(block[108..<116], "user")
        groupID = try Self.number(block[116..<124], "group")
        size = try Self.number(block[124..<136], "size")
        modificationTime = try Self.signedNumber(block[136..<148], "time")
        let isDevice = [UInt8(ascii: "3"), UInt8(ascii: "4")].contains(type)
        deviceMajor = isDevice ? try Self.number(block[329..<337], "device") : 0
        deviceMinor = isDevice ? try Self.number(block[337..<345], "device") : 0
    }

    /// The sum is that of all bytes with its own taken for blanks; some old programs add them as signed ones.
    private static func hasRightSum(_ block: [UInt8]) -> Bool {
        guard let expected = try? number(block[148..<156], "sum") else { return false }
        var sum = 0
        var signedSum = 0
        for (index, byte) in block.enumerated() {
            let counted = (148..<156).contains(index) ? UInt8(ascii: " ") : byte
            sum += Int(counted)
            signedSum += Int(Int8(bitPattern: counted))
        }
        return expected == UInt64(sum) || Int64(exactly: expected) == Int64(signedSum)
    }

    private static func text(_ field: ArraySlice<UInt8>) -> [UInt8] {
        Array(field.prefix { $0 != 0 })
    }

    private static func number(_ field: ArraySlice<UInt8>, _ name: String) throws(ArchiveError) -> UInt64 {
        guard let number = UInt64(exactly: try signedNumber(field, name)) else {
            throw ArchiveError(header: "its \(name) is below 0")
        }
        return number
    }

    /// Octal digits, or, where the first bit is set, a binary number.
    private static func signedNumber(_ field: ArraySlice<UInt8>, _ name: String) throws(ArchiveError) -> Int64 {
        guard let first = field.first else { return 0 }
        let value: Int64?
        switch first {
        case 0x80, 0xFF: value = binary(field.dropFirst(), isNegative: first == 0xFF)
        case 0x81...0xFE: value = nil
        default:
            let digits = field.drop { $0 == UInt8(ascii: " ") }.prefix { $0 != 0 && $0 != UInt8(ascii: " ") }
            value = digits.isEmpty ? 0 : octal(digits)
        }
        guard let value else { throw ArchiveError(header: "its \(name) is not a number that can be used") }
        return value
    }

    private static func octal(_ digits: ArraySlice<UInt8>) -> Int64? {
        var result: Int64 = 0
        for digit in digits {
            guard (0x30...0x37).contains(digit), result < Int64.max >> 3 else { return nil }
            result = result << 3 | Int64(digit - 0x30)
        }
        return result
    }

    private static func binary(_ bytes: ArraySlice<UInt8>, isNegative: Bool) -> Int64? {
        let fill: UInt8 = isNegative ? 0xFF : 0
        guard bytes.dropLast(8).allSatisfy({ $0 == fill }) else { return nil }
        let bits = bytes.suffix(8).reduce(isNegative ? UInt64.max : 0) { $0 << 8 | UInt64($1) }
        let value = Int64(bitPattern: bits)
        return (value < 0) == isNegative ? value : nil
    }
}

extension ArchiveError {
    /// A header that can't be understood, and why.
    init(header reason: String) {
        self.init(operation: "read a header", message: reason)
    }
}
