/// Numbers of bytes, for people and from people.
enum Size {
    private static let units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"]

    /// `byteCount` in the largest binary unit it has one of, with three digits, such as `1.46 GiB`.
    static func text(_ byteCount: UInt64) -> String {
        var shift: UInt64 = 0
        var unit = 0
        while unit < units.count - 1, rounded(byteCount, shift, decimals: 0) >= 1000 {
            shift += 10
            unit += 1
        }
        guard unit > 0 else { return "\(byteCount) B" }
        let decimals = [2, 1].first { rounded(byteCount, shift, decimals: $0) < 1000 } ?? 0
        let number = rounded(byteCount, shift, decimals: decimals)
        return "\(decimal(number, decimals)) \(units[unit])"
    }

    /// `byteCount / 2^shift`, times 10^`decimals`, to the nearest.
    private static func rounded(_ byteCount: UInt64, _ shift: UInt64, decimals: Int) -> UInt64 {
        let factor: UInt64 = [1, 10, 100][decimals]
        let whole = (byteCount >> shift) * factor
        let rest = byteCount & ((1 << shift) - 1)
        guard shift > 0 else { return whole }
        // The rest has up to 60 bits; ten of them are enough for two decimals.
        let fraction = shift > 50 ? rest >> (shift - 50) : rest
        let bits = min(shift, 50)
        return whole + (fraction * factor + (1 << (bits - 1))) >> bits
    }

    private static func decimal(_ number: UInt64, _ decimals: Int) -> String {
        guard decimals > 0 else { return "\(number)" }
        let digits = String(number)
        let filled = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
        return "\(filled.dropLast(decimals)).\(filled.suffix(decimals))"
    }

    /// The bytes that a text such as `10M`, `1.5GiB` or `4096` stands for; K, M, G and T are powers of 1024.
    static func parse(_ text: String) -> UInt64? {
        let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        let suffix = text.dropFirst(digits.count).trimmingPrefix(" ").uppercased()
        let shifts: [String: UInt64] = ["": 0, "B": 0, "K": 10, "M": 20, "G": 30, "T": 40]
        let letter = suffix.hasSuffix("IB") ? String(suffix.dropLast(2)) : suffix
        guard let shift = shifts[letter], suffix != "IB", let number = Double(String(digits)), digits.last != "." else {
            return nil
        }
        let count = number * Double(UInt64(1) << shift)
        guard shift > 0 || !digits.contains("."), count < 9e18 else { return nil }
        return UInt64(count)
    }
}
