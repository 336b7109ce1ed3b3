/// Some of the parts of a text that slashes stand between; the outermost is 0.
struct PartSet: Equatable {
    /// The most parts a text can have.
    static let capacity = UInt64.bitWidth
    static let outermost = PartSet(0)

    private var bits: UInt64 = 0

    init() {}

    /// Only this one.
    init(_ part: Int) {
        bits = 1 << part
    }

    private init(bits: UInt64) {
        self.bits = bits
    }

    var count: Int { bits.nonzeroBitCount }

    /// Those after each of these.
    var next: PartSet { PartSet(bits: bits << 1) }

    func contains(_ part: Int) -> Bool { bits >> part & 1 == 1 }

    func isSubset(of other: PartSet) -> Bool { bits & ~other.bits == 0 }

    func union(_ other: PartSet) -> PartSet { PartSet(bits: bits | other.bits) }

    func filter(_ isIncluded: (Int) -> Bool) -> PartSet {
        var (result, remaining) = (PartSet(), bits)
        while remaining != 0 {
            let part = remaining.trailingZeroBitCount
            if isIncluded(part) { result.bits |= 1 << part }
            remaining &= remaining - 1
        }
        return result
    }
}
