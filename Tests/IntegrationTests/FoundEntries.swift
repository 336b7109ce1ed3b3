import BackupModel
import FoundationEssentials
import SystemPackage
import TestSupport
import Testing

/// What find(1) says of the sources in a snapshot, and how many further names files have.
func foundEntries(in snapshot: FilePath) async throws -> (entries: [FileEntry], linkCount: Int) {
    let encoded = try await shell(
        """
        cd \(snapshot)
        find system data ! -type s -printf '%p\\0%y\\0%s\\0%m\\0%U\\0%G\\0%T@\\0%i\\0' | base64 -w 0
        """
    )
    let data = try #require(Data(base64Encoded: encoded))
    let fields = [UInt8](data).split(separator: 0, omittingEmptySubsequences: false).map { Array($0) }
    var (entries, inodes): ([FileEntry], [Set<String>]) = ([], [[], []])
    var nameCount = 0
    for start in stride(from: 0, to: fields.count - 7, by: 8) {
        let texts = fields[start..<(start + 8)].map { String(decoding: $0, as: UTF8.self) }
        let kinds: [String: FileEntry.Kind] = [
            "f": .file, "d": .directory, "l": .symbolicLink, "p": .fifo, "c": .characterDevice, "b": .blockDevice,
        ]
        let kind = try #require(kinds[texts[1]])
        let time = texts[6].split(separator: ".")
        entries.append(
            FileEntry(
                path: fields[start],
                kind: kind,
                size: kind == .file || kind == .symbolicLink ? UInt64(texts[2]) ?? 0 : 0,
                permissions: UInt32(texts[3], radix: 8) ?? 0,
                userID: UInt32(texts[4]) ?? 0,
                groupID: UInt32(texts[5]) ?? 0,
                modified: Int64(time[0]) ?? 0,
                modifiedNanoseconds: UInt32(time[1].prefix(9)) ?? 0
            )
        )
        guard kind != .directory else { continue }
        nameCount += 1
        inodes[texts[0].hasPrefix("data") ? 1 : 0].insert(texts[7])
    }
    func key(_ entry: FileEntry) -> [UInt8] { entry.path.map { $0 == UInt8(ascii: "/") ? 0 : $0 } }
    entries.sort { key($0).lexicographicallyPrecedes(key($1)) }
    return (entries, nameCount - inodes[0].count - inodes[1].count)
}
