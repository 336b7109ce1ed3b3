"""Exports that run while something else is measured."""

import os
from collections.abc import Callable

from .exports import Bench
from .foreground import evict, resident_bytes
from .group import Group

Start = Callable[[int], Group]


class Background:
    """Exports of one tree, one after another, each from the disk and to a new file."""

    def __init__(self, bench: Bench, start: Start, syncs: bool) -> None:
        self.bench = bench
        self.files = [path for path in bench.corpora.path("big").iterdir() if path.is_file()]
        self.byte_count = 0
        self.cached_bytes = 0
        self._ended_count = 0
        self._start = start
        self._syncs = syncs
        self._group: Group | None = None
        self._sink = -1

    def begin(self) -> None:
        """Starts one export."""
        self.bench.workshop.forget_homes()
        for path in self.files:
            evict(path)
        self.bench.output.unlink(missing_ok=True)
        self._sink = os.open(self.bench.output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        self._group = self._start(self._sink)

    def carry_on(self) -> None:
        """Starts the next export where one has ended."""
        if self._group and self._group.has_ended():
            self._group.wait(sync=self._sink if self._syncs else None, alone=False)
            self._note_cached()
            self._finish()
            self._ended_count += 1
            self.begin()

    def end(self) -> None:
        """Ends what runs."""
        if self._group:
            self._group.kill()
            if self._ended_count == 0:
                self._note_cached()
            self._finish()

    def _note_cached(self) -> None:
        self.cached_bytes = resident_bytes(self.bench.output, *self.files)

    def _finish(self) -> None:
        self._group = None
        self.byte_count += os.fstat(self._sink).st_size
        os.close(self._sink)
