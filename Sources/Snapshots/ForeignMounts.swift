import Linux
import SystemPackage

/// What is mounted below `source` from elsewhere, of which a snapshot holds the empty directories only; one sentence
/// fragment each.
func foreignMounts(below source: FilePath) -> [String] {
    guard let table = try? MountTable.current() else { return [] }
    return table.mounts.filter { $0.point != source && $0.point.starts(with: source) }
        .map { "the \($0.type) filesystem mounted at \($0.point)" }
}
