"""The case about downloads: the web service against nginx, which serves the same file over loopback."""

import contextlib
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from .command import BenchError, run, wait_until
from .exports import Bench
from .rows import Row, in_turn
from .settings import GIB, MIB
from .snapshots import BUS_CONFIGURATION, running

NAME = "nexus_backup_1.tar.gpg"
NGINX = """daemon off; user root; worker_processes auto; pid {scratch}/nginx.pid; error_log {scratch}/nginx.err;
events {{ worker_connections 256; }}
http {{ access_log off; sendfile on; tcp_nopush on; client_body_temp_path {scratch}/nginx-temporary;
  proxy_temp_path {scratch}/nginx-temporary; fastcgi_temp_path {scratch}/nginx-temporary;
  uwsgi_temp_path {scratch}/nginx-temporary; scgi_temp_path {scratch}/nginx-temporary;
  server {{ listen 127.0.0.1:{port}; location / {{ root {root}; }} }} }}
"""


def _nginx(scratch: Path) -> str:
    """The program: where it is not installed, taken out of Debian's package, as to install that starts a web server."""
    if installed := shutil.which("nginx"):
        return installed
    directory = scratch / "nginx"
    directory.mkdir()
    run("apt-get", "-qq", "update")
    # The name of the file has the version in it.
    run("sh", "-c", f"cd '{directory}' && apt-get -qq download nginx && dpkg-deb -x nginx_*.deb .")
    return str(directory / "usr/sbin/nginx")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _accepts(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


def _fill(file: Path) -> None:
    """Puts an export there, of which the service tells what the file itself does, and brings it into the page cache."""
    with file.open("wb") as output:
        for _ in range(GIB // MIB):
            output.write(os.urandom(MIB))
        os.fsync(output.fileno())
    run("cp", str(file), "/dev/null")


@dataclass(frozen=True)
class Site:
    """A web service that runs, with one export."""

    address: str
    token: str
    process: int

    @property
    def url(self) -> str:
        """The export."""
        return f"{self.address}/nexus-backups/{NAME}"


@contextlib.contextmanager
def site(bench: Bench, root: Path) -> Iterator[Site]:
    """Starts a bus, a daemon and a web service that serves an export below `root`."""
    scratch, programs = bench.workshop.scratch, bench.workshop.programs
    for name in ("system", "data", "backups"):
        (root / "broot" / name).mkdir(parents=True)
    _fill(root / "broot/backups" / NAME)
    bus = f"unix:path={scratch}/web-bus"
    (scratch / "web-bus.conf").write_text(BUS_CONFIGURATION.format(socket=scratch / "web-bus"), encoding="utf-8")
    port = _free_port()
    (scratch / "web.toml").write_text(f'[server]\nlisten = ["127.0.0.1:{port}"]\n', encoding="utf-8")
    # One of an earlier case would have the same name.
    (scratch / "web-tokens.json").unlink(missing_ok=True)
    tokens = ["--file", f"{scratch}/web-tokens.json", "--group", "root"]
    token = run(str(programs / "nexus-backup"), "web", "token", "add", "benchmark", *tokens).strip()
    web = [str(programs / "nexus-web"), "--address", bus, "--config", f"{scratch}/web.toml"]
    web += ["--tokens", f"{scratch}/web-tokens.json"]
    with contextlib.ExitStack() as stack:
        words = ["dbus-daemon", f"--config-file={scratch}/web-bus.conf", "--nofork", "--nopidfile"]
        stack.enter_context(running(words, scratch / "web-bus.log"))
        wait_until((scratch / "web-bus").exists, "The socket of the bus")
        daemon = [str(programs / "nexus-backupd"), "--address", bus, "--root", str(root)]
        stack.enter_context(running(daemon, scratch / "web-daemon.log"))
        process = stack.enter_context(running(web, scratch / "web.log"))
        served = Site(f"http://127.0.0.1:{port}", token, process.pid)
        wait_until(lambda: _accepts(port), "The web service")
        wait_until(lambda: _seconds(served.url, token) is not None, "The first download", 60)
        yield served


@contextlib.contextmanager
def _servers(bench: Bench, root: Path) -> Iterator[tuple[Callable[[], float], Callable[[], float]]]:
    """Starts everything, and gives what downloads from each server."""
    scratch, port = bench.workshop.scratch, _free_port()
    configuration = NGINX.format(scratch=scratch, port=port, root=root / "broot/backups")
    (scratch / "nginx.conf").write_text(configuration, encoding="utf-8")
    nginx = [_nginx(scratch), "-c", f"{scratch}/nginx.conf", "-e", f"{scratch}/nginx.err"]
    with site(bench, root) as ours, running(nginx, scratch / "nginx.log"):
        wait_until(lambda: _accepts(port), "nginx")
        yield lambda: _download(ours.url, ours.token), lambda: _download(f"http://127.0.0.1:{port}/{NAME}", None)


def _seconds(url: str, token: str | None) -> float | None:
    """The time of one download; none where it was not all of the file."""
    fields = f"header = \"Authorization: Bearer {token}\"\n" if token else ""
    words = ["curl", "--silent", "--fail", "--config", "-", "-o", "/dev/null", "-w", "%{size_download}", url]
    start = time.monotonic()
    done = subprocess.run(words, input=fields, capture_output=True, text=True, check=False)
    seconds = time.monotonic() - start
    return seconds if done.returncode == 0 and int(done.stdout) == GIB else None


def _download(url: str, token: str | None) -> float:
    seconds = _seconds(url, token)
    if seconds is None:
        raise BenchError(f"The download of {url} failed.")
    return seconds


def web(bench: Bench) -> list[Row]:
    """A download from the page cache over plain HTTP."""
    root = bench.volume.point / "web"
    shutil.rmtree(root, ignore_errors=True)
    try:
        with _servers(bench, root) as (ours, theirs):
            pairs = in_turn("Web", max(bench.settings.pairs, 6), ours, theirs)
    finally:
        shutil.rmtree(root, ignore_errors=True)
    return [
        Row(
            "web",
            f"download of {GIB >> 20:,} MiB: bytes per second",
            "nginx",
            [theirs / mine for mine, theirs in pairs],
            at_least=0.9,
            samples=[{"ours_seconds": mine, "peer_seconds": theirs} for mine, theirs in pairs],
        )
    ]
