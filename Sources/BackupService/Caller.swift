/// Who called a method, as the bus knows it.
struct Caller: Sendable, Equatable {
    /// The unique name of the connection.
    let busName: String
    /// The user id of the process behind it.
    let userID: UInt32
}
