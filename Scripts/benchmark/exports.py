"""One export after another, with the page cache in a known state before each."""

import os
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from .command import say
from .contenders import Peer, Workshop, ours
from .corpus import Corpora
from .group import Group, Usage, forget_strays
from .rows import in_turn
from .volume import Volume


@dataclass(frozen=True)
class Sample:
    """What one export cost, and how large it became (0 where it went to /dev/null)."""

    usage: Usage
    output_bytes: int


@dataclass(frozen=True)
class Question:
    """Which exports are compared."""

    corpus: str
    peer: Peer
    cold: bool = False
    to_file: bool = True
    compression: str = "none"

    def __str__(self) -> str:
        state = "cold" if self.cold else "warm"
        return f"{self.corpus.upper()} {state}, {self.compression}, against {self.peer.text}"


def read_all(tree: Path) -> None:
    """Brings a tree and its attributes into the page cache."""
    # tar does not read what it would write to /dev/null.
    tar = subprocess.Popen(["tar", "--xattrs", "--acls", "-c", "-C", str(tree), "."], stdout=subprocess.PIPE)
    with tar:
        subprocess.run(["cat"], stdin=tar.stdout, stdout=subprocess.DEVNULL, check=True)


def drop_caches() -> None:
    """Empties the page cache and the caches of names and inodes."""
    Path("/proc/sys/vm/drop_caches").write_text("3", encoding="ascii")


class Bench:
    """What all cases share, and the answers that were found already."""

    def __init__(self, corpora: Corpora, volume: Volume, workshop: Workshop) -> None:
        self.corpora = corpora
        self.settings = corpora.settings
        self.volume = volume
        self.workshop = workshop
        self.remarks: list[str] = []
        self._answers: dict[Question, Sequence[tuple[Sample, Sample]]] = {}

    @property
    def output(self) -> Path:
        """The file that exports are written to, on the filesystem of what is exported."""
        return self.volume.point / "export.tar.gpg"

    def remark(self, text: str) -> None:
        """Notes what a reader of the figures must know."""
        say(text)
        self.remarks.append(text)

    def prepare(self, tree: Path, cold: bool) -> None:
        """Brings disk and page cache into the same state before each export."""
        self.workshop.forget_homes()
        forget_strays()
        self.output.unlink(missing_ok=True)
        if not cold:
            read_all(tree)
        self.volume.sync()
        if cold:
            drop_caches()

    def export(self, tree: Path, cold: bool, to_file: bool, start: Callable[[int], Group]) -> Sample:
        """One export; a file is synced before the time is taken, as an export is only done then."""
        self.prepare(tree, cold)
        if not to_file:
            with open(os.devnull, "wb") as sink:
                return Sample(start(sink.fileno()).wait(), 0)
        with self.output.open("wb") as sink:
            usage = start(sink.fileno()).wait(sync=sink.fileno())
            return Sample(usage, os.fstat(sink.fileno()).st_size)

    def answer(self, question: Question, pairs: int) -> Sequence[tuple[Sample, Sample]]:
        """Pairs of exports, ours and theirs, measured when first asked for."""
        if question not in self._answers:
            q, tree = question, self.corpora.path(question.corpus)
            self._answers[question] = in_turn(
                str(question),
                pairs,
                lambda: self.export(
                    tree, q.cold, q.to_file, lambda fd: ours(self.workshop, tree, fd, q.compression)
                ),
                lambda: self.export(tree, q.cold, q.to_file, lambda fd: q.peer.start(self.workshop, tree, fd)),
            )
        return self._answers[question]
