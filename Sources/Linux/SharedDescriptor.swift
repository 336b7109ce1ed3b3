public import SystemPackage

/// A file descriptor with several owners: closed when the last reference goes.
public final class SharedDescriptor: Sendable {
    /// The descriptor, lent for as long as a reference is held.
    public let descriptor: Descriptor

    /// Takes ownership of `descriptor`.
    public init(_ descriptor: consuming Descriptor) {
        self.descriptor = descriptor
    }

    /// The open file, valid for as long as a reference is held; not to be closed by who borrows it.
    public var file: FileDescriptor { descriptor.file }

    /// A descriptor of the caller's own for the same open file.
    public func duplicate() throws(LinuxError) -> Descriptor {
        try descriptor.duplicate()
    }

    /// What the kernel tells of the open file; see fstat(2).
    public func status() throws(LinuxError) -> FileStatus {
        try descriptor.status()
    }

    /// Whether the file is open for writing; see fcntl(2).
    public func isWritable() throws(LinuxError) -> Bool {
        try descriptor.isWritable()
    }
}
