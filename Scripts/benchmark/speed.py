"""The cases about time, output size and CPU time."""

import hashlib
import time
from typing import Any

from .contenders import AS_TYPED, UNCOMPRESSED, ZSTD
from .exports import Bench, Question, Sample
from .rows import Row
from .settings import MIB


def _facts(pair: tuple[Sample, Sample]) -> dict[str, Any]:
    mine, theirs = pair
    return {
        "ours_seconds": mine.usage.seconds,
        "peer_seconds": theirs.usage.seconds,
        "ours_cpu_seconds": mine.usage.cpu_seconds,
        "peer_cpu_seconds": theirs.usage.cpu_seconds,
        "ours_output_bytes": mine.output_bytes,
        "peer_output_bytes": theirs.output_bytes,
    }


def _speed(bench: Bench, case: str, what: str, question: Question, target: float, pairs: int | None = None) -> Row:
    answer = bench.answer(question, pairs or bench.settings.pairs)
    return Row(
        case,
        f"{what}: speed",
        question.peer.text,
        [theirs.usage.seconds / mine.usage.seconds for mine, theirs in answer],
        at_least=target,
        samples=[_facts(pair) for pair in answer],
    )


def big_typed(bench: Bench) -> list[Row]:
    """BIG, warm, to a file, against the defaults of gpg."""
    question = Question("big", AS_TYPED)
    return [_speed(bench, "big-typed", "BIG warm to a file", question, 8, bench.settings.slow_pairs)]


def big_file(bench: Bench) -> list[Row]:
    """BIG, warm, to a file."""
    return [_speed(bench, "big-file", "BIG warm to a file", Question("big", UNCOMPRESSED), 1.25)]


def big_null(bench: Bench) -> list[Row]:
    """BIG, warm, to /dev/null."""
    return [_speed(bench, "big-null", "BIG warm to /dev/null", Question("big", UNCOMPRESSED, to_file=False), 0.9)]


def small_warm(bench: Bench) -> list[Row]:
    """SMALL, warm, to a file."""
    return [_speed(bench, "small-warm", "SMALL warm to a file", Question("small", UNCOMPRESSED), 1.4)]


def cold(bench: Bench) -> list[Row]:
    """SMALL and REAL with an empty page cache, to a file."""
    return [
        _speed(bench, "cold", "SMALL cold to a file", Question("small", UNCOMPRESSED, cold=True), 2.5),
        _speed(bench, "cold", "REAL cold to a file", Question("real", UNCOMPRESSED, cold=True), 1.5),
    ]


def zstd(bench: Bench) -> list[Row]:
    """BIG and REAL, compressed with zstd: speed, and size of the output."""
    rows: list[Row] = []
    for corpus in ("big", "real"):
        question = Question(corpus, ZSTD, compression="zstd")
        speed = _speed(bench, "zstd", f"{corpus.upper()} zstd warm to a file", question, 1.0)
        sizes = [sample["ours_output_bytes"] / sample["peer_output_bytes"] for sample in speed.samples]
        rows += [
            speed,
            Row("zstd", f"{corpus.upper()} zstd: output size", ZSTD.text, sizes, at_most=1.0, samples=speed.samples),
        ]
    return rows


def _hash_cpu_seconds(sample_bytes: int, byte_count: int) -> float:
    """The CPU time of SHA-256 over that many bytes alone, from hashing a part of them."""
    block = bytes(MIB)
    digest = hashlib.sha256()
    start = time.process_time()
    for _ in range(sample_bytes // MIB):
        digest.update(block)
    return (time.process_time() - start) * byte_count / (sample_bytes // MIB * MIB)


def cpu(bench: Bench) -> list[Row]:
    """User and system time of all processes, as it is, and less what hashing contents and output costs."""
    rows: list[Row] = []
    for corpus in ("big", "small"):
        answer = bench.answer(Question(corpus, UNCOMPRESSED), bench.settings.pairs)
        content = bench.corpora.byte_count(corpus)
        hashing = [
            _hash_cpu_seconds(bench.settings.hashed_bytes, content + mine.output_bytes) for mine, _ in answer
        ]
        samples = [_facts(pair) | {"hashing_cpu_seconds": cost} for pair, cost in zip(answer, hashing, strict=True)]
        whole = [s["ours_cpu_seconds"] / s["peer_cpu_seconds"] for s in samples]
        less = [(s["ours_cpu_seconds"] - s["hashing_cpu_seconds"]) / s["peer_cpu_seconds"] for s in samples]
        share = [s["hashing_cpu_seconds"] / s["peer_cpu_seconds"] for s in samples]
        name = corpus.upper()
        rows += [
            Row("cpu", f"{name} warm: CPU time, digests included", UNCOMPRESSED.text, whole, samples=samples),
            Row("cpu", f"{name} warm: SHA-256 of contents and output", UNCOMPRESSED.text, share, samples=samples),
            Row("cpu", f"{name} warm: CPU time less hashing", UNCOMPRESSED.text, less, at_most=1.0, samples=samples),
        ]
    return rows
