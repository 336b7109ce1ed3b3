"""The btrfs that everything is measured on: an image on a loop device, mounted for as long as a run lasts."""

import contextlib
import fcntl
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from .command import BenchError, run, say


@dataclass(frozen=True)
class Volume:
    """A mounted filesystem."""

    point: Path
    device: Path
    bypasses_host_cache: bool

    @property
    def _scheduler_file(self) -> Path:
        return Path("/sys/block", self.device.name, "queue/scheduler")

    def schedulers(self) -> tuple[str, list[str]]:
        """The I/O scheduler in use, and all there are."""
        words = self._scheduler_file.read_text(encoding="ascii").split()
        names = [word.strip("[]") for word in words]
        return next(word.strip("[]") for word in words if word.startswith("[")), names

    @contextlib.contextmanager
    def scheduler(self, name: str) -> Iterator[None]:
        """Puts the device under another I/O scheduler, and back."""
        before, known = self.schedulers()
        if name not in known:
            raise BenchError(f"This kernel has no I/O scheduler {name} for {self.device}, only {', '.join(known)}.")
        self._scheduler_file.write_text(name, encoding="ascii")
        try:
            yield
        finally:
            self._scheduler_file.write_text(before, encoding="ascii")

    def sync(self) -> None:
        """Brings everything onto the disk, so that one run does not pay for what another has left."""
        run("sync", "--file-system", str(self.point))


def _create(image: Path, size: int) -> None:
    say(f"Making a btrfs in {image}")
    partial = image.with_suffix(".partial")
    try:
        with partial.open("wb") as file:
            os.posix_fallocate(file.fileno(), 0, size)
        run("mkfs.btrfs", "--quiet", "--force", str(partial))
        partial.rename(image)
    except OSError as error:
        raise BenchError(f"{image} of {size >> 20} MiB can't be made: {error.strerror}.") from error
    finally:
        partial.unlink(missing_ok=True)


def _attach(image: Path) -> tuple[Path, bool]:
    words = ["losetup", "--find", "--show"]
    try:
        return Path(run(*words, "--direct-io=on", str(image)).strip()), True
    except BenchError:
        say(f"The filesystem of {image} does not allow direct I/O: what is read is cached twice.")
        return Path(run(*words, str(image)).strip()), False


def _unmount(point: Path) -> None:
    for _ in range(40):
        try:
            run("umount", str(point))
            return
        except BenchError as error:
            failure = error
            time.sleep(0.25)
    raise failure


@contextlib.contextmanager
def mounted(image: Path, size: int, point: Path) -> Iterator[Volume]:
    """Mounts the image, which is made where there is none, and unmounts it at the end whatever happens."""
    image.parent.mkdir(parents=True, exist_ok=True)
    with contextlib.ExitStack() as stack:
        lock = stack.enter_context(image.with_suffix(".lock").open("w"))
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise BenchError(f"Another run is using {image}; wait for it, or choose another --corpus-dir.") from error
        if not image.exists():
            _create(image, size)
        device, is_direct = _attach(image)
        stack.callback(run, "losetup", "--detach", str(device))
        point.mkdir()
        # As in the read-only snapshots that exports are made of, reading changes no times.
        run("mount", "-o", "noatime", str(device), str(point))
        stack.callback(_unmount, point)
        yield Volume(point, device, is_direct)
