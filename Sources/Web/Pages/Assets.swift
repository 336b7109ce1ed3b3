import HTTPTypes
import Hummingbird
import NIOCore
import WebTokens

/// The files that pages refer to. They are no secret, and are served to everybody, from the program itself.
///
/// Their address names their version, so that browsers keep them and never ask again, and never mix those of two releases.
struct Assets: Sendable {
    private struct Asset: Sendable {
        let content: ByteBuffer
        let type: String
    }

    private let assets: [String: Asset]
    private let version: String

    /// The files of this program, by name.
    static let own = Assets(
        [
            ("style.css", PackageResources.style_css), ("icon.svg", PackageResources.icon_svg),
        ] + modules
    )

    private static let modules: [(String, [UInt8])] = [
        ("api.js", PackageResources.api_js), ("app.js", PackageResources.app_js),
        ("backups.js", PackageResources.backups_js), ("dialog.js", PackageResources.dialog_js),
        ("dom.js", PackageResources.dom_js), ("format.js", PackageResources.format_js),
        ("job.js", PackageResources.job_js), ("list.js", PackageResources.list_js),
        ("live.js", PackageResources.live_js), ("notices.js", PackageResources.notices_js),
        ("overview.js", PackageResources.overview_js), ("password.js", PackageResources.password_js),
        ("restore.js", PackageResources.restore_js), ("restoring.js", PackageResources.restoring_js),
        ("search.js", PackageResources.search_js), ("selection.js", PackageResources.selection_js),
        ("snapshots.js", PackageResources.snapshots_js), ("start.js", PackageResources.start_js),
        ("texts.js", PackageResources.texts_js), ("tree.js", PackageResources.tree_js),
    ]

    private static let types = [
        "css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8", "svg": "image/svg+xml",
    ]

    init(_ files: [(name: String, content: [UInt8])]) {
        var assets: [String: Asset] = [:]
        var digests = ""
        for file in files.sorted(by: { $0.name < $1.name }) {
            let ending = String(file.name.split(separator: ".").last ?? "")
            let type = Self.types[ending] ?? "application/octet-stream"
            assets[file.name] = Asset(content: ByteBuffer(bytes: file.content), type: type)
            digests += SecretDigest(of: String(decoding: file.content, as: UTF8.self))?.hexadecimal ?? ""
        }
        self.assets = assets
        version = String(SecretDigest(of: digests)?.hexadecimal.prefix(16) ?? "0")
    }

    /// What there is.
    var names: [String] { assets.keys.sorted() }

    /// Where the files are.
    var prefix: String { "/assets/\(version)" }

    /// The elements that have a browser get all modules at once, rather than one after the other as they name each other.
    var preloads: String {
        names.filter { $0.hasSuffix(".js") }
            .map { "<link rel=\"modulepreload\" href=\"\(prefix)/\($0)\">" }.joined(separator: "\n")
    }

    /// Adds the route of the files.
    func addRoutes(to router: Router<WebContext>) {
        router.get("/assets/:version/:name") { request, context in
            guard try context.parameters.require("version") == version,
                let asset = assets[try context.parameters.require("name")]
            else { throw Refusal.notFound }
            let headers: HTTPFields = [
                .contentType: asset.type, .cacheControl: "public, max-age=31536000, immutable",
                .eTag: "\"\(version)\"",
            ]
            if Preconditions.matches(request.headers[.ifNoneMatch], headers[.eTag], isWeak: true) {
                return Response(status: .notModified, headers: headers)
            }
            return Response(status: .ok, headers: headers, body: .init(byteBuffer: asset.content))
        }
    }
}
