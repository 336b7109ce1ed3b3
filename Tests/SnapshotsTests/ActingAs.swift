import Glibc
import TestSupport

/// Runs `body` with the rights of `user` on files, on this thread alone; see setfsuid(2), which Swift does not import.
func actingAs<Outcome>(_ user: UInt32, _ body: () throws -> Outcome) throws -> Outcome {
    guard let symbol = unsafe dlsym(nil, "setfsuid") else { throw TestSupportError(description: "No setfsuid.") }
    let setUser = unsafe unsafeBitCast(symbol, to: (@convention(c) (UInt32) -> Int32).self)
    let before = setUser(user)
    defer { _ = setUser(UInt32(bitPattern: before)) }
    guard setUser(user) == Int32(bitPattern: user) else {
        throw TestSupportError(description: "The rights on files of user \(user) can't be taken.")
    }
    return try body()
}
