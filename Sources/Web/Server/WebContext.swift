import FoundationEssentials
import Hummingbird
import Logging
import NIOCore
import Synchronization

/// What belongs to one request.
struct WebContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// The client's IP address, as a proxy in front tells it where the configuration says that there is one.
    var client = ""
    /// Whether the client's connection, to this server or to the proxy, is encrypted.
    var isEncrypted = false
    /// Whether it is this server that encrypts, so that what is sent must pass through it.
    var hasTLS = false
    /// Who the client is; nil for nobody.
    var identity: Identity?
    /// What the access log tells of a request beside its outcome.
    let notes = RequestNotes()
    /// The connection; nil in tests of the routes alone.
    let channel: (any Channel)?

    /// The connection, where the kernel can send files over it by itself.
    var sendfileChannel: (any Channel)? { hasTLS ? nil : channel }

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        channel = source.channel
    }

    /// The most of a body that is decoded.
    var maxUploadSize: Int { WebContext.bodyLimit }

    /// Bytes that a request's body may have.
    static let bodyLimit = 64 << 10
}

/// What inner handlers tell the access log.
final class RequestNotes: Sendable {
    private let name = Mutex<String?>(nil)

    /// The name of the token that let the request in.
    var tokenName: String? {
        get { name.withLock { $0 } }
        set { name.withLock { $0 = newValue } }
    }
}
