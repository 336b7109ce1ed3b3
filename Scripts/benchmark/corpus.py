"""The trees that are exported: made from a seed, and kept for the next run."""

import os
import random
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from .command import run, say
from .settings import MIB, Settings


def _text(rng: random.Random, size: int) -> bytes:
    """Lines as in a log, which compress to about a quarter."""
    words = ["".join(rng.choices("abcdefghijklmnopqrstuvwxyz", k=rng.randint(2, 9))).encode() for _ in range(2000)]
    lines: list[bytes] = []
    length = 0
    while length < size:
        line = b"%08d %s\n" % (rng.getrandbits(26), b" ".join(rng.choices(words, k=10)))
        lines.append(line)
        length += len(line)
    return b"".join(lines)[:size]


def _write_mixed(path: Path, size: int, rng: random.Random, text: bytes | None) -> None:
    """Writes random bytes, or pieces of a text in an order that does not repeat."""
    piece = 64 << 10
    with path.open("wb") as file:
        left = size
        while left > 0:
            if text is None:
                block = rng.randbytes(min(left, MIB))
            else:
                at = rng.randrange(len(text) - piece)
                block = text[at : at + min(left, piece)]
            file.write(block)
            left -= len(block)


def make_big(directory: Path, size: int, count: int, seed: int) -> None:
    """Large files, every other one incompressible."""
    rng = random.Random(seed)
    text = _text(rng, 8 * MIB)
    for number in range(count):
        _write_mixed(directory / f"file-{number:02}", size // count, rng, text if number % 2 else None)


def make_small(directory: Path, count: int, directories: int, seed: int) -> None:
    """Files around 4 KiB, with extended attributes on every tenth, and symlinks and hard links between them."""
    rng = random.Random(seed)
    source = _text(rng, MIB) + rng.randbytes(MIB)
    in_each = count // directories
    for number in range(directories):
        parent = directory / f"{number // 100:03}" / f"{number:05}"
        parent.mkdir(parents=True)
        for index in range(in_each):
            path = parent / f"file-{index:04}"
            if index % 40 == 39:
                path.symlink_to(f"file-{index - 1:04}")
            elif index % 50 == 48:
                path.hardlink_to(parent / f"file-{index - 1:04}")
            else:
                size = int(rng.triangular(0, 12 << 10, 512))
                at = rng.randrange(len(source) - size)
                path.write_bytes(source[at : at + size])
                if index % 10 == 5:
                    os.setxattr(path, "user.bench", rng.randbytes(32))


def make_many(directory: Path, count: int) -> None:
    """So many files that only their number matters."""
    for start in range(0, count, 1000):
        parent = directory / f"{start // 1000:05}"
        parent.mkdir()
        for number in range(start, min(start + 1000, count)):
            descriptor = os.open(f"{parent}/{number:07}", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
            os.write(descriptor, b"%0100d" % number)
            os.close(descriptor)


def make_real(directory: Path, limit: int | None) -> None:
    """A copy of /usr, or of as much of it as the limit in bytes allows."""
    if limit is None:
        run("cp", "--archive", "--one-file-system", "/usr/.", str(directory))
        return
    for parent, directories, files in os.walk("/usr"):
        directories.sort()
        target = directory / Path(parent).relative_to("/usr")
        target.mkdir(exist_ok=True)
        for name in sorted(files):
            path = Path(parent, name)
            limit -= path.lstat().st_size
            if limit < 0:
                return
            shutil.copy2(path, target / name, follow_symlinks=False)


@dataclass(frozen=True)
class Corpora:
    """The corpora of one filesystem, made when they are first asked for."""

    directory: Path
    settings: Settings

    def path(self, name: str) -> Path:
        """The tree of that name, with everything in it on the disk."""
        s = self.settings
        makers: dict[str, tuple[str, Callable[[Path], None]]] = {
            "big": (f"{s.big_bytes}-{s.big_files}-{s.seed}", lambda d: make_big(d, s.big_bytes, s.big_files, s.seed)),
            "small": (
                f"{s.small_files}-{s.small_directories}-{s.seed}",
                lambda d: make_small(d, s.small_files, s.small_directories, s.seed),
            ),
            "real": (f"{s.real_bytes}", lambda d: make_real(d, s.real_bytes)),
            "few": (f"{s.few_files}", lambda d: make_many(d, s.few_files)),
            "many": (f"{s.many_files}", lambda d: make_many(d, s.many_files)),
            "large": (f"{s.large_file_bytes}-{s.seed}", lambda d: make_big(d, s.large_file_bytes, 1, s.seed)),
        }
        parameters, make = makers[name]
        tree = self.directory / f"{name}-{parameters}"
        if not tree.exists():
            for stale in self.directory.glob(f"{name}-*"):
                shutil.rmtree(stale)
            say(f"Making the corpus {name.upper()}")
            partial = self.directory / f"{name}-partial"
            partial.mkdir(parents=True)
            try:
                make(partial)
                partial.rename(tree)
            except BaseException:
                shutil.rmtree(partial)
                raise
            run("sync", "--file-system", str(tree))
        return tree

    def byte_count(self, name: str) -> int:
        """The bytes of all files' contents, each file counted once."""
        seen: dict[tuple[int, int], int] = {}
        for parent, _, files in os.walk(self.path(name)):
            for file in files:
                status = os.lstat(f"{parent}/{file}")
                seen[(status.st_dev, status.st_ino)] = status.st_size
        return sum(seen.values())
