import FoundationEssentials
import HTTPTypes
import Hummingbird
import NIOCore
import ServiceLifecycle

/// The server-sent events of one client: what happens, for as long as the client is known; see the HTML standard, 9.2.
struct EventStream: Sendable {
    private static let checkInterval: Duration = .seconds(2)
    private static let heartbeatInterval: Duration = .seconds(15)

    let feed: JobFeed
    let authenticator: Authenticator
    let request: Request
    let context: WebContext

    /// The stream as a response.
    var response: Response {
        Response(
            status: .ok,
            headers: [.contentType: "text/event-stream", .cacheControl: "no-store"],
            body: ResponseBody { writer in
                try await write(to: &writer)
                try await writer.finish(nil)
            }
        )
    }

    @concurrent private func write(to writer: inout any ResponseBodyWriter) async throws {
        let watcher = JobWatcher()
        let ticker = Task {
            while !Task.isCancelled {
                watcher.nudge()
                try await Task.sleep(for: Self.checkInterval)
            }
        }
        await feed.add(watcher)
        do {
            try await writer.write(ByteBuffer(string: "retry: 2000\n\n"))
            var written = ContinuousClock.now
            for await _ in watcher.wakes.cancelOnGracefulShutdown() {
                guard isStillKnown() else { break }
                var text = Self.text(of: watcher.take())
                if text.isEmpty, ContinuousClock.now - written >= Self.heartbeatInterval { text = ":\n\n" }
                guard !text.isEmpty else { continue }
                try await writer.write(ByteBuffer(string: text))
                written = .now
            }
        } catch {
            ticker.cancel()
            await feed.remove(watcher)
            throw error
        }
        ticker.cancel()
        await feed.remove(watcher)
    }

    /// Whether the session is open still, or the token in the file.
    private func isStillKnown() -> Bool {
        if let session = context.identity?.session {
            return authenticator.sessions.isOpen(session, among: authenticator.tokens.current())
        }
        if case .known = authenticator.outcome(of: request, context) { return true }
        return false
    }

    private static func text(of news: JobWatcher.News) -> String {
        var text = ""
        if let job = news.job { text += event("job", job) }
        if let problem = news.problem { text += event("problem", ProblemDocument(problem)) }
        if news.hasChanged { text += "event: changed\ndata: {}\n\n" }
        return text
    }

    /// JSON has no line ends in it when it is not told to be pretty.
    private static func event(_ name: String, _ document: some Encodable) -> String {
        "event: \(name)\ndata: \(Response.jsonText(document) ?? "{}")\n\n"
    }
}
