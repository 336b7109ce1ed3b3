import CLinux
public import SystemPackage

/// The mounts this process sees, as `/proc/self/mountinfo` tells; see proc_pid_mountinfo(5).
public struct MountTable: Sendable {
    /// One mount.
    public struct Mount: Sendable, Equatable {
        /// Its id, unique while it lasts.
        public let id: UInt64
        /// The device number of its filesystem, as `major:minor`; one for all mounts of a filesystem.
        public let device: String
        /// The directory of the filesystem that is mounted.
        public let root: FilePath
        /// Where it is mounted.
        public let point: FilePath
        /// The filesystem's type, such as `btrfs`.
        public let type: String
        /// What is mounted, such as the device node `/dev/sda1`.
        public let source: FilePath
        /// The options of the filesystem, such as `subvolid=256`.
        public let options: [String]

        /// The value of the option `name`, of `name=value`.
        public func option(_ name: String) -> String? {
            options.first { $0.hasPrefix("\(name)=") }.map { String($0.dropFirst(name.count + 1)) }
        }
    }

    /// The mounts, in the order in which they were made.
    public let mounts: [Mount]

    /// Reads the table.
    public static func current() throws(LinuxError) -> MountTable {
        let file = try Descriptor.open("/proc/self/mountinfo", .readOnly)
        return MountTable(parsing: try file.readAll(limit: 64 << 20))
    }

    /// Reads the table from the text of a mountinfo file; a line that is none is passed over.
    public init(parsing text: [UInt8]) {
        mounts = text.split(separator: UInt8(ascii: "\n")).compactMap { Mount(parsing: $0) }
    }

    /// The mount that holds the open file `file`; see statx(2), STATX_MNT_ID.
    public func mount(of file: borrowing Descriptor) throws(LinuxError) -> Mount? {
        let id = try file.mountID()
        return mounts.first { $0.id == id }
    }
}

extension MountTable.Mount {
    /// Whether this shows, below `other`, what is there anyway: a directory mounted on itself, as service managers do to
    /// make one writable and the rest not.
    public func isInPlace(below other: Self) -> Bool {
        var path = point
        guard device == other.device, path.removePrefix(other.point) else { return false }
        return root == other.root.pushing(path)
    }
}

extension Descriptor {
    /// The id of the mount through which this file was opened; see statx(2), STATX_MNT_ID.
    public func mountID() throws(LinuxError) -> UInt64 {
        let id = nx_mount_id(file.rawValue)
        guard id >= 0 else { throw LinuxError(last: "statx") }
        return UInt64(id)
    }
}

extension MountTable.Mount {
    init?(parsing line: some Collection<UInt8>) {
        let fields = line.split(separator: UInt8(ascii: " ")).map { Array($0) }
        guard fields.count >= 10, let separator = fields.dropFirst(6).firstIndex(of: [UInt8(ascii: "-")]),
            fields.count > separator + 3, let id = UInt64(String(decoding: fields[0], as: UTF8.self))
        else { return nil }
        self.id = id
        device = String(decoding: fields[2], as: UTF8.self)
        root = FilePath(bytes: unescaped(fields[3]))
        point = FilePath(bytes: unescaped(fields[4]))
        type = String(decoding: fields[separator + 1], as: UTF8.self)
        source = FilePath(bytes: unescaped(fields[separator + 2]))
        options = String(decoding: fields[separator + 3], as: UTF8.self).split(separator: ",").map(String.init)
    }
}

/// The kernel writes blanks, newlines and backslashes as three octal digits after a backslash.
private func unescaped(_ field: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    var rest = field[...]
    while let byte = rest.popFirst() {
        let digits = rest.prefix(3)
        if byte == UInt8(ascii: "\\"), digits.count == 3,
            let code = UInt8(String(decoding: digits, as: UTF8.self), radix: 8)
        {
            result.append(code)
            rest = rest.dropFirst(3)
        } else {
            result.append(byte)
        }
    }
    return result
}
