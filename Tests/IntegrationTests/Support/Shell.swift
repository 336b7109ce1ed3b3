import SystemPackage
import TestSupport

/// Opens an export with nothing but stock gpg and tar, as the README tells people to.
func open(_ export: FilePath, password: String, into directory: FilePath) async throws {
    try await shell(
        """
        mkdir -p \(directory) \(directory).gnupg; chmod 700 \(directory).gnupg
        gpg --homedir \(directory).gnupg --batch --quiet --pinentry-mode loopback --passphrase-fd 3 -d \(export) \
            3< <(cat) | tar -x --xattrs --xattrs-include='*' --acls --numeric-owner -C \(directory)
        gpgconf --homedir \(directory).gnupg --kill all
        rm -r \(directory).gnupg
        """,
        input: password + "\n"
    )
}
