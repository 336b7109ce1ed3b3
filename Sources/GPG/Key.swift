import CGPGME
import Linux

/// A public key in gpg's home.
final class Key {
    let pointer: gpgme_key_t

    /// Looks up the key with `fingerprint`.
    init?(fingerprint: String, in context: OpaquePointer) {
        var key: gpgme_key_t?
        let error = withCleanSignalMask { gpgme_get_key(context, fingerprint, &key, 0) }
        guard error == 0, let key else { return nil }
        pointer = key
    }

    deinit {
        gpgme_key_unref(pointer)
    }

    /// Why nothing can be encrypted to the key; nil when something can.
    var problem: String? {
        let key = pointer.pointee
        if key.revoked != 0 { return "has been revoked" }
        if key.expired != 0 { return "has expired" }
        if key.disabled != 0 || key.invalid != 0 { return "is not valid" }
        var subkey = key.subkeys
        var expired = false
        while let candidate = subkey?.pointee {
            if candidate.can_encrypt != 0, candidate.revoked == 0, candidate.invalid == 0, candidate.disabled == 0 {
                if candidate.expired == 0 { return nil }
                expired = true
            }
            subkey = candidate.next
        }
        return expired ? "has no encryption key that has not expired" : "has no key for encryption"
    }
}
