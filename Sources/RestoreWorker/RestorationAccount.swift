import ExportProtocol
import FoundationEssentials
import Linux
import Synchronization
import SystemPackage

/// What a restoration has done so far, counted, and reported entry by entry where that is wanted.
final class RestorationAccount: Sendable {
    private static let reportBufferSize = 32 << 10
    private static let mostPlaced = 1000
    /// So that the result is a line that can be read.
    private static let mostPlacedBytes = 100_000

    private struct Report {
        var file: FileDescriptor?
        var lines: [UInt8] = []
    }

    private let state = Mutex(RestorationResult())
    /// By itself, as whoever reads it may be slow, and the result is wanted at once.
    private let report: Mutex<Report>
    private let isReported: Bool

    /// - Parameter report: Where each entry is reported.
    init(report: FileDescriptor? = nil) {
        self.report = Mutex(Report(file: report))
        isReported = report != nil
    }

    /// All of it up to now.
    var result: RestorationResult { state.withLock { $0 } }

    /// Counts and reports what becomes of an entry.
    func add(_ action: RestorationNote.Action, _ path: [UInt8], reason: String? = nil) {
        state.withLock { result in
            switch action {
            case .create: result.created += 1
            case .replace: result.replaced += 1
            case .keep: result.kept += 1
            case .unchanged: result.unchanged += 1
            case .conflict:
                result.conflicts += 1
                guard result.firstConflict.isEmpty else { return }
                result.firstConflict = "\(shortened(path)) is not restored, as \(reason ?? "something is in the way")"
            }
        }
        guard isReported else { return }
        report.withLock { report in
            report.lines += Self.line(action, path, reason)
            if report.lines.count >= Self.reportBufferSize { Self.flush(&report) }
        }
    }

    /// Counts bytes of content.
    func addContent(_ byteCount: UInt64) {
        state.withLock { $0.byteCount &+= byteCount }
    }

    /// Counts something that an entry could not be given back.
    func lose(_ what: RestorationResult.Loss, _ path: [UInt8], _ reason: String) {
        state.withLock { result in
            if let index = result.lost.firstIndex(where: { $0.what == what }) {
                result.lost[index].count += 1
            } else {
                result.lost.append(.init(what: what, count: 1, first: "\(shortened(path)) (\(reason))"))
            }
        }
    }

    /// Tells where something that was selected is now.
    func place(_ selected: [UInt8], at target: [UInt8]) {
        state.withLock { result in
            let byteCount = result.placed.reduce(selected.count + target.count) {
                $0 + $1.selected.count + $1.target.count
            }
            guard result.placed.count < Self.mostPlaced, byteCount < Self.mostPlacedBytes else { return }
            result.placed.append(.init(selected: selected, target: target))
        }
    }

    /// Hands over what was not reported yet; waits for whoever reads.
    func flush() {
        report.withLock { Self.flush(&$0) }
    }

    private static func flush(_ report: inout Report) {
        guard let file = report.file, !report.lines.isEmpty else { return }
        // Who does not want to read it any more does not get it.
        if !file.write(report.lines, patience: nil) { report.file = nil }
        report.lines.removeAll(keepingCapacity: true)
    }

    private static func line(_ action: RestorationNote.Action, _ path: [UInt8], _ reason: String?) -> [UInt8] {
        let text = String(validating: path, as: UTF8.self)
        let base64 = text == nil ? Data(path).base64EncodedString() : nil
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let note = RestorationNote(action: action, path: text, pathBase64: base64, reason: reason)
        guard let data = try? encoder.encode(note) else { return [] }
        return Array(data) + [UInt8(ascii: "\n")]
    }
}
