"""The case about taking a snapshot: the service on a bus of its own, against the command."""

import contextlib
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from .command import run, wait_until
from .exports import Bench
from .rows import Row, in_turn

BUS_CONFIGURATION = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path={socket}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"""
SNAPSHOT1 = "tech.noreya.Snapshot1"


@contextlib.contextmanager
def running(words: list[str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Runs a server for as long as it is needed."""
    with log.open("wb") as errors:
        process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=errors, stderr=errors, process_group=0)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextlib.contextmanager
def _service(bench: Bench, root: Path) -> Iterator[Callable[[], int]]:
    """Starts a bus and the service, and gives what takes a snapshot over one open connection."""
    # Debian's package; only this case needs it.
    import dbus.bus  # type: ignore[import-not-found]  # pylint: disable=import-outside-toplevel

    scratch = bench.workshop.scratch
    socket = scratch / "bus"
    (scratch / "bus.conf").write_text(BUS_CONFIGURATION.format(socket=socket), encoding="utf-8")
    bus = ["dbus-daemon", f"--config-file={scratch}/bus.conf", "--nofork", "--nopidfile"]
    address = f"unix:path={socket}"
    daemon = [str(bench.workshop.programs / "nexus-backupd"), "--address", address, "--root", str(root)]
    with running(bus, scratch / "bus.log"):
        wait_until(socket.exists, "The socket of the bus")
        connection: Any = dbus.bus.BusConnection(address)
        try:
            with running(daemon, scratch / "daemon.log"):
                wait_until(lambda: bool(connection.name_has_owner(SNAPSHOT1)), "The service's name on the bus", 60)
                proxy = connection.get_object(SNAPSHOT1, "/tech/noreya/Snapshot1", introspect=False)
                create = proxy.get_dbus_method("Create", SNAPSHOT1)
                yield lambda: int(create(True, False, "benchmark"))
        finally:
            connection.close()


def _remove(root: Path) -> None:
    """Removes subvolumes and directories, innermost first."""
    if not root.exists():
        return
    for parent, directories, _ in os.walk(root, topdown=False):
        for name in directories:
            path = Path(parent, name)
            # The root of a btrfs subvolume has this inode number.
            if not path.is_symlink() and path.stat().st_ino == 256:
                run("btrfs", "subvolume", "delete", str(path))
    shutil.rmtree(root)


def _timed(bench: Bench, live: Path, take: Callable[[], object]) -> float:
    """The time of one snapshot of a source that has just changed, on a disk that is at rest."""
    bench.volume.sync()
    (live / "changed").write_bytes(os.urandom(4096))
    start = time.monotonic()
    take()
    return time.monotonic() - start


def snapshot(bench: Bench) -> list[Row]:
    """`Snapshot1.Create`, from call to reply, against `btrfs subvolume snapshot -r`."""
    root = bench.volume.point / "service"
    _remove(root)
    live = root / "broot/system"
    (root / "broot").mkdir(parents=True)
    (root / "broot/data").mkdir()
    peer_directory = root / "peer"
    peer_directory.mkdir()
    run("btrfs", "subvolume", "create", str(live))
    for number in range(1000):
        (live / f"file-{number:04}").write_bytes(b"%04096d" % number)
    count = 0

    def command() -> None:
        nonlocal count
        count += 1
        run("btrfs", "subvolume", "snapshot", "-r", str(live), str(peer_directory / str(count)))

    try:
        with _service(bench, root) as create:
            pairs = in_turn(
                "Snapshot",
                bench.settings.snapshot_pairs,
                lambda: _timed(bench, live, create),
                lambda: _timed(bench, live, command),
            )
    finally:
        _remove(root)
    return [
        Row(
            "snapshot",
            "Snapshot1.Create: time from call to reply",
            "btrfs subvolume snapshot -r",
            [mine / theirs for mine, theirs in pairs],
            at_most=1.5,
            samples=[{"ours_seconds": mine, "peer_seconds": theirs} for mine, theirs in pairs],
        )
    ]
