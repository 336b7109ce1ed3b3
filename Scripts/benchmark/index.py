"""The case about looking into exports: the service on a bus of its own, against grep on a list of paths."""

import contextlib
import json
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import entries
from .command import BenchError, say, wait_until
from .exports import Bench
from .rows import Row, in_turn
from .snapshots import BUS_CONFIGURATION, running

BACKUP1 = "tech.noreya.Backup1"
SHA256 = "0" * 64
LIMIT_MILLISECONDS = 100


@dataclass(frozen=True)
class Query:
    """What the service is asked, and the pattern of grep(1) that gives the same paths."""

    what: str
    text: str
    pattern: str
    limit: int = 100
    offset: int = 0
    lists: bool = False


def _search(what: str, text: str, limit: int = 100, offset: int = 0) -> Query:
    return Query(f"search, {what}", text, f"{text}[^/]*$", limit, offset)


def _listing(what: str, path: str, limit: int = 1000, offset: int = 0) -> Query:
    return Query(f"list, {what}", path, f"^{path}/[^/]*$", limit, offset, lists=True)


def _queries(count: int) -> list[Query]:
    large = count // 4
    return [
        _listing("a large directory", "data/many"),
        _listing("its last page", "data/many", offset=large - 1000),
        _listing("10,000 at once", "data/many", limit=10_000),
        _listing("a small directory", "data/package 000007"),
        _search("in every third name", ".txt"),
        _search("in every third name, last page", ".txt", limit=1000, offset=10_000),
        _search("in one name", "file-0001234"),
        _search("in none", "nowhere"),
        _search("in none, its letters in many", "000000000"),
        _search("capital letters", "README-77"),
        _search("not ASCII", "größe 77"),
        _search("a letter before the slash", "b/util"),
        _search("a letter before the slash, in none", "a/note"),
        _search("two letters before the slash, in none", "zz/note"),
        _search("three directories", "data/package 000777/lib/util"),
    ]


def _message(query: Query) -> Any:
    import dbus  # type: ignore[import-not-found]  # pylint: disable=import-outside-toplevel
    import dbus.lowlevel  # type: ignore[import-not-found]  # pylint: disable=import-outside-toplevel

    method = "ListFiles" if query.lists else "SearchFiles"
    message = dbus.lowlevel.MethodCallMessage(BACKUP1, "/tech/noreya/Backup1", BACKUP1, method)
    options = {"limit": dbus.UInt32(query.limit), "offset": dbus.UInt32(query.offset)}
    if query.lists:
        message.append(1, query.text.encode(), options, signature="uaya{sv}")
    else:
        message.append(query.text, options, signature="sa{sv}")
    return message


def _build(bench: Bench, root: Path, listing: Path) -> dict[str, float]:
    """Puts an export there, of which there is only the name, and makes its index."""
    backups = root / "broot/backups"
    data, spool, index = (backups / f"nexus_backup_1.{end}" for end in ("tar.gpg", "entries", "index"))
    for name in ("system", "data", "backups"):
        (root / "broot" / name).mkdir(parents=True)
    data.write_bytes(b"export")
    about = {"id": 1, "size": data.stat().st_size, "sha256": SHA256, "inode": data.stat().st_ino}
    about |= {"created": entries.TIME, "snapshotCreated": entries.TIME}
    say("Index: making the list of entries")
    count = entries.write(bench.settings.index_entries, data.stat().st_ino, spool, listing)
    record = about | {"version": 1, "description": "", "entryCount": count, "leftOut": [], "leftOutCount": 0}
    (backups / "nexus_backup_1.json").write_text(json.dumps(record), encoding="utf-8")
    request = json.dumps({"subject": about, "spool": str(spool), "output": str(index)}) + "\n"
    say("Index: making the index")
    start = time.monotonic()
    process = subprocess.Popen([bench.workshop.programs / "nexus-index"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    with process:
        assert process.stdin and process.stdout
        process.stdin.write(request.encode())
        process.stdin.flush()
        # It ends when its standard input does, so that stays open.
        told = process.stdout.read()
    if process.returncode != 0:
        raise BenchError(f"The index could not be made: {told.decode(errors='replace')}")
    seconds = time.monotonic() - start
    spool.unlink()
    return {"entries": count, "index_bytes": index.stat().st_size, "ours_seconds": seconds}


@contextlib.contextmanager
def _service(bench: Bench, root: Path) -> Iterator[Callable[[Query], float]]:
    """Starts a bus and the service, and gives what asks it: for the time from call to reply."""
    import dbus.bus  # type: ignore[import-not-found]  # pylint: disable=import-outside-toplevel

    scratch = bench.workshop.scratch
    socket = scratch / "index-bus"
    (scratch / "index-bus.conf").write_text(BUS_CONFIGURATION.format(socket=socket), encoding="utf-8")
    bus = ["dbus-daemon", f"--config-file={scratch}/index-bus.conf", "--nofork", "--nopidfile"]
    address = f"unix:path={socket}"
    daemon = [str(bench.workshop.programs / "nexus-backupd"), "--address", address, "--root", str(root)]
    with running(bus, scratch / "index-bus.log"):
        wait_until(socket.exists, "The socket of the bus")
        connection: Any = dbus.bus.BusConnection(address)

        def ask(query: Query) -> float:
            message = _message(query)
            start = time.monotonic()
            connection.send_message_with_reply_and_block(message, 60)
            return time.monotonic() - start

        try:
            with running(daemon, scratch / "index-daemon.log"):
                wait_until(lambda: bool(connection.name_has_owner(BACKUP1)), "The service's name on the bus", 60)
                yield ask
        finally:
            connection.close()


def _grep(query: Query, listing: Path) -> float:
    """The time in which grep finds as much of the list; letters of any case, and bytes as they are, which is fast."""
    words = ["grep", "--text", "-m", str(query.offset + query.limit), "--", query.pattern, str(listing)]
    if not query.lists:
        words.insert(1, "-i")
    start = time.monotonic()
    done = subprocess.run(words, env={**os.environ, "LC_ALL": "C"}, stdout=subprocess.PIPE, check=False)
    seconds = time.monotonic() - start
    if done.returncode > 1:
        raise BenchError(f"grep failed with status {done.returncode}.")
    return seconds


def _row(query: Query, pairs: list[tuple[float, float]]) -> Row:
    theirs = sorted(peer for _, peer in pairs)[len(pairs) // 2]
    return Row(
        "index",
        query.what,
        f"grep -m: {theirs * 1000:.0f} ms",
        [mine * 1000 for mine, _ in pairs],
        at_most=LIMIT_MILLISECONDS,
        unit="ms",
        samples=[{"ours_seconds": mine, "peer_seconds": theirs} for mine, theirs in pairs],
    )


def index(bench: Bench) -> list[Row]:
    """`Backup1.ListFiles` and `SearchFiles`, from call to reply, whatever they are asked."""
    root = bench.volume.point / "index"
    listing = bench.volume.point / "index.list"
    shutil.rmtree(root, ignore_errors=True)
    rounds = max(bench.settings.pairs, 5)
    try:
        built = _build(bench, root, listing)
        count = int(built["entries"])
        with _service(bench, root) as ask:
            rows = [
                _row(query, in_turn(f"Index: {query.what}", rounds, lambda: ask(query), lambda: _grep(query, listing)))
                for query in _queries(count)
            ]
    finally:
        shutil.rmtree(root, ignore_errors=True)
        listing.unlink(missing_ok=True)
    size = built["index_bytes"] / (1 << 20)
    what = f"size of the index of {count:,} entries"
    return [Row("index", what, "", [size], unit="MiB", samples=[built]), *rows]
