import BackupModel
import Excludes
import ExportProtocol
import Linux
import SystemPackage

/// What of a tree is exported.
struct Selection: Sendable {
    private static let cacheTag = "CACHEDIR.TAG"
    private static let cacheSignature = Array("Signature: 8a477f597d28d172789f06886806bc55".utf8)
    private static let marker = ".nobackup"

    /// Which entries are excluded by their names.
    var rules = ExcludeRules()
    /// Whether what is in directories with a `CACHEDIR.TAG` is left out.
    var leavesOutCaches = false
    /// Whether what is in directories with a file `.nobackup` is left out.
    var leavesOutMarked = false
    /// Directories whose contents are left out, relative to the tree.
    var ownDirectories: [[UInt8]] = []

    /// An entry of a directory.
    struct Member {
        let name: String
        let kind: FileAttributes.Kind
    }

    /// That the contents of a directory are left out, but for some of them.
    struct Omission {
        let reason: LeftOutReason
        let kept: [Member]
    }

    /// The pattern that excludes the entry at `path`, of which the part from `start` is relative to the tree.
    func pattern(excluding path: EntryPath, from start: Int, _ kind: FileAttributes.Kind) -> String? {
        guard !rules.isEmpty else { return nil }
        return path.withBytes(from: start) { rules.pattern(excluding: $0, isDirectory: kind == .directory) }
    }

    /// Whether and why the contents of a directory are left out.
    ///
    /// - Parameters:
    ///   - path: The directory's; when this throws, that of what could not be read.
    ///   - start: Where the part of it begins that is relative to the tree.
    func omission(of directory: FileDescriptor, at path: EntryPath, from start: Int) throws(LinuxError) -> Omission? {
        if !ownDirectories.isEmpty, path.withBytes(from: start, isOwn) {
            return Omission(reason: .ownDirectory, kept: [])
        }
        var tag: Member?
        var marker: Member?
        if leavesOutCaches {
            tag = try member(Self.cacheTag, of: directory, at: path) { attributes throws(LinuxError) in
                guard attributes.kind == .regular else { return false }
                return try Self.isSigned(path, in: directory)
            }
        }
        if leavesOutMarked {
            marker = try member(Self.marker, of: directory, at: path) { attributes throws(LinuxError) in
                attributes.kind != .directory
            }
        }
        guard tag != nil || marker != nil else { return nil }
        return Omission(reason: tag != nil ? .cache : .marked, kept: [tag, marker].compactMap { $0 })
    }

    private func isOwn(_ path: Span<UInt8>) -> Bool {
        ownDirectories.contains { path.isEqual(to: $0) }
    }

    /// The entry `name` of a directory, if it is there and `isMeant` holds of it.
    private func member(
        _ name: String,
        of directory: FileDescriptor,
        at path: EntryPath,
        _ isMeant: (FileAttributes) throws(LinuxError) -> Bool
    ) throws(LinuxError) -> Member? {
        let length = path.count
        path.append(name)
        var found: Member?
        do {
            let attributes = try FileAttributes(of: path, in: directory)
            if try isMeant(attributes) { found = Member(name: name, kind: attributes.kind) }
        } catch {
            guard error.errno == .noSuchFileOrDirectory else { throw error }
        }
        path.truncate(to: length)
        return found
    }

    private static func isSigned(_ path: EntryPath, in directory: FileDescriptor) throws(LinuxError) -> Bool {
        let file = try directory.openEntry(path)
        let start = ByteBuffer()
        _ = try start.read(from: file.file, at: 0, byteCount: cacheSignature.count)
        return start.array == cacheSignature
    }
}

extension Selection {
    private static let maximumOwnCount = 16

    /// What `source` wants exported.
    /// - Throws: `BackupError` with `invalidArgs` for what can't be meant.
    init(_ source: ExportRequest.Source) throws(BackupError) {
        do {
            rules = try ExcludeRules(source.excludes.patterns)
        } catch {
            let complaint = error.complaint { printable(Array($0.utf8.prefix(80))) }
            throw BackupError(.invalidArgs, "The source \(source.name) \(complaint).")
        }
        guard source.ownDirectories.count <= Self.maximumOwnCount,
            source.ownDirectories.allSatisfy(Self.isRelativePath)
        else {
            throw BackupError(
                .invalidArgs,
                "The product's own directories in the source \(source.name) can't be right."
            )
        }
        leavesOutCaches = source.excludes.caches
        leavesOutMarked = source.excludes.marked
        ownDirectories = source.ownDirectories
    }

    private static func isRelativePath(_ path: [UInt8]) -> Bool {
        let components = path.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        return !path.contains(0)
            && !components.contains { ["", ".", ".."].contains(String(decoding: $0, as: UTF8.self)) }
    }
}

extension Span<UInt8> {
    func isEqual(to bytes: [UInt8]) -> Bool {
        guard count == bytes.count else { return false }
        for index in bytes.indices where self[index] != bytes[index] { return false }
        return true
    }
}
