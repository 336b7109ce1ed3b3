import Linux
import SystemPackage

/// Looking for what may not be there any more.
extension Descriptor {
    /// Opens `name`; nil when it is gone, or no directory or no file any more.
    func openIfThere(_ name: FilePath, _ flags: Flags) throws(LinuxError) -> Descriptor? {
        do {
            return try open(name, flags)
        } catch {
            guard error.errno.isAbsence || error.errno == .noSuchAddressOrDevice else { throw error }
            return nil
        }
    }

    /// Opens the directory at `path`, as ``openDirectory(_:)`` does; nil when it is not there or no directory.
    func openDirectoryIfThere(_ path: FilePath) throws(LinuxError) -> Descriptor? {
        do {
            return try openDirectory(path)
        } catch {
            guard error.errno.isAbsence else { throw error }
            return nil
        }
    }

    /// As ``openForReading(_:_:)``; nil when `name` is gone, or can't be opened as what it is now.
    func openForReadingIfThere(_ name: FilePath, _ flags: Flags) throws(LinuxError) -> Descriptor? {
        do {
            return try openForReading(name, flags)
        } catch {
            guard error.errno.isAbsence || error.errno == .noSuchAddressOrDevice else { throw error }
            return nil
        }
    }

    /// Opens `name` without leaving a trace in its access time, where this process may.
    func openForReading(_ name: FilePath, _ flags: Flags) throws(LinuxError) -> Descriptor {
        do {
            return try open(name, flags.union([.readOnly, .noAccessTime]))
        } catch {
            guard error.errno == .notPermitted else { throw error }
            return try open(name, flags.union(.readOnly))
        }
    }

    /// The names in this directory; none when it has been removed.
    func entryNamesIfThere() throws(LinuxError) -> [FilePath] {
        do {
            return try entryNames()
        } catch {
            guard error.errno == .noSuchFileOrDirectory else { throw error }
            return []
        }
    }

    /// What the kernel tells of `name`; nil when it is gone.
    func statusIfThere(of name: FilePath) throws(LinuxError) -> FileStatus? {
        do {
            return try status(of: name)
        } catch {
            guard error.errno == .noSuchFileOrDirectory else { throw error }
            return nil
        }
    }
}

extension Errno {
    /// Whether a name turned out not to be there, or to be something else than it was when it was listed.
    var isAbsence: Bool {
        [.noSuchFileOrDirectory, .notDirectory, .tooManySymbolicLinkLevels].contains(self)
    }
}
