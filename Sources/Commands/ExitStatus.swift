import BackupModel

/// The exit statuses of all commands, for the help.
enum ExitStatus {
    /// What each code means, for people.
    static func meaning(_ code: BackupError.Code) -> String {
        switch code {
        case .failed: "It failed for a reason that the message tells."
        case .invalidArgs: "An argument, an option or a password can't be used."
        case .corrupt: "A backup is damaged."
        case .unknownMethod, .unknownObject, .unknownInterface, .unsupported:
            "The service is not there, or can't do this."
        case .noSpace: "The disk is full."
        case .busy, .limitsExceeded: "The service does something else now; try again later."
        case .accessDenied, .interactiveAuthorizationRequired: "This user may not do this."
        case .notFound: "There is no such snapshot or backup."
        case .inUse: "A snapshot, or a place that something is to be put back to, is in use."
        case .notRunning: "No backup runs, and neither a verification nor a restoration."
        case .badPassword: "The password is wrong."
        case .cancelled: "It was cancelled, or not confirmed."
        }
    }

    /// The table, one line for each status.
    static var help: String {
        let interruption = "Interrupted by Ctrl-C; what the service does goes on."
        var meanings: [Int32: String] = [0: "It is done.", 130: interruption]
        for code in BackupError.Code.allCases { meanings[code.exitStatus] = meaning(code) }
        return meanings.sorted { $0.key < $1.key }
            .map { "  \(String($0.key).padded(to: 3, isRight: true))  \($0.value)" }
            .joined(separator: "\n")
    }
}
