"""The case about downloads: the web service against nginx, which serves the same file over loopback."""

import contextlib
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from .command import BenchError, run, wait_until
from .exports import Bench
from .rows import Row, in_turn
from .snapshots import BUS_CONFIGURATION, running

BACKUP1 = "tech.noreya.Backup1"
SNAPSHOT1 = "tech.noreya.Snapshot1"
NGINX = """daemon off; user root; worker_processes auto; pid {scratch}/nginx.pid; error_log {scratch}/nginx.err;
events {{ worker_connections 256; }}
http {{ access_log off; sendfile on; tcp_nopush on; client_body_temp_path {scratch}/nginx-body;
  server {{ listen 127.0.0.1:{port}; location / {{ root {root}; }} }} }}
"""


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _accepts(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


def _export(address: str, password: str) -> Path:
    """Has the service make a snapshot and its export, and returns the file."""
    # Debian's package; only the cases with a service need it.
    import dbus.bus  # type: ignore[import-not-found]  # pylint: disable=import-outside-toplevel

    connection: Any = dbus.bus.BusConnection(address)
    try:
        wait_until(lambda: bool(connection.name_has_owner(BACKUP1)), "The service's name on the bus", 60)
        snapshots = connection.get_object(SNAPSHOT1, "/tech/noreya/Snapshot1", introspect=False)
        backups = connection.get_object(BACKUP1, "/tech/noreya/Backup1", introspect=False)
        number = snapshots.get_dbus_method("Create", SNAPSHOT1)(False, True, "benchmark", timeout=600)
        backups.get_dbus_method("Create", BACKUP1)(number, password)
        status = backups.get_dbus_method("Status", BACKUP1)
        wait_until(lambda: status()["id"] != number, "The end of the export", 3600)
        if status()["last_result"] != "done":
            raise BenchError(f"The export failed: {status()['last_error']}")
        return Path(str(backups.get_dbus_method("GetList", BACKUP1)()[0]["path"]))
    finally:
        connection.close()


@contextlib.contextmanager
def _servers(bench: Bench, root: Path) -> Iterator[tuple[Callable[[], float], Callable[[], float], int]]:
    """Starts everything, and gives what downloads from each server, and the size of the file."""
    scratch, programs = bench.workshop.scratch, bench.workshop.programs
    address = f"unix:path={scratch}/web-bus"
    (scratch / "web-bus.conf").write_text(BUS_CONFIGURATION.format(socket=scratch / "web-bus"), encoding="utf-8")
    ours, theirs = _free_port(), _free_port()
    (scratch / "web.toml").write_text(f'[server]\nlisten = ["127.0.0.1:{ours}"]\n', encoding="utf-8")
    tokens = ["--file", f"{scratch}/web-tokens.json", "--group", "root"]
    token = run(str(programs / "nexus-backup"), "web", "token", "add", "benchmark", *tokens).strip()
    web = [str(programs / "nexus-web"), "--address", address, "--config", f"{scratch}/web.toml"]
    web += ["--tokens", f"{scratch}/web-tokens.json"]
    with contextlib.ExitStack() as stack:
        bus = ["dbus-daemon", f"--config-file={scratch}/web-bus.conf", "--nofork", "--nopidfile"]
        stack.enter_context(running(bus, scratch / "web-bus.log"))
        wait_until((scratch / "web-bus").exists, "The socket of the bus")
        daemon = [str(programs / "nexus-backupd"), "--address", address, "--root", str(root)]
        stack.enter_context(running(daemon, scratch / "web-daemon.log"))
        file = _export(address, "benchmark")
        configuration = NGINX.format(scratch=scratch, port=theirs, root=file.parent)
        (scratch / "nginx.conf").write_text(configuration, encoding="utf-8")
        stack.enter_context(running(["nginx", "-c", f"{scratch}/nginx.conf"], scratch / "nginx.log"))
        stack.enter_context(running(web, scratch / "web.log"))
        wait_until(lambda: _accepts(ours) and _accepts(theirs), "Both servers")
        size = file.stat().st_size
        yield (
            lambda: _download(f"http://127.0.0.1:{ours}/nexus-backups/{file.name}", size, token),
            lambda: _download(f"http://127.0.0.1:{theirs}/{file.name}", size, None),
            size,
        )


def _download(url: str, size: int, token: str | None) -> float:
    """The time of one download."""
    fields = f"header = \"Authorization: Bearer {token}\"\n" if token else ""
    words = ["curl", "--silent", "--fail", "--config", "-", "-o", "/dev/null", "-w", "%{size_download}", url]
    start = time.monotonic()
    done = subprocess.run(words, input=fields, capture_output=True, text=True, check=False)
    seconds = time.monotonic() - start
    if done.returncode != 0 or int(done.stdout) != size:
        raise BenchError(f"The download of {url} ended with {done.returncode} after {done.stdout} bytes.")
    return seconds


def web(bench: Bench) -> list[Row]:
    """A download from the page cache over plain HTTP."""
    if not shutil.which("nginx"):
        # Not installed along with the others, as its package starts a web server.
        bench.remark("Downloads were not measured: that needs nginx (apt-get install nginx-light).")
        return []
    root = bench.volume.point / "web"
    shutil.rmtree(root, ignore_errors=True)
    for name in ("system", "data"):
        (root / "broot" / name).mkdir(parents=True)
    run("cp", "-a", str(bench.corpora.path("big")), str(root / "broot/data/big"))
    try:
        with _servers(bench, root) as (ours, theirs, size):
            pairs = in_turn("Web", max(bench.settings.pairs, 5), ours, theirs)
    finally:
        shutil.rmtree(root, ignore_errors=True)
    return [
        Row(
            "web",
            f"download of {size >> 20:,} MiB: bytes per second",
            "nginx",
            [theirs / mine for mine, theirs in pairs],
            at_least=0.9,
            samples=[{"ours_seconds": mine, "peer_seconds": theirs} for mine, theirs in pairs],
        )
    ]
