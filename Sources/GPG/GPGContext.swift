import CGPGME
public import Linux
public import SystemPackage

/// gpg in a home directory of its own, for the one operation of one job.
///
/// Used by one thread; gpg's agent, where one is started, is an orphan that the process must adopt and end.
public struct GPGContext: ~Copyable {
    private static let version: String? = gpgme_check_version(nil).map { String(cString: $0) }

    let pointer: OpaquePointer
    private let home: HomeDirectory
    private(set) var keys: [Key] = []

    /// Prepares gpg in `home`, an empty directory that only this user may enter.
    public static func open(home path: FilePath) throws(GPGError) -> GPGContext {
        guard version != nil else { throw GPGError(operation: "start gpgme", message: "its version does not fit") }
        nx_gpgme_set_locale("C.UTF-8")
        var pointer: OpaquePointer?
        try check(gpgme_new(&pointer), "start gpgme")
        guard let pointer else { throw GPGError(operation: "start gpgme", message: "no context") }
        let context = GPGContext(pointer: pointer, home: HomeDirectory(path: path))
        try check(gpgme_set_protocol(pointer, GPGME_PROTOCOL_OpenPGP), "choose OpenPGP")
        let result = path.withPlatformString {
            gpgme_ctx_set_engine_info(pointer, GPGME_PROTOCOL_OpenPGP, nil, $0)
        }
        try check(result, "choose gpg's home")
        gpgme_set_armor(pointer, 0)
        gpgme_set_offline(pointer, 1)
        try check(gpgme_set_pinentry_mode(pointer, GPGME_PINENTRY_MODE_LOOPBACK), "choose the loopback pinentry")
        try context.home.configure(withAgent: false)
        return context
    }

    private init(pointer: OpaquePointer, home: HomeDirectory) {
        self.pointer = pointer
        self.home = home
    }

    deinit {
        gpgme_release(pointer)
    }

    /// Starts an encryption to all keys that were added and with `password`, where there is one.
    public consuming func encrypt(password: Secret?) throws(GPGError) -> Encryption {
        if password != nil { try home.configure(withAgent: true) }
        return try Encryption.start(self, password: password)
    }

    /// Starts a decryption with `password`, and no private keys.
    public consuming func decrypt(password: Secret) throws(GPGError) -> Decryption {
        try home.configure(withAgent: true)
        return try Decryption.start(self, password: password)
    }

    /// Adds the encryption keys in `armored`, a block of OpenPGP public keys.
    /// - Throws: `UnusableKey` when there is none in it that can be encrypted to.
    public mutating func addRecipient(armored: String) throws(UnusableKey) {
        guard !armored.contains("PRIVATE KEY BLOCK") else { throw UnusableKey(reason: "is a private key") }
        let fingerprints = try importKeys(Array(armored.utf8))
        guard !fingerprints.isEmpty else { throw UnusableKey(reason: "is not an OpenPGP public key") }
        var problem: String?
        var usable: [Key] = []
        for fingerprint in fingerprints {
            guard let key = Key(fingerprint: fingerprint, in: pointer) else { continue }
            if let reason = key.problem { problem = reason } else { usable.append(key) }
        }
        guard !usable.isEmpty else { throw UnusableKey(reason: problem ?? "could not be read back from gpg") }
        keys += usable
    }

    private func importKeys(_ bytes: [UInt8]) throws(UnusableKey) -> [String] {
        var data: OpaquePointer?
        let failure = bytes.withUnsafeBytes { bytes in
            let text = bytes.bindMemory(to: CChar.self)
            let error = gpgme_data_new_from_mem(&data, text.baseAddress, text.count, 1)
            return error != 0 ? error : withCleanSignalMask { gpgme_op_import(pointer, data) }
        }
        defer { gpgme_data_release(data) }
        guard failure == 0, let result = gpgme_op_import_result(pointer) else {
            throw UnusableKey(reason: "could not be imported: \(GPGError(failure, "import").message)")
        }
        guard result.pointee.secret_read == 0 else { throw UnusableKey(reason: "holds a private key") }
        var fingerprints: [String] = []
        var next = result.pointee.imports
        while let status = next {
            if status.pointee.result == 0, let text = status.pointee.fpr {
                let fingerprint = String(cString: text)
                if !fingerprints.contains(fingerprint) { fingerprints.append(fingerprint) }
            }
            next = status.pointee.next
        }
        return fingerprints
    }
}
