import Archive
import Linux
import SystemPackage

extension BackupEntry {
    /// What the kernel says of an entry of a snapshot; nil for what no backup holds.
    init?(path: [UInt8], _ status: FileAttributes) {
        switch status.kind {
        case .regular: kind = .regular
        case .directory: kind = .directory
        case .symbolicLink: kind = .symbolicLink
        case .fifo: kind = .fifo
        case .characterDevice: kind = .characterDevice
        case .blockDevice: kind = .blockDevice
        case .socket, .unknown: return nil
        }
        self.path = path
        size = kind == .regular ? status.size : 0
        permissions = status.permissions
        userID = status.userID
        groupID = status.groupID
        modificationSeconds = status.modificationSeconds
        modificationNanoseconds = status.modificationNanoseconds
        (deviceMajor, deviceMinor) = status.specialDevice
        flags = status.flags
    }

    /// A directory of a snapshot.
    init(path: [UInt8], directory: SharedDescriptor) throws(LinuxError) {
        guard let entry = BackupEntry(path: path, try FileAttributes(of: directory.file)), entry.kind == .directory
        else {
            throw LinuxError(.notDirectory, "read the directory")
        }
        self = entry
        attributes = try directory.descriptor.extendedAttributes()
    }
}
