import ExportProtocol
import FoundationEssentials
import Linux
import SystemPackage

/// The report of a dry run: what would be done about each entry, shown as it comes or kept for a document.
struct ChangeList: Sendable {
    private static let maximumLineLength = 1 << 20

    let console: Console
    /// Whether the changes are kept, and none shown.
    let isKept: Bool

    /// Reads `report` to its end, and returns what was kept.
    func read(_ report: SharedDescriptor) async throws -> [RestorationNote] {
        try await blocking {
            let reader = LineReader(report.file)
            var kept: [RestorationNote] = []
            while let line = try reader.line(limit: Self.maximumLineLength) {
                guard let note = try? JSONDecoder().decode(RestorationNote.self, from: Data(line)) else { continue }
                if isKept {
                    kept.append(note)
                } else {
                    try console.print(Self.text(note))
                }
            }
            return kept
        }
    }

    /// The line for `note`, which drives no terminal.
    static func text(_ note: RestorationNote) -> String {
        let bytes = note.pathBase64.flatMap { Data(base64Encoded: $0) }.map { Array($0) }
        let path = note.path?.escapedForTerminal ?? printable(bytes ?? []).escapedForTerminal
        let reason = note.reason.map { "  (\($0.escapedForTerminal))" } ?? ""
        return "\(note.action.rawValue.padded(to: 9))  \(path)\(reason)"
    }
}
