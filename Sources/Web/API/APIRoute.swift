import BackupModel
import HTTPTypes
import Hummingbird

/// One call of the API.
struct APIRoute: Sendable {
    typealias Answer = @Sendable (Request, WebContext) async throws -> Response

    let method: HTTPRequest.Method
    /// Below `/api/v1`, with `{id}` where an id stands, as in the description of the API.
    let path: String
    let answer: Answer

    init(_ method: HTTPRequest.Method, _ path: String, _ answer: @escaping Answer) {
        self.method = method
        self.path = path
        self.answer = answer
    }

    /// The path as the router takes it.
    var routerPath: RouterPath { RouterPath(path) }
}

extension WebContext {
    /// The id in the path.
    ///
    /// - Throws: that there is nothing, for what is no id.
    func snapshotID() throws -> SnapshotID {
        let text = try parameters.require("id")
        guard text.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }), let id = SnapshotID(text), id > 0 else {
            throw Refusal(
                status: .notFound,
                code: "NotFound",
                message: "An id is a number from 1 to \(SnapshotID.max)."
            )
        }
        return id
    }
}
