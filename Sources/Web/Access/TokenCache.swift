import BackupModel
import Logging
import Synchronization
import WebTokens

/// The tokens as the file has them now: it is looked at for each request, and read again when it has changed.
final class TokenCache: Sendable {
    private let file: TokenFile
    private let logger: Logger
    private let state = Mutex(State())

    private struct State {
        var version: TokenFile.Version?
        var list = TokenList()
    }

    init(_ file: TokenFile, logger: Logger) {
        self.file = file
        self.logger = logger
    }

    /// The tokens; none where the file can't be read, so that nobody gets in by a mistake.
    func current() -> TokenList {
        let version = file.version()
        return state.withLock { state in
            guard let version else {
                state = State()
                return state.list
            }
            guard state.version != version else { return state.list }
            do throws(BackupError) {
                state = State(version: version, list: try file.read())
            } catch {
                logger.error("\(error.message) Nobody is let in until that is repaired.")
                state = State(version: version)
            }
            return state.list
        }
    }
}
