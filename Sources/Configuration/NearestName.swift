/// The one of `candidates` that `name` was most likely meant to be; nil when none is close.
func nearest(to name: String, among candidates: [String]) -> String? {
    let close = candidates.map { (name: $0, distance: editDistance(name.lowercased(), $0.lowercased())) }
        .filter { $0.distance <= max(2, $0.name.count / 2) }
    return close.min { $0.distance < $1.distance }?.name
}

/// The number of characters to insert, delete or replace to make `first` into `second` (Levenshtein).
///
/// Names longer than any key of ours are cut off, so that a hostile one costs no time.
private func editDistance(_ first: String, _ second: String) -> Int {
    let second = Array(second.prefix(64))
    var row = Array(0...second.count)
    for (above, character) in first.prefix(64).enumerated() {
        var next = [above + 1]
        for (index, (other, diagonal)) in zip(second, row).enumerated() {
            next.append(min(diagonal + (character == other ? 0 : 1), row[index + 1] + 1, next[index] + 1))
        }
        row = next
    }
    return row.last ?? 0
}
