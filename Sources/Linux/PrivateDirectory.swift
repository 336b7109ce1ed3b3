import Glibc
public import SystemPackage

/// A directory of a new name, for its owner alone; see mkdtemp(3).
public struct PrivateDirectory: Sendable {
    /// Where it is.
    public let path: FilePath

    /// Makes one in `directory`.
    public static func make(in directory: FilePath) throws(LinuxError) -> PrivateDirectory {
        var template = directory.appending("nexus-XXXXXX").bytes.map(CChar.init(bitPattern:)) + [0]
        guard mkdtemp(&template) != nil else { throw LinuxError(last: "make a directory in \(directory)") }
        return PrivateDirectory(path: FilePath(bytes: template.map(UInt8.init(bitPattern:))))
    }

    /// Removes it with all it holds, as far as that can be done.
    public func remove() {
        guard let name = path.lastComponent,
            let parent = try? Descriptor.open(path.removingLastComponent(), [.readOnly, .directory])
        else { return }
        try? parent.removeTree(FilePath(root: nil, components: name))
    }
}
