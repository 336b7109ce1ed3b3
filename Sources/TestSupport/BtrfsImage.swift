public import SystemPackage

/// Runs `body` with the mount point of a new btrfs in a sparse file, which is unmounted and removed afterwards, also when
/// `body` throws. Needs root.
///
/// - Parameter size: As truncate(1) takes it.
public func withBtrfsImage<Result>(
    size: String = "2G",
    _ body: (FilePath) async throws -> Result
) async throws -> Result {
    try await withTemporaryDirectory { directory in
        let image = directory.appending("image")
        let point = directory.appending("fs")
        try await shell(
            """
            truncate -s \(size) \(image)
            mkfs.btrfs -q \(image)
            mkdir \(point)
            mount -o loop \(image) \(point)
            """
        )
        do {
            let result = try await body(point)
            try await unmount(point)
            return result
        } catch {
            try await unmount(point)
            throw error
        }
    }
}

/// Unmounts `point` and whatever a test has mounted below it; a file that is still open delays the end, not the test.
private func unmount(_ point: FilePath) async throws {
    try await shell("umount -R \(point) || umount -R -l \(point)")
}
