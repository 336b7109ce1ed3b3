import Linux
import SystemPackage

/// The files that make gpg and its agent behave the same wherever they run; see gpg(1) and gpg-agent(1).
struct HomeDirectory {
    private static let options = """
        batch
        no-tty
        no-greeting
        charset utf-8
        display-charset utf-8
        trust-model always
        no-auto-check-trustdb
        no-auto-key-locate
        no-auto-key-retrieve
        pinentry-mode loopback
        no-symkey-cache
        cipher-algo AES256
        compress-algo none
        personal-cipher-preferences AES256
        personal-compress-preferences uncompressed
        s2k-mode 3
        s2k-count 65011712
        s2k-digest-algo SHA512
        s2k-cipher-algo AES256

        """
    private static let agentOptions = """
        allow-loopback-pinentry
        default-cache-ttl 0
        max-cache-ttl 0
        no-allow-external-cache
        disable-scdaemon

        """

    let path: FilePath

    /// Writes the options; without an agent where gpg can do without, which is for everything but passwords.
    func configure(withAgent: Bool) throws(GPGError) {
        try write(Self.options + (withAgent ? "" : "no-autostart\n"), to: "gpg.conf")
        try write(Self.agentOptions, to: "gpg-agent.conf")
    }

    private func write(_ text: String, to name: FilePath) throws(GPGError) {
        do {
            let directory = try Descriptor.open(path, [.readOnly, .directory])
            let file = try directory.open(name, [.writeOnly, .create, .truncate], permissions: .ownerReadWrite)
            try file.write(Array(text.utf8))
        } catch {
            throw GPGError(operation: "write \(path.appending(name.string))", message: "\(error.errno)")
        }
    }
}
