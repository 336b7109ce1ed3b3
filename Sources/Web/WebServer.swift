public import BackupModel
public import Configuration
public import DBus
import Glibc
import Hummingbird
import HummingbirdCore
import HummingbirdTLS
public import Logging
import NIOCore
import NIOSSL
public import ServiceLifecycle
import SystemPackage
import UnixSignals
public import WebTokens

/// The web service: the page, the API and the downloads, on all addresses of its configuration.
public struct WebServer: Service {
    /// How long requests may go on after the service was told to end.
    private static let shutdownPatience: Duration = .seconds(10)

    private let configuration: WebConfiguration
    private let responder: RouterResponder<WebContext>
    private let service: ServiceConnection
    private let tls: TLSConfiguration?
    private let logger: Logger

    /// Prepares a server; nothing listens yet.
    ///
    /// - Throws: `invalidArgs` where the certificate or its key can't be used.
    public init(
        configuration: WebConfiguration,
        bus: BusAddress,
        tokens: TokenFile,
        logger: Logger
    ) throws(BackupError) {
        self.configuration = configuration
        self.logger = logger
        tls = try configuration.tls.map { files throws(BackupError) in try Self.tlsConfiguration(files) }
        service = ServiceConnection(bus)
        let authenticator = Authenticator(
            tokens: TokenCache(tokens, logger: logger),
            sessions: Sessions(configuration.session),
            failures: FailureLimiter()
        )
        let router = Self.router(configuration, authenticator, service, logger: logger)
        router.refuseOtherMethods()
        responder = router.buildResponder()
    }

    /// Serves until it is told to end.
    ///
    /// - Throws: `BackupError` where an address can't be listened on.
    public func run() async throws {
        let applications = try configuration.listen.map { try application($0) }
        var group = ServiceGroupConfiguration(
            services: applications,
            gracefulShutdownSignals: [.sigterm, .sigint],
            logger: logger
        )
        group.maximumGracefulShutdownDuration = Self.shutdownPatience
        defer { Task { await service.close() } }
        do {
            try await ServiceGroup(configuration: group).run()
        } catch let error as IOError {
            throw notListening(error)
        }
    }

    /// What keeps the service from listening, and what to do about it.
    private func notListening(_ error: IOError) -> BackupError {
        let remedy =
            switch error.errnoCode {
            case EACCES: "ports below 1024 are not for this service; choose a higher one, and put a proxy in front"
            case EADDRINUSE: "another program does; end it, or choose another port"
            case EADDRNOTAVAIL: "this machine does not have one of them, or not yet"
            default: "see web.toml"
            }
        let addresses = configuration.listen.map(\.description).joined(separator: ", ")
        return BackupError(
            .failed,
            "The web service can't listen on \(addresses) (\(Errno(rawValue: error.errnoCode))): \(remedy).",
            cause: error
        )
    }

    /// Everything that is served, with what stands before it.
    static func router(
        _ configuration: WebConfiguration,
        _ authenticator: Authenticator,
        _ service: ServiceConnection,
        logger: Logger
    ) -> Router<WebContext> {
        let router = Router(context: WebContext.self, options: .autoGenerateHeadEndpoints)
        router.add(
            middleware: ClientMiddleware(isBehindProxy: configuration.behindProxy, hasTLS: configuration.tls != nil)
        )
        router.add(middleware: AccessLogMiddleware(logger: logger))
        router.add(middleware: HeadersMiddleware())
        router.add(middleware: ErrorMiddleware(logger: logger))
        router.add(middleware: AuthenticationMiddleware(authenticator: authenticator))
        Assets.own.addRoutes(to: router)
        PageRoutes(authenticator: authenticator).addRoutes(to: router)
        DownloadRoutes(
            service: service,
            rule: configuration.downloads == .open ? .everybody : .tokenHolders
        ).addRoutes(to: router)
        APIRoutes(service: service, authenticator: authenticator).addRoutes(
            to: router.group("/api/v1").add(middleware: AccessMiddleware(rule: .tokenHolders))
        )
        return router
    }

    private func application(_ address: ListenAddress) throws -> some Service {
        let limits = ConnectionHandler.Limits(
            requestTimeout: TimeAmount(configuration.limits.requestTimeout),
            stallTimeout: TimeAmount(configuration.limits.stallTimeout),
            bodySize: WebContext.bodyLimit
        )
        let plain = HTTPServerBuilder { WebChannel(responder: $0, limits: limits) }
        return Application(
            responder: responder,
            server: try tls.map { try .tls(plain, tlsConfiguration: $0) } ?? plain,
            configuration: ApplicationConfiguration(
                address: .hostname(address.host, port: address.port),
                availableConnectionsDelegate: .maximum(configuration.limits.connections, logger: logger)
            ),
            logger: logger
        )
    }

    private static func tlsConfiguration(_ files: WebConfiguration.TLS) throws(BackupError) -> TLSConfiguration {
        do {
            let chain = try NIOSSLCertificate.fromPEMFile(files.certificate.string)
            let key = try NIOSSLPrivateKey(file: files.key.string, format: .pem)
            var configuration = TLSConfiguration.makeServerConfiguration(
                certificateChain: chain.map { .certificate($0) },
                privateKey: .privateKey(key)
            )
            configuration.minimumTLSVersion = .tlsv12
            _ = try NIOSSLContext(configuration: configuration)
            return configuration
        } catch {
            throw BackupError(
                .invalidArgs,
                "The certificate \(files.certificate) or its key \(files.key) can't be used: \(error).",
                cause: error
            )
        }
    }
}
