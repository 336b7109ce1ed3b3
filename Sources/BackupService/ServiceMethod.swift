import DBus
import Logging

/// A method of the service and the polkit action that allows it.
///
/// The service exports methods only through this type, so there is no way to offer one without saying who may call it.
struct ServiceMethod: Sendable {
    typealias Handler = @Sendable (MethodCall, Caller) async throws -> [Value]

    let name: String
    let input: [Argument]
    let output: [Argument]
    let action: String
    let handler: Handler

    init(
        _ name: String,
        in input: [Argument] = [],
        out output: [Argument] = [],
        action: String,
        handler: @escaping Handler
    ) {
        self.name = name
        self.input = input
        self.output = output
        self.action = action
        self.handler = handler
    }

    /// The method as the bus sees it: who calls is asked about first, and every failure becomes an error reply.
    func exported(interface: String, authorizer: Authorizer, logger: Logger) -> Method {
        Method(name, in: input, out: output) { [self] call async throws(DBusError) in
            var logger = logger
            logger[metadataKey: "caller"] = "\(call.sender)"
            do {
                let caller = try await authorizer.authorize(call, action: action)
                logger[metadataKey: "uid"] = "\(caller.userID)"
                logger.debug("\(interface).\(name) is called.")
                return try await handler(call, caller)
            } catch {
                throw DBusError(reporting: error, of: "\(interface).\(name)", logger: logger)
            }
        }
    }
}
