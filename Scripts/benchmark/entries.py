"""A tree of which there are only names: what an index is made from, and a list for what it is compared with."""

import os
import struct
from collections.abc import Iterator
from pathlib import Path

MAGIC = b"NXENTRY1"
END = 0xFFFFFFFF
DIRECTORY = 0o040755
FILE = 0o100644
TIME = 1_700_000_000


def tree(count: int) -> Iterator[tuple[bytes, bool]]:
    """About as many paths, and whether each is a directory's; a quarter of them is in one directory."""
    yield b"data", True
    yield b"data/many", True
    for number in range(count // 4):
        yield b"data/many/file-%07d.txt" % number, False
    for number in range((count - count // 4) // 8):
        package = b"data/package %06d" % number
        yield package, True
        yield package + b"/index.js", False
        yield package + b"/README-%d.md" % (number % 1000), False
        yield package + b"/note.txt", False
        yield package + "/Größe %d.csv".encode() % number, False
        yield package + b"/extra", True
        yield package + b"/lib", True
        yield package + b"/lib/util-%d.js" % number, False


def write(count: int, inode: int, spool: Path, listing: Path) -> int:
    """Writes the tree as `EntrySpoolFormat` in Sources/ExportProtocol has it, about a file with that inode number, and as a
    list of paths, and returns how many there are."""
    previous, number = b"", 0
    with spool.open("wb") as records, listing.open("wb") as lines:
        records.write(MAGIC + struct.pack("<Q", inode))
        for path, is_directory in tree(count):
            shared = len(os.path.commonprefix([path, previous]))
            mode, size = (DIRECTORY, 0) if is_directory else (FILE, number * 7919 % 1_000_000)
            numbers = (shared, len(path) - shared, mode, 1000, 1000, size, TIME + number, 0, 0)
            records.write(struct.pack("<IIIIIQqIB", *numbers) + path[shared:])
            lines.write(path + b"\n")
            previous = path
            number += 1
        records.write(struct.pack("<IQ", END, number))
    return number
