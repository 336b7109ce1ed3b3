import ExportProtocol

extension LeftOutReason {
    /// The reason, for whoever reads which entries are not in an export.
    func text(pattern: String?) -> String {
        switch self {
        case .socket: "a socket"
        case .unknownType: "of an unknown type"
        case .pattern: "excluded by the pattern \(pattern ?? "")"
        case .cache: "contents excluded by CACHEDIR.TAG"
        case .marked: "contents excluded by .nobackup"
        case .ownDirectory: "contents left out, as the product keeps its own files there"
        case .otherFilesystem: "contents left out, as another filesystem is mounted there"
        }
    }
}
