import SystemPackage

extension Configuration {
    /// Checks what the paths say without a look at the disk.
    func checkPaths() throws(ConfigurationError) {
        if storage.backups.starts(with: storage.snapshots) {
            throw ConfigurationError(
                file: origin.file,
                at: origin.storage,
                "The directory of the backups, \(shown(storage.backups)), must not lie in that of the snapshots, "
                    + "\(shown(storage.snapshots))."
            )
        }
        for source in sources {
            for (name, directory) in [("snapshots", storage.snapshots), ("backups", storage.backups)]
            where source.path.starts(with: directory) {
                throw error(source, "lies in the directory of the \(name), \(shown(directory))")
            }
        }
    }

    /// Checks that every source is a directory and is given once, whatever symbolic links lead to it.
    ///
    /// The directories of `storage` need not exist yet.
    ///
    /// - Throws: the first source that can't be used.
    public func validateOnDisk() throws(ConfigurationError) {
        var seen: [(name: String, directory: Stat)] = []
        for source in sources {
            let directory = try stat(source)
            guard directory.type == .directory else { throw error(source, "is not a directory") }
            if let other = seen.first(where: { $0.directory.isSameFile(as: directory) }) {
                throw error(source, "is the directory of the source \"\(printable(other.name))\" too")
            }
            for (name, path) in [("snapshots", storage.snapshots), ("backups", storage.backups)] {
                if let kept = try? Stat(path), kept.isSameFile(as: directory) {
                    throw error(source, "is the directory of the \(name), \(shown(path))")
                }
            }
            seen.append((source.name, directory))
        }
    }

    private func stat(_ source: Source) throws(ConfigurationError) -> Stat {
        do {
            return try Stat(source.path)
        } catch Errno.noSuchFileOrDirectory {
            throw error(source, "does not exist")
        } catch {
            throw self.error(source, "can't be examined: \(error)")
        }
    }

    private func error(_ source: Source, _ complaint: String) -> ConfigurationError {
        ConfigurationError(
            file: origin.file,
            at: origin.sources[source.name],
            "The path of the source \"\(printable(source.name))\", \(shown(source.path)), \(complaint)."
        )
    }

    private func shown(_ path: FilePath) -> String {
        printable(path.string)
    }
}

extension Stat {
    fileprivate func isSameFile(as other: Stat) -> Bool {
        deviceID == other.deviceID && inode == other.inode
    }
}
