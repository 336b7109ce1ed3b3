import DBus
import FoundationEssentials
public import SystemPackage

/// What a private bus is like.
public struct PrivateBusOptions: Sendable {
    /// Policy files to be tried on a bus that otherwise has the system bus' policy; nil for a bus on which everybody
    /// may own every name and send everything.
    public var policies: [FilePath]?
    /// Limits of dbus-daemon(1), such as `max_replies_per_connection`.
    public var limits: [String: Int]
    /// The polkitd on the bus, where there is to be one.
    public var polkit: PolkitOptions?

    /// Creates options.
    public init(policies: [FilePath]? = nil, limits: [String: Int] = [:], polkit: PolkitOptions? = nil) {
        self.policies = policies
        self.limits = limits
        self.polkit = polkit
    }

    /// The configuration file of the dbus-daemon.
    func configuration(_ address: BusAddress, pidFile: FilePath) -> String {
        let limits = limits.map { "<limit name=\"\($0.key)\">\($0.value)</limit>" }.sorted()
        let includes = (policies ?? []) + (policies != nil && polkit != nil ? [Self.polkitPolicy] : [])
        return """
            <!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
            "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
            <busconfig>
            <type>system</type>
            <pidfile>\(pidFile)</pidfile>
            <listen>\(address.text)</listen>
            <auth>EXTERNAL</auth>
            <policy context="default">
            <allow user="*"/>
            \(policies == nil ? Self.openPolicy : Self.systemPolicy)
            <allow send_type="signal"/>
            <allow send_requested_reply="true" send_type="method_return"/>
            <allow send_requested_reply="true" send_type="error"/>
            <allow receive_type="method_call"/>
            <allow receive_type="method_return"/>
            <allow receive_type="error"/>
            <allow receive_type="signal"/>
            <allow send_destination="org.freedesktop.DBus" send_interface="org.freedesktop.DBus"/>
            <allow send_destination="org.freedesktop.DBus" send_interface="org.freedesktop.DBus.Introspectable"/>
            <allow send_destination="org.freedesktop.DBus" send_interface="org.freedesktop.DBus.Properties"/>
            </policy>
            \(includes.map { "<include>\($0)</include>" }.joined(separator: "\n"))
            \(limits.joined(separator: "\n"))
            </busconfig>

            """
    }

    private static let polkitPolicy: FilePath = "/usr/share/dbus-1/system.d/org.freedesktop.PolicyKit1.conf"
    private static let openPolicy = "<allow own=\"*\"/><allow send_type=\"method_call\"/>"
    /// As in the system.conf that dbus-daemon comes with.
    private static let systemPolicy = "<deny own=\"*\"/><deny send_type=\"method_call\"/>"
}

/// What a polkitd on a private bus finds; of the host's files it sees none but the rules that come with polkitd.
public struct PolkitOptions: Sendable {
    /// `.policy` files.
    public var actions: [TextFile]
    /// `.pkla` files.
    public var authorizations: [TextFile]
    /// `.rules` files.
    public var rules: [TextFile]

    /// Creates options.
    public init(actions: [TextFile], authorizations: [TextFile] = [], rules: [TextFile] = []) {
        self.actions = actions
        self.authorizations = authorizations
        self.rules = rules
    }
}

/// A file to be written for a test.
public struct TextFile: Sendable {
    /// Its name, without a directory.
    public let name: String
    /// What is in it.
    public let text: String

    /// A file with this text.
    public init(_ name: String, _ text: String) {
        self.name = name
        self.text = text
    }

    /// A copy of the file at `path`.
    public init(copying path: FilePath) throws {
        name = path.lastComponent?.string ?? ""
        text = try String(contentsOfFile: path.string, encoding: .utf8)
    }

    /// Copies of the files in `directory` whose names end with `suffix`.
    public static func all(in directory: FilePath, suffix: String) throws -> [TextFile] {
        try FileManager.default.contentsOfDirectory(atPath: directory.string).sorted()
            .filter { $0.hasSuffix(suffix) }
            .map { try TextFile(copying: directory.appending($0)) }
    }
}
