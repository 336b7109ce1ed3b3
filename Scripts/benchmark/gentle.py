"""The case about what a server beside an export feels of it."""

import contextlib
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .background import Background, Start
from .command import say
from .contenders import UNCOMPRESSED, ours
from .exports import Bench
from .foreground import Foreground, Latency, evict, stop
from .rows import Row

SCHEDULERS = ("mq-deadline", "bfq")


@dataclass(frozen=True)
class Beside:
    """What the foreground felt, and what the export did meanwhile."""

    read: Latency
    sync: Latency
    cached_bytes: int
    bytes_per_second: float

    def facts(self, side: str) -> dict[str, Any]:
        """The same for the JSON."""
        return {
            **self.read.facts(f"{side}_read"),
            **self.sync.facts(f"{side}_fsync"),
            f"{side}_cached_bytes": self.cached_bytes,
            f"{side}_export_bytes_per_second": self.bytes_per_second,
        }


@contextlib.contextmanager
def _running(background: Background | None) -> Iterator[None]:
    try:
        if background:
            background.begin()
        yield
    finally:
        if background:
            background.end()


def _beside(bench: Bench, foreground: Foreground, start: Start | None, syncs: bool) -> Beside:
    """Runs the foreground beside exports, or alone."""
    background = Background(bench, start, syncs) if start else None
    bench.output.unlink(missing_ok=True)
    for path in bench.corpora.path("big").iterdir():
        evict(path)
    bench.volume.sync()
    began = time.monotonic()
    with _running(background):
        fio = foreground.start(bench.settings.gentle_seconds)
        try:
            while os.waitid(os.P_PID, fio.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
                if background:
                    background.carry_on()
                time.sleep(0.02)
        except BaseException:
            stop(fio)
            raise
    seconds = time.monotonic() - began
    read, sync = foreground.latencies(fio)
    return Beside(
        read,
        sync,
        background.cached_bytes if background else 0,
        background.byte_count / seconds if background else 0,
    )


def _rows(scheduler: str, rounds: list[tuple[Beside, Beside, Beside]]) -> list[Row]:
    samples = [
        idle.facts("idle") | mine.facts("ours") | theirs.facts("peer") for idle, mine, theirs in rounds
    ]

    def row(what: str, peer: str, ratio: Callable[[Beside, Beside, Beside], float], limit: float | None = None) -> Row:
        values = [ratio(*entry) for entry in rounds]
        return Row("gentle", f"{scheduler}: {what}", peer, values, at_most=limit, samples=samples)

    plain = UNCOMPRESSED.text
    return [
        row("4 KiB reads, p99", plain, lambda _, b, c: b.read.p99 / c.read.p99, 0.5),
        row("fsyncs, p99", plain, lambda _, b, c: b.sync.p99 / c.sync.p99, 0.5),
        row("4 KiB reads, p99", "an idle machine", lambda a, b, _: b.read.p99 / a.read.p99),
        row("fsyncs, p99", "an idle machine", lambda a, b, _: b.sync.p99 / a.sync.p99),
        row("page cache left behind", plain, lambda _, b, c: b.cached_bytes / max(c.cached_bytes, 1)),
        row("export's throughput", plain, lambda _, b, c: b.bytes_per_second / max(c.bytes_per_second, 1)),
    ]


def gentle(bench: Bench) -> list[Row]:
    """Latencies of the foreground beside our export, beside what a user would type, and alone."""
    s = bench.settings
    tree: Path = bench.corpora.path("big")
    foreground = Foreground(bench.volume.point / "foreground", s.foreground_bytes, s.resident_bytes, s.seed)
    foreground.make()
    rows: list[Row] = []
    # What a user types ends without a sync; the service syncs.
    contenders: list[tuple[Start | None, bool]] = [
        (None, False),
        (lambda fd: ours(bench.workshop, tree, fd), True),
        (lambda fd: UNCOMPRESSED.start(bench.workshop, tree, fd), False),
    ]
    for scheduler in SCHEDULERS:
        if scheduler not in bench.volume.schedulers()[1]:
            bench.remark(f"gentle is not measured under {scheduler}, which this kernel does not have.")
            continue
        with bench.volume.scheduler(scheduler):
            rounds: list[tuple[Beside, Beside, Beside]] = []
            for number in range(s.gentle_rounds):
                say(f"Gentle, {scheduler}: round {number + 1} of {s.gentle_rounds}")
                order = (0, 1, 2) if number % 2 == 0 else (2, 1, 0)
                found = {index: _beside(bench, foreground, *contenders[index]) for index in order}
                rounds.append((found[0], found[1], found[2]))
            rows += _rows(scheduler, rounds)
    return rows
