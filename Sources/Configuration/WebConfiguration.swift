public import SystemPackage

/// The configuration of the web service, `web.toml`: where it listens and whom it lets in.
public struct WebConfiguration: Sendable, Equatable {
    /// Who may download exports.
    public enum Downloads: String, Sendable, CaseIterable {
        /// Who has a token.
        case token
        /// Everybody who can connect.
        case open
    }

    /// The files of TLS, in PEM.
    public struct TLS: Sendable, Equatable {
        /// The certificate, followed by those that lead to one that clients trust.
        public var certificate: FilePath
        /// Its private key.
        public var key: FilePath

        /// Creates the places.
        public init(certificate: FilePath, key: FilePath) {
            self.certificate = certificate
            self.key = key
        }
    }

    /// How long a login lasts.
    public struct Session: Sendable, Equatable {
        /// Without a request.
        public var idleTimeout: Duration
        /// In all.
        public var lifetime: Duration

        /// Creates times; each has the default of an absent key.
        public init(idleTimeout: Duration = .seconds(30 * 60), lifetime: Duration = .seconds(12 * 60 * 60)) {
            self.idleTimeout = idleTimeout
            self.lifetime = lifetime
        }
    }

    /// What clients may take up.
    public struct Limits: Sendable, Equatable {
        /// Connections at a time, for each address listened on; more wait.
        public var connections: Int
        /// For a request to arrive in full, and between requests on a connection.
        public var requestTimeout: Duration
        /// For which a client may take nothing of a response.
        public var stallTimeout: Duration

        /// Creates limits; each has the default of an absent key.
        public init(
            connections: Int = 512,
            requestTimeout: Duration = .seconds(30),
            stallTimeout: Duration = .seconds(120)
        ) {
            self.connections = connections
            self.requestTimeout = requestTimeout
            self.stallTimeout = stallTimeout
        }
    }

    /// Where it listens, at least one address.
    public var listen: [ListenAddress]
    /// Encryption of connections; nil for plain HTTP.
    public var tls: TLS?
    /// Whether a proxy stands in front and tells the client's address and protocol.
    public var behindProxy: Bool
    /// Who may download exports.
    public var downloads: Downloads
    /// How long a login lasts.
    public var session: Session
    /// What clients may take up.
    public var limits: Limits

    /// Creates a configuration from its parts, which are not checked; each has the default of an absent key.
    public init(
        listen: [ListenAddress] = [ListenAddress(host: "127.0.0.1", port: 8380)],
        tls: TLS? = nil,
        behindProxy: Bool = false,
        downloads: Downloads = .token,
        session: Session = Session(),
        limits: Limits = Limits()
    ) {
        self.listen = listen
        self.tls = tls
        self.behindProxy = behindProxy
        self.downloads = downloads
        self.session = session
        self.limits = limits
    }

    /// Where the web service looks for its configuration.
    public static let defaultFile: FilePath = "/etc/nexus-backup/web.toml"
}
