import HTTPTypes
import Hummingbird
import NIOCore
import WebTokens

/// The files that pages refer to. They are no secret, and are served to everybody, from the program itself.
struct Assets: Sendable {
    private struct Asset: Sendable {
        let content: ByteBuffer
        let type: String
        let entityTag: String
    }

    private let assets: [String: Asset]

    /// The files of this program, by name.
    static let own = Assets([("style.css", "text/css; charset=utf-8", PackageResources.style_css)])

    init(_ files: [(name: String, type: String, content: [UInt8])]) {
        var assets: [String: Asset] = [:]
        for file in files {
            let digest = SecretDigest(of: String(decoding: file.content, as: UTF8.self))?.hexadecimal ?? ""
            let content = ByteBuffer(bytes: file.content)
            assets[file.name] = Asset(content: content, type: file.type, entityTag: "\"\(digest.prefix(32))\"")
        }
        self.assets = assets
    }

    /// Adds the route of the files.
    func addRoutes(to router: Router<WebContext>) {
        router.get("/assets/:name") { request, context in
            guard let asset = assets[try context.parameters.require("name")] else { throw Refusal.notFound }
            let headers: HTTPFields = [
                .contentType: asset.type, .eTag: asset.entityTag, .cacheControl: "no-cache",
            ]
            if Preconditions.matches(request.headers[.ifNoneMatch], asset.entityTag, isWeak: true) {
                return Response(status: .notModified, headers: headers)
            }
            return Response(status: .ok, headers: headers, body: .init(byteBuffer: asset.content))
        }
    }
}
