"""What a run finds out: rows of ratios."""

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from .command import say

Sample = TypeVar("Sample")


@dataclass(frozen=True)
class Row:
    """One line of the table: `values` are ratios, one for each pair, unless `unit` says otherwise."""

    case: str
    what: str
    against: str
    values: Sequence[float]
    at_least: float | None = None
    at_most: float | None = None
    unit: str = "x"
    samples: Sequence[dict[str, Any]] = field(default_factory=list)

    @property
    def median(self) -> float:
        """The middle one of the values."""
        return statistics.median(self.values)

    @property
    def is_met(self) -> bool | None:
        """Whether the median reaches the target; none where there is no target."""
        if self.at_least is not None:
            return self.median >= self.at_least
        return self.median <= self.at_most if self.at_most is not None else None


def in_turn(
    name: str, pairs: int, ours: Callable[[], Sample], theirs: Callable[[], Sample]
) -> list[tuple[Sample, Sample]]:
    """Measures both sides in turn. Who begins alternates, so that a machine that gets slower hits both alike.

    Each side runs once before, and that is not counted."""
    say(f"{name}: warming up")
    ours()
    theirs()
    found: list[tuple[Sample, Sample]] = []
    for number in range(pairs):
        say(f"{name}: pair {number + 1} of {pairs}")
        if number % 2 == 0:
            first = ours()
            found.append((first, theirs()))
        else:
            second = theirs()
            found.append((ours(), second))
    return found
