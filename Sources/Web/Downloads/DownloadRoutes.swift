import BackupModel
import Client
import FoundationEssentials
import HTTPTypes
import Hummingbird
import Linux

/// The exported files, which the service hands out as open files: this program needs no access to their directory.
struct DownloadRoutes: Sendable {
    let service: ServiceConnection
    let rule: AccessMiddleware.Rule

    /// Adds the routes.
    func addRoutes(to router: Router<WebContext>) {
        let group = router.group().add(middleware: AccessMiddleware(rule: rule))
        group.get("/nexus-backups/:name", use: respond)
        group.head("/nexus-backups/:name", use: respond)
    }

    @Sendable private func respond(_ request: Request, _ context: WebContext) async throws -> Response {
        guard request.uri.path.hasPrefix(DownloadPath.prefix),
            let path = DownloadPath(request.uri.path.dropFirst(DownloadPath.prefix.count))
        else { throw Refusal.notFound }
        let response =
            path.isChecksum
            ? try await checksum(of: path.id, request) : try await file(of: path.id, request, context)
        return request.method == .head ? response.createHeadResponse() : response
    }

    private func checksum(of id: SnapshotID, _ request: Request) async throws -> Response {
        let export = try await summary(of: id)
        guard !export.sha256.isEmpty else {
            throw BackupError(.notFound, "The checksum of the export \(id) is not known.")
        }
        let text = "\(export.sha256)  \(export.name)\n"
        let headers: HTTPFields = [
            .contentType: "text/plain; charset=utf-8",
            .contentDisposition: "attachment; filename=\"\(export.name).sha256\"",
            .lastModified: HTTPDate(seconds: Int64(clamping: export.created)).text,
        ]
        return Response(status: .ok, headers: headers, body: .init(byteBuffer: ByteBuffer(string: text)))
    }

    private func file(of id: SnapshotID, _ request: Request, _ context: WebContext) async throws -> Response {
        guard request.method != .head else {
            let export = try await summary(of: id)
            // A range is heeded for GET alone.
            var headers = request.headers
            headers[.range] = nil
            return DownloadHead(export, size: export.size, headers).response { _ in ResponseBody() }
        }
        let (export, file) = try await open(id)
        let size = try file.status().size
        return DownloadHead(export, size: size, request.headers).response { range in
            FileBody(file: file, range: range, channel: context.sendfileChannel).body
        }
    }

    /// The open file of an export, and what is known of that very file.
    ///
    /// Between two calls an export may be deleted and made anew, with another checksum: so the list is believed only where the
    /// same file was there before and after it.
    private func open(_ id: SnapshotID) async throws -> (ExportSummary, SharedDescriptor) {
        let backups = try await service.backups()
        var file = try await backups.open(id)
        for _ in 1...3 {
            let summary = try await summary(of: id)
            if Int64(clamping: summary.created) < Int64(Date().timeIntervalSince1970) - 60 { return (summary, file) }
            let again = try await backups.open(id)
            if try again.status().identity == file.status().identity { return (summary, file) }
            file = again
        }
        throw BackupError(.busy, "The export \(id) changes again and again; try again later.")
    }

    private func summary(of id: SnapshotID) async throws -> ExportSummary {
        guard let export = try await service.backups().list().first(where: { $0.id == id }) else {
            throw BackupError(.notFound, "There is no export of the snapshot \(id).")
        }
        return export
    }
}
