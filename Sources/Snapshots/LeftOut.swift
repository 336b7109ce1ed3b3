/// What could not be taken along: the first of it by name, and how much more there is.
struct LeftOut: Sendable, Equatable {
    private var named: [String] = []
    private var count = 0

    mutating func add(_ fragment: String) {
        count += 1
        if named.count < SnapshotRecord.maximumLeftOutCount { named.append(fragment) }
    }

    /// One sentence fragment each.
    var fragments: [String] {
        count > named.count ? named + ["\(count - named.count) more"] : named
    }
}
