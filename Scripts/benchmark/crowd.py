"""The case about many clients of the web service: 200 that ask for the job again and again, and 20 that download."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from .command import BenchError
from .exports import Bench
from .rows import Row
from .web import NAME, site

LOAD = Path(__file__).resolve().parents[2] / "Tests/API/load.py"
MEMORY_LIMIT = 256 << 20


def crowd(bench: Bench) -> list[Row]:
    """No request fails, and the memory stays bounded."""
    root = bench.volume.point / "crowd"
    shutil.rmtree(root, ignore_errors=True)
    try:
        with site(bench, root) as served:
            words = [sys.executable, str(LOAD), "--seconds", str(bench.settings.crowd_seconds)]
            words += ["--file", f"/nexus-backups/{NAME}"]
            words += ["--pid", str(served.process), "--memory", str(MEMORY_LIMIT)]
            address = {"NEXUS_ADDRESS": served.address, "NEXUS_TOKEN": served.token}
            done = subprocess.run(words, env={**os.environ, **address}, capture_output=True, text=True, check=False)
    finally:
        shutil.rmtree(root, ignore_errors=True)
    if done.returncode != 0:
        raise BenchError(f"Under the load of a crowd: {done.stdout}{done.stderr}")
    result = json.loads(done.stdout)
    per_second = result["requests"] / result["seconds"]
    return [
        Row("web-crowd", "memory of its own, with 200 pollers and 20 downloads", "", [result["memory_bytes"] / (1 << 20)],
            at_most=MEMORY_LIMIT >> 20, unit="MiB", samples=[result]),
        Row("web-crowd", "answers a second, meanwhile", "", [per_second], unit="/s"),
    ]
