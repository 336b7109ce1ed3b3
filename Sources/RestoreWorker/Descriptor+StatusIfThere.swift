import Linux
import SystemPackage

extension Descriptor {
    /// What the kernel tells of the entry `name` itself; nil when there is none.
    func statusIfThere(of name: FilePath) throws(LinuxError) -> FileStatus? {
        do {
            return try status(of: name)
        } catch {
            guard error.errno == .noSuchFileOrDirectory else { throw error }
            return nil
        }
    }
}
