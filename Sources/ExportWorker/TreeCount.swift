import ExportProtocol
import Linux

/// Counts what there is to export, for the progress; runs beside the export and never delays it.
struct TreeCount: TreeVisitor {
    let pacing: Pacing
    private(set) var byteCount: UInt64 = 0
    private(set) var entryCount: UInt64 = 0

    mutating func enter(_ directory: OpenDirectory, _ path: EntryPath, _ attributes: FileAttributes) {
        entryCount += 1
    }

    mutating func visit(_ path: EntryPath, _ kind: FileAttributes.Kind, in directory: OpenDirectory) {
        guard kind != .socket, kind != .unknown else { return }
        entryCount += 1
        // What can't be counted can't be read either, and the export will say so.
        pacing.enter()
        defer { pacing.leave() }
        guard kind == .regular, let attributes = try? FileAttributes(of: path, in: directory.file) else { return }
        byteCount += attributes.progressShare
    }

    func leaveOut(_ path: EntryPath, _ reason: LeftOutReason, by pattern: String?) {}
}
