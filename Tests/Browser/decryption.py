"""Opens a downloaded backup with stock gpg and tar."""

import hashlib
import subprocess
import tempfile
from pathlib import Path

_home = tempfile.TemporaryDirectory(prefix="nx-gpg-")


def open_backup(file, password, directory):
    """Decrypts `file` and extracts what is in it below `directory`."""
    decrypt = [
        "gpg", "--homedir", _home.name, "--batch", "--quiet", "--pinentry-mode", "loopback", "--passphrase-fd", "0",
        "--decrypt", str(file),
    ]
    gpg = subprocess.Popen(decrypt, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    extract = ["tar", "--extract", "--xattrs", "--acls", "--numeric-owner", "--directory", str(directory)]
    tar = subprocess.Popen(extract, stdin=gpg.stdout)
    gpg.stdout.close()
    gpg.stdin.write(password.encode() + b"\n")
    gpg.stdin.close()
    assert (tar.wait(), gpg.wait()) == (0, 0)


def compare(first, second):
    """Fails where the two trees differ."""
    result = subprocess.run(
        ["diff", "--recursive", "--no-dereference", str(first), str(second)], capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stdout + result.stderr


def checksum(file):
    digest = hashlib.sha256()
    with Path(file).open("rb") as content:
        while block := content.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def forget():
    subprocess.run(["gpgconf", "--homedir", _home.name, "--kill", "all"], check=False)
    _home.cleanup()
