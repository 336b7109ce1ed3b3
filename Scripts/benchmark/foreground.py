"""What a server does beside an export: random reads and small synced writes, at a steady rate."""

import json
import os
import random
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .command import BenchError, run
from .settings import MIB


@dataclass(frozen=True)
class Latency:
    """How long requests of one kind took, in microseconds."""

    p50: float
    p99: float
    max: float

    @staticmethod
    def of(statistic: dict[str, Any]) -> "Latency":
        """Reads what fio tells in nanoseconds."""
        percentile = statistic.get("percentile")
        if not percentile:
            raise BenchError("fio finished no request; the disk is too slow, or the run too short.")
        return Latency(
            percentile["50.000000"] / 1000, percentile["99.000000"] / 1000, statistic["max"] / 1000
        )

    def facts(self, prefix: str) -> dict[str, float]:
        """The same for the JSON."""
        return {
            f"{prefix}_p50_microseconds": self.p50,
            f"{prefix}_p99_microseconds": self.p99,
            f"{prefix}_max_microseconds": self.max,
        }


@dataclass(frozen=True)
class Foreground:
    """The files of the load: one that is read from the disk, one that stays in the page cache."""

    directory: Path
    byte_count: int
    resident_bytes: int
    seed: int

    @property
    def resident(self) -> Path:
        """A file that a server has in memory."""
        return self.directory / "resident"

    @property
    def _report(self) -> Path:
        return self.directory / "fio.json"

    def make(self) -> None:
        """Writes the files, where they are not there yet."""
        self.directory.mkdir(exist_ok=True)
        rng = random.Random(self.seed)
        for name, size in (("data", self.byte_count), ("resident", self.resident_bytes)):
            path = self.directory / name
            if path.exists() and path.stat().st_size == size:
                continue
            with path.open("wb") as file:
                for _ in range(size // MIB):
                    file.write(rng.randbytes(MIB))

    def settle(self) -> None:
        """Reads the resident file twice, so that the kernel takes it for one in use."""
        for _ in range(2):
            with self.resident.open("rb", buffering=0) as file:
                while file.read(MIB):
                    pass

    def start(self, seconds: int) -> subprocess.Popen[str]:
        """Starts fio. Reads are direct: each one waits for the disk, whatever the page cache holds."""
        shared = [
            "--output-format=json", f"--output={self._report}", "--percentile_list=50:99", "--time_based",
            f"--runtime={seconds}", "--ramp_time=1", "--bs=4k", "--ioengine=psync", f"--randseed={self.seed}",
            "--group_reporting",
        ]  # fmt: skip
        reads = [
            "--name=read", f"--filename={self.directory}/data", f"--size={self.byte_count}", "--rw=randread",
            "--direct=1", "--numjobs=4", "--rate_iops=50", "--rate_process=poisson",
        ]  # fmt: skip
        # Not as a Poisson process: with fsync, that divides by zero in fio 3.33.
        writes = [
            "--name=write", "--new_group", f"--filename={self.directory}/log", "--size=16m", "--rw=write", "--fsync=1",
            "--rate_iops=50",
        ]  # fmt: skip
        return subprocess.Popen(
            ["fio", *shared, *reads, *writes],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            process_group=0,
        )

    def latencies(self, fio: subprocess.Popen[str]) -> tuple[Latency, Latency]:
        """What an ended fio found: of the reads, and of the syncs."""
        _, errors = fio.communicate()
        if fio.returncode != 0 or errors:
            raise BenchError(f"fio ended with status {fio.returncode}: {errors.strip()}")
        jobs = {job["jobname"]: job for job in json.loads(self._report.read_text(encoding="utf-8"))["jobs"]}
        return Latency.of(jobs["read"]["read"]["clat_ns"]), Latency.of(jobs["write"]["sync"]["lat_ns"])


def stop(fio: subprocess.Popen[str]) -> None:
    """Ends fio and its jobs at once."""
    os.killpg(fio.pid, signal.SIGKILL)
    fio.wait()


def resident_bytes(*paths: Path) -> int:
    """How much of these files is in the page cache."""
    lines = run("fincore", "--bytes", "--noheadings", "--output", "RES", *map(str, paths)).split()
    return sum(int(line) for line in lines)


def evict(path: Path) -> None:
    """Takes a file out of the page cache."""
    with path.open("rb") as file:
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
