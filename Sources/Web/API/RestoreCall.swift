import BackupModel
import Client
import Documents
import FoundationEssentials
import Hummingbird
import Linux

/// Files of a backup, brought back.
struct RestoreCall: Sendable {
    let service: ServiceConnection
    let feed: JobFeed

    /// The calls.
    var routes: [APIRoute] {
        [
            APIRoute(.post, "/backups/{id}/restore") { request, context in
                let id = try context.snapshotID()
                let order: Order = try await request.document()
                let backups = try await service.backups()
                try await backups.restore(
                    id,
                    paths: order.bytesOfPaths(),
                    target: order.bytesOfTarget(),
                    options: order.options
                )
                await feed.wakeUp()
                return .json(BackupStatusDocument(try await backups.status()), .accepted)
            }
        ]
    }
}

/// What is to be restored, and where to.
private struct Order: RequestDocument {
    static let fields: Set = ["paths", "paths_base64", "mode", "target", "password"]

    /// What happens to what is there.
    enum Mode: String, Decodable {
        /// It stays, and what is restored goes beside it.
        case beside
        /// It stays, and only what is missing is restored.
        case missing
        /// It is replaced.
        case inPlace = "in_place"
        /// What is restored goes into another directory.
        case directory
    }

    let paths: [String]?
    let pathsBase64: [String]?
    let mode: Mode
    let target: String?
    let password: Password?

    private enum CodingKeys: String, CodingKey {
        case paths, mode, target, password
        case pathsBase64 = "paths_base64"
    }

    var options: BackupClient.RestoreOptions {
        var options = BackupClient.RestoreOptions()
        options.password = password?.secret
        options.overwrite = mode == .inPlace
        options.beside = mode == .missing ? false : nil
        return options
    }

    /// The paths; never none, which would mean all.
    func bytesOfPaths() throws -> [[UInt8]] {
        var result = (paths ?? []).map { Array($0.utf8) }
        guard result.allSatisfy({ !$0.isEmpty && !$0.contains(0) }) else {
            throw Refusal.invalid("A path in \"paths\" is empty, or has a NUL in it.")
        }
        for text in pathsBase64 ?? [] {
            guard let data = Data(base64Encoded: text), !data.isEmpty, !data.contains(0) else {
                throw Refusal.invalid("\"paths_base64\" holds what is not Base64, or an empty path, or a NUL.")
            }
            result.append(Array(data))
        }
        guard !result.isEmpty else { throw Refusal.invalid("There must be a path in \"paths\" or \"paths_base64\".") }
        return result
    }

    /// The directory; empty for the original places.
    func bytesOfTarget() throws -> [UInt8] {
        guard (mode == .directory) == (target != nil) else {
            throw Refusal.invalid("A \"target\" belongs to the mode \"directory\", and to no other.")
        }
        guard let target else { return [] }
        guard target.hasPrefix("/"), !target.utf8.contains(0) else {
            throw Refusal.invalid("The \"target\" must be an absolute path, without a NUL.")
        }
        return Array(target.utf8)
    }
}
