import CLinux
import Glibc
import SystemPackage

/// The two ends of a pipe, both closed on exec; see pipe(2).
public struct Pipe: ~Copyable {
    /// What is written to the other end comes out here.
    public let readEnd: Descriptor
    /// Where to write.
    public let writeEnd: Descriptor

    /// Creates a pipe.
    public static func make() throws(LinuxError) -> Pipe {
        var ends: (Int32, Int32) = (-1, -1)
        let result = withUnsafeMutablePointer(to: &ends) { pointer in
            pointer.withMemoryRebound(to: Int32.self, capacity: 2) { nx_pipe2($0, O_CLOEXEC) }
        }
        guard result == 0 else { throw LinuxError(last: "pipe") }
        return Pipe(
            readEnd: Descriptor(taking: FileDescriptor(rawValue: ends.0)),
            writeEnd: Descriptor(taking: FileDescriptor(rawValue: ends.1))
        )
    }

    private init(readEnd: consuming Descriptor, writeEnd: consuming Descriptor) {
        self.readEnd = readEnd
        self.writeEnd = writeEnd
    }

    /// Takes the pipe apart into its two ends.
    public consuming func ends() -> (read: SharedDescriptor, write: SharedDescriptor) {
        let read = readEnd
        let write = writeEnd
        return (SharedDescriptor(read), SharedDescriptor(write))
    }
}
