"""All cases, in the order in which they run."""

from collections.abc import Callable

from . import crowd, gentle, index, resident, snapshots, speed, web, worker
from .exports import Bench
from .rows import Row

CASES: dict[str, Callable[[Bench], list[Row]]] = {
    "big-typed": speed.big_typed,
    "big-file": speed.big_file,
    "big-null": speed.big_null,
    "small-warm": speed.small_warm,
    "cold": speed.cold,
    "zstd": speed.zstd,
    "cpu": speed.cpu,
    "memory": worker.memory,
    "first-byte": worker.first_byte,
    "snapshot": snapshots.snapshot,
    "gentle": gentle.gentle,
    "resident": resident.resident,
    "web": web.web,
    "web-crowd": crowd.crowd,
    "index": index.index,
}
