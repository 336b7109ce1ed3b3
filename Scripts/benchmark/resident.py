"""The case about what a server still has in memory after an export, on a machine that is short of it."""

from pathlib import Path

from .background import Start
from .command import say
from .contenders import UNCOMPRESSED, ours
from .exports import Bench
from .foreground import Foreground, evict, resident_bytes
from .memory_limit import limited
from .rows import Row
from .settings import MIB


def _share_left(bench: Bench, foreground: Foreground, start: Start) -> float:
    """How much of a file in use is still in the page cache after an export of BIG from the disk to a file."""
    tree: Path = bench.corpora.path("big")
    bench.prepare(tree, cold=False)
    for path in [foreground.resident, *tree.iterdir()]:
        evict(path)
    # As much again as the file needs, for what the export reads and writes, and for its processes.
    with limited(foreground.resident_bytes + max(128 * MIB, foreground.resident_bytes)):
        foreground.settle()
        with bench.output.open("wb") as sink:
            start(sink.fileno()).wait(sync=sink.fileno())
        left = resident_bytes(foreground.resident)
    return left / foreground.resident_bytes


def resident(bench: Bench) -> list[Row]:
    """The foreground's pages that are left after our export, and after what a user would type."""
    s = bench.settings
    tree: Path = bench.corpora.path("big")
    foreground = Foreground(bench.volume.point / "foreground", s.foreground_bytes, s.resident_bytes, s.seed)
    foreground.make()
    mine: list[float] = []
    theirs: list[float] = []
    for number in range(s.slow_pairs):
        say(f"Resident: pair {number + 1} of {s.slow_pairs}")
        mine.append(_share_left(bench, foreground, lambda fd: ours(bench.workshop, tree, fd)))
        theirs.append(_share_left(bench, foreground, lambda fd: UNCOMPRESSED.start(bench.workshop, tree, fd)))
    samples = [{"ours_resident_share": a, "peer_resident_share": b} for a, b in zip(mine, theirs, strict=True)]
    what = "foreground's pages still in memory"
    ratios = [a / max(b, 1e-6) for a, b in zip(mine, theirs, strict=True)]
    return [
        Row("resident", what, "before the export", mine, at_least=0.95, samples=samples),
        Row("resident", what, UNCOMPRESSED.text, ratios, samples=samples),
    ]
