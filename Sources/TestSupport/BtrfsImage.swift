import Linux
public import SystemPackage

/// A btrfs of its own in a sparse file, mounted through a loop device.
public struct BtrfsImage: Sendable {
    /// Where it is mounted.
    public let mountPoint: FilePath
    private let file: FilePath

    fileprivate init(in directory: FilePath, size: String, nodeSize: Int) async throws {
        file = directory.appending("image")
        mountPoint = directory.appending("fs")
        try await shell("truncate -s \(size) \(file); mkfs.btrfs -q -n \(nodeSize) \(file); mkdir \(mountPoint)")
        try await mount()
    }

    private func mount() async throws {
        try await shell("mount -o loop \(file) \(mountPoint)")
    }

    /// Unmounts it and whatever a test has mounted below it; a file that is still open delays the end, not the test.
    fileprivate func unmount() async throws {
        try await shell("umount -R \(mountPoint) || umount -R -l \(mountPoint)")
    }

    /// Brings it into the state in which a machine would find it whose power fails now.
    public func cutPower() async throws {
        try await shell("cp --sparse=always \(file) \(file).now; umount -R \(mountPoint); mv \(file).now \(file)")
        try await mount()
    }

    /// Keeps what the disk holds now under `name`, as a power failure would leave it.
    public func keepDisk(as name: String) throws {
        let disk = try Descriptor.open(file, .readOnly)
        let copy = try Descriptor.open(
            kept(name),
            [.readWrite, .create, .exclusive],
            permissions: .ownerReadWrite
        )
        try disk.copyContents(to: copy, size: disk.status().size)
    }

    /// Brings it into the state of the disk that was kept as `name`.
    public func restart(from name: String) async throws {
        try await shell("umount -R \(mountPoint); mv '\(kept(name))' \(file)")
        try await mount()
    }

    private func kept(_ name: String) -> FilePath {
        file.removingLastComponent().appending("disk-\(name)")
    }

    /// Puts zeroes in the place of the bytes of `text` wherever they are on the disk, so that reading them is an I/O error.
    public func destroy(_ text: String) async throws {
        let script = """
            import sys
            with open(sys.argv[1], "r+b") as file:
                content, text = file.read(), sys.argv[2].encode()
                position = content.find(text)
                while position >= 0:
                    file.seek(position); file.write(bytes(len(text)))
                    position = content.find(text, position + 1)
            """
        // A mount namespace that another test has made meanwhile may keep the filesystem alive, and with it what is cached.
        try await shell(
            "sync -f \(mountPoint); umount -R \(mountPoint); /usr/bin/python3 - \(file) '\(text)'",
            input: script
        )
        try await mount()
        try await shell("echo 3 > /proc/sys/vm/drop_caches")
    }
}

/// Runs `body` with a new btrfs, which is unmounted and removed afterwards, also when `body` throws. Needs root.
///
/// - Parameters:
///   - size: As truncate(1) takes it.
///   - nodeSize: Bytes, at most 65,536; an extended attribute must fit into a node.
public func withMountedBtrfs<Result>(
    size: String = "2G",
    nodeSize: Int = 16384,
    _ body: (BtrfsImage) async throws -> Result
) async throws -> Result {
    try await withTemporaryDirectory { directory in
        let image = try await BtrfsImage(in: directory, size: size, nodeSize: nodeSize)
        do {
            let result = try await body(image)
            try await image.unmount()
            return result
        } catch {
            try await image.unmount()
            throw error
        }
    }
}

/// As ``withMountedBtrfs(size:nodeSize:_:)``, for who needs its mount point alone.
public func withBtrfsImage<Result>(
    size: String = "2G",
    nodeSize: Int = 16384,
    _ body: (FilePath) async throws -> Result
) async throws -> Result {
    try await withMountedBtrfs(size: size, nodeSize: nodeSize) { try await body($0.mountPoint) }
}
