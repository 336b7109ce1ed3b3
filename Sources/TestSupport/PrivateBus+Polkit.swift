import DBus
import SystemPackage

/// Runs `body` with a polkitd on `bus`, in a mount namespace of its own in which it finds what `options` say.
func withPolkit<Outcome: Sendable>(
    _ options: PolkitOptions,
    on bus: PrivateBus,
    _ body: () async throws -> Outcome
) async throws -> Outcome {
    let places = [
        ("/usr/share/polkit-1/actions", options.actions),
        ("/etc/polkit-1/localauthority/50-local.d", options.authorizations),
        ("/etc/polkit-1/rules.d", options.rules),
    ]
    var mounts: [String] = []
    for (index, (place, files)) in places.enumerated() {
        let directory = bus.directory.appending("polkit-\(index)")
        try createDirectory(directory)
        for file in files { try writeText(file.text, to: directory.appending(file.name)) }
        mounts.append("mount --bind \(directory) \(place)")
    }
    // The filesystems of other tests are let go of, or they would stay when those tests unmount them.
    let release = "{ awk '$2 ~ /^\\/tmp\\/nx-/ { print $2 }' /proc/mounts | xargs -r umount -l || true; }"
    let script = ([release] + mounts + ["exec /usr/lib/polkit-1/polkitd --no-debug"]).joined(separator: " && ")
    let log = bus.directory.appending("polkit.log")
    return try await withChildProcess(
        ["unshare", "--mount", "sh", "-c", script],
        environment: ["DBUS_SYSTEM_BUS_ADDRESS": bus.address.text],
        log: log
    ) { _ in
        let connection = try await bus.connect()
        try await untilReady("polkitd", log) {
            (try? await connection.userID(of: "org.freedesktop.PolicyKit1")) != nil
        }
        await connection.close()
        return try await body()
    }
}
