import BackupModel
import Linux
import SystemPackage

/// Where a download goes.
struct DownloadTarget: Sendable {
    let directory: FilePath
    let name: String

    /// The file `output`, or one called `defaultName` in the directory `output`, or in the working directory without one.
    init(_ output: String?, defaultName: String) throws {
        let path = FilePath(output ?? ".")
        guard output?.hasSuffix("/") != true, !Self.isDirectory(path) else {
            self.init(directory: path, name: defaultName)
            return
        }
        guard let name = path.lastComponent else {
            throw BackupError(.invalidArgs, "\"\(output ?? "")\" is no name of a file; give one, or a directory.")
        }
        let parent = path.removingLastComponent()
        self.init(directory: parent.isEmpty ? "." : parent, name: name.string)
    }

    private init(directory: FilePath, name: String) {
        self.directory = directory
        self.name = name
    }

    private static func isDirectory(_ path: FilePath) -> Bool {
        do {
            _ = try Descriptor.open(path, [.readOnly, .directory])
            return true
        } catch {
            return false
        }
    }

    /// The path.
    var path: String { directory == "." ? name : directory.appending(name).string }

    /// The path, to be shown.
    var text: String { path.escapedForTerminal }

    /// The error that another file has the name.
    var taken: BackupError {
        BackupError(
            .invalidArgs,
            "\(text) is there already and is another file; remove it, or give another name with -o."
        )
    }

    func openDirectory() throws -> Descriptor {
        do {
            return try Descriptor.open(directory, [.readOnly, .directory])
        } catch {
            throw BackupError(
                .invalidArgs,
                "The directory \(directory.string.escapedForTerminal) can't be opened: \(error.errno); make it, or give "
                    + "another one with -o.",
                cause: error
            )
        }
    }

    /// Whether something has the name.
    func exists(in folder: borrowing Descriptor) throws(LinuxError) -> Bool {
        do {
            _ = try folder.status(of: FilePath(name))
            return true
        } catch {
            guard error.errno == .noSuchFileOrDirectory else { throw error }
            return false
        }
    }

    /// Gives the complete file its name, durably, unless another file has it by now.
    func takeName(_ partial: FilePath, in folder: borrowing Descriptor) throws {
        do {
            try folder.renameWithoutReplacing(partial, to: FilePath(name))
        } catch {
            switch error.errno {
            case .fileExists: throw taken
            case .invalidArgument where try !exists(in: folder): try folder.rename(partial, to: FilePath(name))
            default: throw error
            }
        }
        try folder.synchronize()
    }
}

extension BackupError {
    /// That a file of a download can't be read or written.
    init(download error: LinuxError, to target: DownloadTarget) {
        switch error.errno {
        case .noSpace, .diskQuotaExceeded, .fileTooLarge:
            self.init(
                .noSpace,
                "There is no room for \(target.text): \(error.errno). Make some, and repeat the command; it goes on from there.",
                cause: error
            )
        case .permissionDenied, .readOnlyFileSystem, .notPermitted:
            self.init(
                .invalidArgs,
                "\(target.text) can't be written: \(error.errno); give another place with -o.",
                cause: error
            )
        default:
            self.init(.failed, "The download to \(target.text) failed: \(error).", cause: error)
        }
    }
}
