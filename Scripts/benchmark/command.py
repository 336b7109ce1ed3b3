"""Commands that are not measured, and what ends a run."""

import subprocess
import sys
import time
from collections.abc import Callable


class BenchError(Exception):
    """Why something could not be measured: one sentence."""


def say(text: str) -> None:
    """Tells the user how far the run is."""
    print(text, file=sys.stderr, flush=True)


def run(*words: str, env: dict[str, str] | None = None) -> str:
    """Runs a command to a good end, and returns what it printed."""
    done = subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, text=True, env=env, check=False)
    if done.returncode != 0:
        raise BenchError(f"{' '.join(words)} failed with status {done.returncode}: {done.stderr.strip()}")
    return done.stdout


def wait_until(condition: Callable[[], bool], what: str, seconds: float = 20) -> None:
    """Waits for a condition, and fails when it does not come to pass."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise BenchError(f"{what} did not come to pass in {seconds:g} seconds.")
        time.sleep(0.02)
