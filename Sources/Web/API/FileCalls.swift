import BackupModel
import Client
import FoundationEssentials
import Hummingbird

/// What is in the backups.
struct FileCalls: Sendable {
    /// Characters of what is searched for; as many fit into an address, whatever they are.
    private static let searchLimit = 256

    let service: ServiceConnection

    /// The calls.
    var routes: [APIRoute] {
        [
            APIRoute(.get, "/backups/{id}/files") { request, context in
                let fields = try QueryFields(request, known: ["path", "path_base64", "limit", "offset"])
                let id = try context.snapshotID()
                let path = try Self.path(fields)
                let page = try Self.page(fields, FilePage.ofDirectory)
                let entries = try await service.backups().files(id, at: path, page)
                return .json(
                    FileListDocument(
                        entries: entries.map { PlacedFileDocument($0, in: path) },
                        more: entries.count == page.limit
                    )
                )
            },
            APIRoute(.get, "/search") { request, _ in
                let fields = try QueryFields(request, known: ["text", "limit", "offset"])
                guard let text = try fields.text("text"), !text.utf8.contains(0) else {
                    throw Refusal.invalid("The query must say in \"text\" what to search for.")
                }
                guard text.unicodeScalars.count <= Self.searchLimit else {
                    throw Refusal.invalid("The text to search for has more than \(Self.searchLimit) characters.")
                }
                let page = try Self.page(fields, FilePage.ofSearch)
                let found = try await service.backups().search(text, page)
                return .json(
                    SearchDocument(
                        matches: found.matches.map(MatchDocument.init),
                        unsearched: found.unsearched.map { .init(id: $0.id, reason: $0.reason) },
                        more: found.matches.count == page.limit
                    )
                )
            },
        ]
    }

    /// The directory that is asked for, without the slashes around it, which mean nothing.
    private static func path(_ fields: QueryFields) throws -> [UInt8] {
        var path = fields.bytes("path") ?? []
        if let text = try fields.text("path_base64") {
            guard path.isEmpty, let data = Data(base64Encoded: text) else {
                throw Refusal.invalid("\"path_base64\" must be Base64, and \"path\" not be there beside it.")
            }
            path = Array(data)
        }
        let slash = UInt8(ascii: "/")
        return Array(path.drop { $0 == slash }.reversed().drop { $0 == slash }.reversed())
    }

    private static func page(_ fields: QueryFields, _ bounds: FilePage.Bounds) throws -> FilePage {
        FilePage(
            limit: try fields.number("limit", in: 1...bounds.maximumLimit, default: bounds.defaultLimit),
            offset: try fields.number("offset", in: 0...bounds.maximumOffset, default: 0)
        )
    }
}
