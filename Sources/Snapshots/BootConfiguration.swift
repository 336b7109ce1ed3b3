import BackupModel
import Linux
import SystemPackage

/// What decides which subvolumes are mounted at the next boot: the kernel's command line and fstab(5).
struct BootConfiguration: Sendable {
    /// A line of fstab(5).
    struct Entry: Sendable, Equatable {
        /// What is mounted, such as `UUID=…`.
        let device: String
        /// Where, such as `/`.
        let point: FilePath
        let options: [String]
    }

    let entries: [Entry]
    /// The mount options of the root filesystem on the command line; nil where that can't be read.
    let rootOptions: [String]?

    /// - Parameters:
    ///   - mountTable: The text of a fstab.
    ///   - commandLine: The text of the kernel's command line, where that is known.
    init(mountTable: String, commandLine: String?) {
        entries = mountTable.split(separator: "\n").compactMap { Entry($0) }
        rootOptions = commandLine.map { line in
            // The last of several counts; see kernel-command-line(7).
            let words = line.split { $0 == " " || $0 == "\n" }
            let flags = words.last { $0.hasPrefix("rootflags=") }?.dropFirst("rootflags=".count)
            return flags?.split(separator: ",").map(String.init) ?? []
        }
    }

    /// The first place that mounts one of `subvolumes` of the filesystem `id` by its number, for a message.
    func mountByNumber(of subvolumes: Set<UInt64>, filesystem id: [UInt8]) -> String? {
        if let number = rootOptions.flatMap({ $0.subvolumeNumber }), subvolumes.contains(number) {
            return "the kernel's command line, with rootflags=subvolid=\(number)"
        }
        for entry in entries where entry.mayMean(filesystem: id) {
            guard let number = entry.options.subvolumeNumber, subvolumes.contains(number) else { continue }
            return "/etc/fstab, at \(entry.point.text), with the option subvolid=\(number)"
        }
        return nil
    }

    /// Whether the root filesystem is mounted by the path `path` of a subvolume, and by nothing else.
    func mountsRoot(byPath path: FilePath) -> Bool {
        guard let rootOptions else { return false }
        if let given = rootOptions.subvolumePath { return given == path }
        return entries.last { $0.point == "/" }?.options.subvolumePath == path
    }
}

extension BootConfiguration.Entry {
    /// A line of the file; nil for an empty one and for a comment.
    fileprivate init?(_ line: Substring) {
        let fields = line.split { $0 == " " || $0 == "\t" }
        guard fields.count >= 2, let first = fields.first, !first.hasPrefix("#") else { return nil }
        device = String(first)
        point = FilePath(String(fields[1]).replacing("\\040", with: " "))
        options = fields.count > 3 ? fields[3].split(separator: ",").map(String.init) : []
    }

    /// Whether this may be about the filesystem `id`; what names a filesystem otherwise than by its UUID may be any.
    fileprivate func mayMean(filesystem id: [UInt8]) -> Bool {
        for prefix in ["UUID=", "/dev/disk/by-uuid/"] where device.hasPrefix(prefix) {
            let given = device.dropFirst(prefix.count).filter { $0 != "\"" }
            return given.lowercased() == text(ofUUID: id)
        }
        return true
    }
}

extension [String] {
    /// The number of the subvolume that these mount options ask for: decimal, hexadecimal or octal, as the kernel reads it.
    fileprivate var subvolumeNumber: UInt64? {
        guard let value = last(where: { $0.hasPrefix("subvolid=") })?.dropFirst("subvolid=".count) else { return nil }
        if value.hasPrefix("0x") || value.hasPrefix("0X") { return UInt64(value.dropFirst(2), radix: 16) }
        return UInt64(value, radix: value.hasPrefix("0") ? 8 : 10)
    }

    /// The path of the subvolume that these mount options ask for, from the top of the filesystem.
    fileprivate var subvolumePath: FilePath? {
        guard let value = last(where: { $0.hasPrefix("subvol=") })?.dropFirst("subvol=".count) else { return nil }
        return FilePath("/").pushing(FilePath(String(value.drop { $0 == "/" }))).lexicallyNormalized()
    }
}
