"""The two sides: our worker, and what a user would type instead."""

import contextlib
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from .command import run
from .group import Command, Group

PASSWORD = b"correct horse battery staple\n"


def _stop_agent(home: Path) -> None:
    """Ends the agent of a gpg home, if there is one, and removes the directory of its sockets, if that is elsewhere."""
    for action in (["--kill", "gpg-agent"], ["--remove-socketdir"]):
        subprocess.run(["gpgconf", "--homedir", str(home), *action], capture_output=True, check=False)


@dataclass(frozen=True)
class Workshop:
    """Where the programs are, and the directories for what they keep while they run."""

    programs: Path
    scratch: Path
    spool: Path

    @property
    def peer_home(self) -> Path:
        """The home of the user's gpg; a short path, as the sockets of its agent are in it."""
        return self.scratch / "peer"

    @contextlib.contextmanager
    def peer_agent(self) -> Iterator[None]:
        """Sees to it that the user's gpg-agent runs, as it does on a machine that is in use."""
        self.peer_home.mkdir(mode=0o700)
        run("gpg-connect-agent", "--homedir", str(self.peer_home), "/bye")
        try:
            yield
        finally:
            _stop_agent(self.peer_home)

    def forget_homes(self) -> None:
        """Removes the homes of our gpgs, with the agents of those that were killed."""
        for home in self.scratch.glob("home-*"):
            _stop_agent(home)
            shutil.rmtree(home, ignore_errors=True)


def request(tree: Path, home: Path, spool: Path, compression: str) -> bytes:
    """The job of one worker, as `ExportRequest` in Sources/ExportProtocol has it, and the password after it."""
    job = {
        "id": 1,
        "sources": [{"name": "data", "path": list(os.fsencode(tree))}],
        "label": {
            "format": "nexus-backup",
            "version": 1,
            "id": 1,
            "description": "benchmark",
            "created": 0,
            "host": "localhost",
            "sources": [{"name": "data", "path": str(tree), "kind": "data"}],
            "leftOut": [],
        },
        "hasPassword": True,
        "recipients": [],
        "compression": compression,
        "maxRate": 0,
        "ioPriority": "idle",
        "gpgHome": str(home),
        "spoolDirectory": str(spool),
    }
    return json.dumps(job).encode() + b"\n" + PASSWORD


def ours(workshop: Workshop, tree: Path, output: int, compression: str = "none") -> Group:
    """Starts our worker as the daemon does."""
    home = Path(tempfile.mkdtemp(prefix="home-", dir=workshop.scratch))
    command = Command(
        words=[str(workshop.programs / "nexus-export")],
        kept_input=request(tree, home, workshop.spool, compression),
        environment={"PATH": "/usr/bin:/bin"},
    )
    return Group([command], output)


@dataclass(frozen=True)
class Peer:
    """What a user would type."""

    text: str
    tar_options: tuple[str, ...] = ()
    gpg_options: tuple[str, ...] = ()

    def start(self, workshop: Workshop, tree: Path, output: int) -> Group:
        """Starts it; gpg takes the password from a descriptor, as nobody is there to be asked."""
        unattended = ["--batch", "--quiet", "--pinentry-mode", "loopback", "--passphrase-fd", "{fd}"]
        environment = {"PATH": "/usr/bin:/bin", "GNUPGHOME": str(workshop.peer_home)}
        tar = ["tar", *self.tar_options, "--xattrs", "--acls", "-c", "-C", str(tree), "."]
        gpg = ["gpg", *unattended, *self.gpg_options, "-c"]
        return Group(
            [Command(tar, environment=environment), Command(gpg, passed=PASSWORD, environment=environment)], output
        )


AS_TYPED = Peer("tar | gpg")
UNCOMPRESSED = Peer("tar | gpg --compress-algo none", gpg_options=("--compress-algo", "none"))
ZSTD = Peer("tar --zstd | gpg --compress-algo none", ("--zstd",), ("--compress-algo", "none"))
