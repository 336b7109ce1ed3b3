public import SystemPackage

/// The I/O scheduler of the disk under a directory, such as `bfq` or `mq-deadline`; nil where no single disk is known, as
/// on a network filesystem.
///
/// I/O scheduling classes act only under `bfq`; see ionice(1).
public func ioScheduler(under directory: FilePath) -> String? {
    guard let file = try? Descriptor.open(directory, [.readOnly, .directory]),
        let mount = try? MountTable.current().mount(of: file)
    else { return nil }
    let device = deviceNumber(of: mount)
    // A partition has no queue of its own; the disk's is one directory up.
    for place in ["queue/scheduler", "../queue/scheduler"] {
        let path = FilePath("/sys/dev/block/\(device)/\(place)")
        guard let file = try? Descriptor.open(path, .readOnly), let text = try? file.readAll(limit: 4096) else {
            continue
        }
        return selection(in: String(decoding: text, as: UTF8.self))
    }
    return nil
}

/// A btrfs has a device number that is no disk's, so there the device that is mounted is looked at.
private func deviceNumber(of mount: MountTable.Mount) -> String {
    guard mount.device.hasPrefix("0:"), let node = try? Descriptor.open(mount.source, .pathOnly),
        let attributes = try? FileAttributes(of: node.file), attributes.kind == .blockDevice
    else { return mount.device }
    return "\(attributes.specialDevice.major):\(attributes.specialDevice.minor)"
}

/// The name in brackets, of a line such as `none [mq-deadline] bfq`.
private func selection(in line: String) -> String? {
    line.split(whereSeparator: \.isWhitespace).first { $0.hasPrefix("[") && $0.hasSuffix("]") }
        .map { String($0.dropFirst().dropLast()) }
}
