import BackupModel
import Testing

struct BackupErrorTests {
    @Test(arguments: BackupError.Code.allCases)
    func `a code's name on the bus leads back to it`(code: BackupError.Code) {
        #expect(BackupError.Code(busName: code.busName) == code)
        #expect(code.busName.hasSuffix(".\(code.rawValue)"))
    }

    @Test func `the names are those of the contract`() {
        let standard: Set<BackupError.Code> = [
            .accessDenied, .interactiveAuthorizationRequired, .invalidArgs, .unknownMethod, .unknownObject,
            .unknownInterface, .limitsExceeded,
        ]
        for code in BackupError.Code.allCases {
            let prefix = standard.contains(code) ? "org.freedesktop.DBus.Error." : "tech.noreya.Error."
            #expect(code.busName == prefix + code.rawValue)
        }
    }

    @Test func `names of others are nobody's`() {
        for name in ["", "Failed", "org.freedesktop.DBus.Error.Failed", "tech.noreya.Error.AccessDenied"] {
            #expect(BackupError.Code(busName: name) == nil)
        }
    }

    @Test(arguments: BackupError.Code.allCases)
    func `an exit status is neither success nor one that a shell gives`(code: BackupError.Code) {
        #expect((1..<126).contains(code.exitStatus))
    }
}
