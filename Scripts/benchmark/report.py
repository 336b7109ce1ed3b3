"""The table, as text and as JSON."""

from dataclasses import dataclass
from typing import Any

from .rows import Row


@dataclass(frozen=True)
class Report:
    """Everything a run found out."""

    settings: str
    seed: int
    started: str
    seconds: float
    machine: dict[str, Any]
    rows: list[Row]
    remarks: list[str]
    failures: dict[str, str]

    def json(self) -> dict[str, Any]:
        """The report for programs; `--help` tells what is in it."""
        return {
            "version": 1,
            "settings": self.settings,
            "seed": self.seed,
            "started": self.started,
            "run_seconds": round(self.seconds, 1),
            "machine": self.machine,
            "results": [_json(row) for row in self.rows],
            "remarks": self.remarks,
            "failures": self.failures,
        }

    def text(self) -> str:
        """The report for people."""
        header = ("case", "ours", "against", "median", "min..max", "target", "met")
        lines = [header, *(_cells(row) for row in self.rows)]
        widths = [max(len(line[column]) for line in lines) for column in range(len(header))]
        padded = [[cell.ljust(width) for cell, width in zip(line, widths, strict=True)] for line in lines]
        table = ["  ".join(cells).rstrip() for cells in padded]
        table.insert(1, "  ".join("-" * width for width in widths))
        m = self.machine
        about = [
            f"{self.settings} run of {m['commit']}, {self.started}, {self.seconds:.0f} s",
            f"{m['cores']} cores of {m['processor']}, Linux {m['kernel']}, {m['memory_kibibytes'] >> 20} GiB of memory,"
            f" load {m['load_average_1_minute']:.1f}, I/O scheduler {m['io_scheduler']}",
            f"{m['gpg']}; {m['tar']}; {m['fio']}; {m['btrfs']}",
            "Speed is their time divided by ours; everything else is ours divided by theirs.",
        ]
        notes = [f"Note: {remark}" for remark in self.remarks]
        notes += [f"Not measured: {case}: {reason}" for case, reason in self.failures.items()]
        return "\n".join([*about, "", *table, *([""] if notes else []), *notes])


def _number(value: float, row: Row) -> str:
    if value >= 10:
        return f"{value:.1f}"
    # So close to a target of 1, two digits do not tell on which side.
    if 1 in (row.at_least, row.at_most) and 0.99 < value < 1.01:
        return f"{value:.4f}"
    return f"{value:.2f}" if value >= 0.1 else f"{value:.2g}"


def _range(row: Row) -> str:
    return f"{_number(min(row.values), row)}..{_number(max(row.values), row)}" if len(row.values) > 1 else ""


def _target(row: Row) -> str:
    if row.at_least is not None:
        return f">= {row.at_least:g}"
    return f"<= {row.at_most:g}" if row.at_most is not None else ""


def _cells(row: Row) -> tuple[str, ...]:
    return (
        row.case,
        row.what,
        row.against,
        f"{_number(row.median, row)} {row.unit}",
        _range(row),
        _target(row),
        {True: "yes", False: "NO", None: ""}[row.is_met],
    )


def _json(row: Row) -> dict[str, Any]:
    return {
        "case": row.case,
        "what": row.what,
        "against": row.against,
        "unit": "ratio" if row.unit == "x" else row.unit,
        "median": row.median,
        "min": min(row.values),
        "max": max(row.values),
        "values": list(row.values),
        "target_at_least": row.at_least,
        "target_at_most": row.at_most,
        "met": row.is_met,
        "samples": list(row.samples),
    }
