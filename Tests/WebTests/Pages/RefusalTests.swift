import BackupModel
import DBus
import HTTPTypes
import Testing

@testable import Web

struct RefusalTests {
    @Test func `a service that ended while it was asked is no fault of this server`() {
        let gone = BackupError(.failed, "The service did not reply.", cause: DBusError.standard("NoReply", "gone"))
        let refusal = Refusal(gone)
        #expect(refusal.status == .badGateway && refusal.message == gone.message)
        #expect(Refusal(BackupError(.failed, "It failed.")).status == .internalServerError)
        let absent = Refusal(BackupError(.unknownObject, "It is not running."))
        #expect(absent.status == .serviceUnavailable && absent.headers[.retryAfter] != nil)
    }
}
