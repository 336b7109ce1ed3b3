"""What was measured on."""

import os
import platform
from pathlib import Path
from typing import Any

from .command import BenchError, run
from .settings import Settings
from .volume import Volume


def _first_line(*words: str) -> str:
    try:
        return next(iter(run(*words).splitlines()), "")
    except (BenchError, OSError):
        return ""


def _field(path: str, name: str) -> str:
    for line in Path(path).read_text(encoding="utf-8").splitlines():
        key, _, value = line.partition(":")
        if key.strip() == name:
            return value.strip()
    return ""


def facts(volume: Volume, image: Path, repository: Path) -> dict[str, Any]:
    """The machine and the versions of what runs on it."""
    scheduler, known = volume.schedulers()
    return {
        "cores": os.cpu_count(),
        "processor": _field("/proc/cpuinfo", "model name") or platform.machine(),
        "has_sha_instructions": " sha_ni" in _field("/proc/cpuinfo", "flags"),
        "memory_kibibytes": int(_field("/proc/meminfo", "MemTotal").split()[0]),
        "load_average_1_minute": os.getloadavg()[0],
        "kernel": platform.release(),
        "io_scheduler": scheduler,
        "io_schedulers_known": known,
        "image_filesystem": _first_line("findmnt", "--noheadings", "--output", "FSTYPE,SOURCE", "--target", str(image)),
        "loop_device_uses_direct_io": volume.bypasses_host_cache,
        "gpg": _first_line("gpg", "--version"),
        "tar": _first_line("tar", "--version"),
        "zstd": _first_line("zstd", "--version"),
        "btrfs": _first_line("btrfs", "--version"),
        "fio": _first_line("fio", "--version"),
        "commit": _first_line("git", "-C", str(repository), "describe", "--always", "--dirty"),
    }


def doubts(machine: dict[str, Any], settings: Settings) -> list[str]:
    """Why the figures of this run are to be taken with care."""
    found: list[str] = []
    if settings.name == "quick":
        found.append("the corpora are small, so that starting up is much of each time; the targets are for a full run.")
    if machine["load_average_1_minute"] > machine["cores"] / 4:
        found.append("the machine was busy: an export gives way to everything else, so it looks slower than it is.")
    if machine["memory_kibibytes"] << 10 < 3 * settings.big_bytes:
        found.append("the memory can't hold BIG beside its output; what is called warm may come from the disk.")
    if not machine["loop_device_uses_direct_io"]:
        found.append("the image is cached by the host's filesystem; what is called cold may come from memory.")
    return found
