import Linux
import SystemPackage

/// A file that takes no byte; see full(4).
final class FileDescriptorOfFullDisk: Sendable {
    private let owner: SharedDescriptor

    init() throws {
        owner = SharedDescriptor(try Descriptor.open("/dev/full", .writeOnly))
    }

    var file: FileDescriptor { owner.file }
}
