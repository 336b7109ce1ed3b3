/// What became, or would become, of one entry: a line of a restoration's report.
///
///     {"action":"create","path":"system/etc/hosts"}
public struct RestorationNote: Sendable, Codable, Equatable {
    /// What is done about an entry; raw values are what scripts rely on.
    public enum Action: String, Sendable, Codable, CaseIterable {
        /// There is nothing of its name.
        case create
        /// There is something else of its kind, which is replaced; of a directory, the metadata.
        case replace
        /// There is a file of its name, and it is left as it is, as nothing is to be overwritten.
        case keep
        /// What is there looks the same: type, size, modification time, permissions and owner. (Where files are overwritten it
        /// is written anew nevertheless, as it may still differ.)
        case unchanged
        /// Something is in the way that is not removed: a directory where a file belongs, or the other way round, or a file
        /// that can't be changed. The entry is not restored, and so is nothing that is in it.
        case conflict
    }

    private enum CodingKeys: String, CodingKey {
        case action
        case path
        case pathBase64 = "path_base64"
        case reason
    }

    /// What is done.
    public var action: Action
    /// The entry's path in the backup; nil where it is not UTF-8.
    public var path: String?
    /// The same in Base64, where it is not UTF-8.
    public var pathBase64: String?
    /// Of a conflict, what is in the way; completes "PATH is not restored, as …".
    public var reason: String?

    /// Creates a note.
    public init(action: Action, path: String?, pathBase64: String? = nil, reason: String? = nil) {
        self.action = action
        self.path = path
        self.pathBase64 = pathBase64
        self.reason = reason
    }
}
