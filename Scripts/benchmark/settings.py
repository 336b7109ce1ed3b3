"""How large a run is."""

from dataclasses import dataclass

MIB = 1 << 20
GIB = 1 << 30


@dataclass(frozen=True)
class Settings:
    """What a run generates and how often it measures; sizes in bytes."""

    name: str
    seed: int
    pairs: int
    slow_pairs: int
    snapshot_pairs: int
    image_bytes: int
    big_bytes: int
    big_files: int
    small_files: int
    small_directories: int
    real_bytes: int | None
    few_files: int
    many_files: int
    large_file_bytes: int
    gentle_rounds: int
    gentle_seconds: int
    foreground_bytes: int
    resident_bytes: int
    hashed_bytes: int
    crowd_seconds: int
    index_entries: int


def full(seed: int) -> Settings:
    """What the figures of a release are measured with."""
    return Settings(
        name="full",
        seed=seed,
        pairs=5,
        slow_pairs=3,
        snapshot_pairs=20,
        image_bytes=32 * GIB,
        big_bytes=2 * GIB,
        big_files=20,
        small_files=200_000,
        small_directories=2_000,
        real_bytes=None,
        few_files=1_000,
        many_files=1_000_000,
        large_file_bytes=4 * GIB,
        gentle_rounds=3,
        gentle_seconds=20,
        foreground_bytes=1 * GIB,
        resident_bytes=256 * MIB,
        hashed_bytes=1 * GIB,
        crowd_seconds=60,
        index_entries=1_000_000,
    )


def quick(seed: int) -> Settings:
    """Enough to see that all of it works, and roughly where it stands."""
    return Settings(
        name="quick",
        seed=seed,
        pairs=2,
        slow_pairs=1,
        snapshot_pairs=5,
        image_bytes=4 * GIB,
        big_bytes=160 * MIB,
        big_files=20,
        small_files=10_000,
        small_directories=100,
        real_bytes=128 * MIB,
        few_files=1_000,
        many_files=200_000,
        large_file_bytes=256 * MIB,
        gentle_rounds=1,
        gentle_seconds=4,
        foreground_bytes=128 * MIB,
        resident_bytes=32 * MIB,
        hashed_bytes=256 * MIB,
        crowd_seconds=10,
        index_entries=100_000,
    )
