import CLinux
import Glibc
public import SystemPackage

/// Open files that one program hands to another that it starts, over the socket that is the other's standard input, ahead
/// of everything else; see unix(7), SCM_RIGHTS.
public enum HandedDescriptors {
    /// The number that the first one gets in the other program, where those of its own never reach; the next ones follow.
    public static let firstNumber: Int32 = 100

    /// Two sockets that are connected, both closed on exec: what is written to one comes out of the other.
    public static func sockets() throws(LinuxError) -> (read: SharedDescriptor, write: SharedDescriptor) {
        var ends: [Int32] = [-1, -1]
        let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, type, 0, &ends) == 0 else { throw LinuxError(last: "connect two sockets") }
        return (
            SharedDescriptor(Descriptor(taking: FileDescriptor(rawValue: ends[0]))),
            SharedDescriptor(Descriptor(taking: FileDescriptor(rawValue: ends[1])))
        )
    }

    /// Hands `files` to whoever reads from the other end of `socket`.
    public static func hand(_ files: [FileDescriptor], over socket: FileDescriptor) throws(LinuxError) {
        let numbers = files.map(\.rawValue)
        guard retrying({ nx_hand_descriptors(socket.rawValue, numbers, numbers.count) }) == 0 else {
            throw LinuxError(last: "hand over descriptors")
        }
    }

    /// Takes what was handed to this program, if anything was; to be called before it opens files of its own.
    public static func take(from input: FileDescriptor) throws(LinuxError) {
        guard retrying({ nx_take_descriptors(input.rawValue, firstNumber) }) >= 0 else {
            throw LinuxError(last: "take the descriptors that were handed over")
        }
    }
}
