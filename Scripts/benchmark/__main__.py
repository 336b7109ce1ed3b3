"""The command line."""

import argparse
import contextlib
import dataclasses
import datetime
import json
import shutil
import signal
import sys
import tempfile
import time
import traceback
from pathlib import Path

from . import settings, volume
from .cases import CASES
from .command import BenchError, say
from .contenders import Workshop
from .corpus import Corpora
from .exports import Bench
from .group import adopt_orphans
from .machine import doubts, facts
from .report import Report
from .rows import Row

DESCRIPTION = """\
Measures exports and snapshots against what a user would type instead, in turn, as ratios. Needs root, as it mounts a
btrfs of its own and empties the page cache. The status is 0 when everything could be measured, whether or not the
targets are met.
"""
NOTES = f"""\
cases: {", ".join(CASES)}

The JSON has one object: `version` (1), `settings` (quick or full), `seed`, `started`, `run_seconds`, `machine`,
`results`, `remarks` and `failures` (by case, why it could not be measured). Each of `results` has `case`, `what`,
`against`, `unit` (ratio, MiB, /s or ms), `median`, `min`, `max`, `values` (one for each pair), `target_at_least` or
`target_at_most` (the other is null), `met` (null without a target) and `samples`: what the ratios were made from,
with units in the names of the keys.

The case web needs nginx: where it is not installed, its package is downloaded and unpacked in a temporary directory for
the run, not installed, as that would start a web server.

environment: BUILD_DIR is a directory with programs that were built before; without it they are built.
"""


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="Scripts/bench",
        description=DESCRIPTION,
        epilog=NOTES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
        usage="Scripts/bench [--quick] [--only NAME] [--pairs N] [--seed N] [--json FILE] [--corpus-dir DIR]",
    )
    add = parser.add_argument
    add("--quick", action="store_true", help="small corpora and few pairs: two to three minutes on two cores")
    add("--only", metavar="NAME", action="append", choices=CASES, help="only this case; can be repeated")
    add("--pairs", metavar="N", type=_count, help="how many pairs (rounds, runs) each case measures")
    add("--seed", metavar="N", type=int, default=1, help="what the corpora are generated from")
    add("--json", metavar="FILE", help="also write the result as JSON to this file; - prints it instead of the table")
    add("--corpus-dir", metavar="DIR", type=Path, help="where the corpora are kept (default: .build/bench)")
    # From Scripts/bench; without it, only the command line is looked at.
    add("--programs", type=Path, help=argparse.SUPPRESS)
    return parser.parse_args()


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a number of at least 1")
    return int(text)


def _settings(arguments: argparse.Namespace) -> settings.Settings:
    chosen = settings.quick(arguments.seed) if arguments.quick else settings.full(arguments.seed)
    n: int | None = arguments.pairs
    if n is None:
        return chosen
    return dataclasses.replace(chosen, pairs=n, slow_pairs=n, snapshot_pairs=n, gentle_rounds=n)


def _measure(arguments: argparse.Namespace, chosen: settings.Settings, scratch: Path) -> Report:
    started, clock = datetime.datetime.now(datetime.UTC), time.monotonic()
    image = arguments.corpus_dir / f"{chosen.name}.btrfs"
    rows: list[Row] = []
    failures: dict[str, str] = {}
    with volume.mounted(image, chosen.image_bytes, scratch / "fs") as mounted:
        spool = mounted.point / "spool"
        spool.mkdir(exist_ok=True)
        workshop = Workshop(arguments.programs, scratch, spool)
        with contextlib.ExitStack() as stack:
            stack.enter_context(workshop.peer_agent())
            # Only now, so that the agent is nobody's child, and its time nobody's.
            adopt_orphans()
            stack.callback(workshop.forget_homes)
            machine = facts(mounted, image, Path(__file__).parent)
            bench = Bench(Corpora(mounted.point / "corpora", chosen), mounted, workshop)
            stack.callback(bench.output.unlink, missing_ok=True)
            for doubt in doubts(machine, chosen):
                bench.remark(doubt)
            for name in [case for case in CASES if case in (arguments.only or CASES)]:
                try:
                    rows += CASES[name](bench)
                # Whatever goes wrong in one case, the others are worth having.
                except Exception as error:  # pylint: disable=broad-exception-caught
                    failures[name] = str(error) if isinstance(error, BenchError) else repr(error)
                    say(f"{name} could not be measured: {failures[name]}")
                    if not isinstance(error, BenchError):
                        traceback.print_exc()
    seconds = time.monotonic() - clock
    start = started.isoformat(timespec="seconds")
    return Report(chosen.name, chosen.seed, start, seconds, machine, rows, bench.remarks, failures)


def _publish(report: Report, target: str | None) -> None:
    text = json.dumps(report.json(), indent=2)
    if target == "-":
        print(text)
        return
    print(report.text())
    if target:
        Path(target).write_text(text + "\n", encoding="utf-8")


def _interrupt(*_: object) -> None:
    # Cleaning up is not to be interrupted.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt


def main() -> int:
    """Runs what the command line asks for."""
    arguments = _arguments()
    if arguments.programs is None:
        return 0
    chosen = _settings(arguments)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    # A short path, as the names of sockets below it are limited to 108 bytes.
    scratch = Path(tempfile.mkdtemp(prefix="nexus-bench-", dir="/tmp"))
    try:
        report = _measure(arguments, chosen, scratch)
    except BenchError as error:
        say(str(error))
        return 1
    except KeyboardInterrupt:
        say("Interrupted; everything is ended and unmounted.")
        return 130
    finally:
        # What is still mounted there is not to be emptied.
        if not (scratch / "fs").is_mount():
            shutil.rmtree(scratch, ignore_errors=True)
    _publish(report, arguments.json)
    return 1 if report.failures else 0


sys.exit(main())
