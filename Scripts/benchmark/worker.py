"""The cases about the worker alone: its memory, and how soon its first byte comes."""

import os
import time
from pathlib import Path

from .command import BenchError, say
from .contenders import ours
from .exports import Bench
from .group import Group
from .rows import Row

MEMORY_LIMIT_MIB = 48
FLAT = 1.25


def _peak_kib(pid: int) -> int | None:
    """The highest resident set of a process so far; none once it has ended."""
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    line = next((line for line in status.splitlines() if line.startswith("VmHWM:")), None)
    return int(line.split()[1]) if line else None


def _peak_mib(bench: Bench, tree: Path) -> float:
    """The peak memory of `nexus-export` itself over one export to a file, without gpg."""
    bench.prepare(tree, cold=False)
    peak = 0
    with bench.output.open("wb") as sink:
        group = ours(bench.workshop, tree, sink.fileno())
        try:
            while (now := _peak_kib(group.first_id)) is not None:
                peak = max(peak, now)
                time.sleep(0.005)
        except BaseException:
            group.kill()
            raise
        group.wait()
    if peak == 0:
        raise BenchError("The worker ended before its memory could be looked at.")
    return peak / 1024


def memory(bench: Bench) -> list[Row]:
    """Peak memory for few files, for many, and for a large one."""
    s = bench.settings
    trees = {
        "few": f"{s.few_files:,} files",
        "many": f"{s.many_files:,} files",
        "large": f"a file of {s.large_file_bytes >> 20:,} MiB",
    }
    peaks: dict[str, float] = {}
    for name, text in trees.items():
        tree = bench.corpora.path(name)
        say(f"Memory: {text}")
        peaks[name] = _peak_mib(bench, tree)
    rows = [
        Row(
            "memory",
            f"worker's peak memory, {text}",
            "a limit",
            [peaks[name]],
            at_most=MEMORY_LIMIT_MIB,
            unit="MiB",
            samples=[{"peak_bytes": int(peaks[name] * 1024) * 1024}],
        )
        for name, text in trees.items()
    ]
    growth = [peaks["many"] / peaks["few"]]
    return [*rows, Row("memory", "worker's peak memory, growth", f"{s.few_files:,} files", growth, at_most=FLAT)]


def _drain(group: Group, source: int) -> dict[str, float]:
    """Reads a stream to its end, and notes when it began and how long it took."""
    start = time.monotonic()
    first: float | None = None
    byte_count = 0
    while block := os.read(source, 1 << 20):
        first = first if first is not None else time.monotonic() - start
        byte_count += len(block)
    seconds = time.monotonic() - start
    group.wait()
    if first is None:
        raise BenchError("The worker wrote nothing.")
    return {"first_byte_seconds": first, "ours_seconds": seconds, "output_bytes": byte_count}


def _first_byte(bench: Bench, tree: Path) -> dict[str, float]:
    bench.prepare(tree, cold=True)
    reader, writer = os.pipe()
    try:
        group = ours(bench.workshop, tree, writer)
    finally:
        os.close(writer)
    with open(reader, "rb", buffering=0):
        try:
            return _drain(group, reader)
        except BaseException:
            group.kill()
            raise


def first_byte(bench: Bench) -> list[Row]:
    """How soon the stream of many files begins, as a share of how long it takes."""
    tree = bench.corpora.path("many")
    samples: list[dict[str, float]] = []
    for number in range(bench.settings.slow_pairs):
        say(f"First byte: run {number + 1} of {bench.settings.slow_pairs}")
        samples.append(_first_byte(bench, tree))
    return [
        Row(
            "first-byte",
            f"first byte of {bench.settings.many_files:,} files, cold",
            "the whole time",
            [s["first_byte_seconds"] / s["ours_seconds"] for s in samples],
            at_most=0.02,
            samples=samples,
        )
    ]
