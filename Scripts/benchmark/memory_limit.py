"""A machine that is short of memory, played by a control group."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from .command import BenchError

ROOT = Path("/sys/fs/cgroup")


def _hierarchy() -> tuple[Path, str, str]:
    """Where groups of memory are, the name of the file with the limit, and the controller in /proc/self/cgroup."""
    if (ROOT / "cgroup.controllers").exists():
        return ROOT, "memory.max", ""
    return ROOT / "memory", "memory.limit_in_bytes", "memory"


def _present(root: Path, controller: str) -> Path:
    """The group that this process is in."""
    for line in Path("/proc/self/cgroup").read_text(encoding="utf-8").splitlines():
        _, controllers, path = line.split(":", 2)
        if controller in controllers.split(","):
            return root / path.lstrip("/")
    raise BenchError("Memory can't be made short: this kernel limits no memory by control groups.")


@contextlib.contextmanager
def limited(byte_count: int) -> Iterator[None]:
    """Puts this process, and what it starts, into a group with that much memory for processes and page cache."""
    root, limit, controller = _hierarchy()
    before = _present(root, controller) / "cgroup.procs"
    group = root / f"nexus-bench-{os.getpid()}"
    try:
        group.mkdir()
    except OSError as error:
        raise BenchError(f"Memory can't be made short: no control group can be made: {error.strerror}.") from error
    try:
        (group / limit).write_text(str(byte_count), encoding="ascii")
        (group / "cgroup.procs").write_text(str(os.getpid()), encoding="ascii")
    except OSError as error:
        group.rmdir()
        raise BenchError(f"Memory can't be made short: a control group takes no limit: {error.strerror}.") from error
    try:
        yield
    finally:
        before.write_text(str(os.getpid()), encoding="ascii")
        group.rmdir()
