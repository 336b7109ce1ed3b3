"""A pipeline in a process group of its own, and what it cost."""

import contextlib
import ctypes
import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass

from .command import BenchError

PR_SET_CHILD_SUBREAPER = 36


@dataclass(frozen=True)
class Command:
    """One stage of a pipeline."""

    words: Sequence[str]
    """The word `{fd}` stands for the number of a descriptor with `passed` to read."""
    passed: bytes = b""
    kept_input: bytes | None = None
    """What its standard input starts with, which then stays open; only for the first stage."""
    environment: dict[str, str] | None = None


@dataclass(frozen=True)
class Usage:
    """What a pipeline cost: time on the clock, and user and system time of all its processes."""

    seconds: float
    cpu_seconds: float


def adopt_orphans() -> None:
    """Makes this process the parent of what its children leave behind, so that their CPU time is counted, too."""
    if ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0:
        raise BenchError(f"Orphans can't be adopted: {os.strerror(ctypes.get_errno())}.")


def _filled_pipe(contents: bytes) -> tuple[int, int]:
    reader, writer = os.pipe()
    os.write(writer, contents)
    return reader, writer


def forget_strays() -> None:
    """Reaps what earlier pipelines have left, so that its CPU time is not counted with the next one."""
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0] != 0:
            pass


class Group:
    """The processes of a running pipeline."""

    def __init__(self, commands: Sequence[Command], output: int) -> None:
        self._commands = commands
        self._processes: list[subprocess.Popen[bytes]] = []
        self._statuses: dict[int, int] = {}
        self._kept: list[int] = []
        self._cpu_seconds = 0.0
        self._errors = tempfile.TemporaryFile()
        self._started = time.monotonic()
        try:
            source = self._input(commands[0])
            for command in commands[:-1]:
                reader, writer = os.pipe()
                self._start(command, source, writer)
                os.close(writer)
                source = reader
            self._start(commands[-1], source, output)
        except BaseException:
            self.kill()
            raise

    @property
    def first_id(self) -> int:
        """The process id of the first command."""
        return self._processes[0].pid

    def _input(self, command: Command) -> int:
        if command.kept_input is None:
            return os.open(os.devnull, os.O_RDONLY)
        reader, writer = _filled_pipe(command.kept_input)
        self._kept.append(writer)
        return reader

    def _start(self, command: Command, source: int, target: int) -> None:
        passed: list[int] = []
        if "{fd}" in command.words:
            reader, writer = _filled_pipe(command.passed)
            os.close(writer)
            passed = [reader]
        process = subprocess.Popen(
            [str(passed[0]) if word == "{fd}" else word for word in command.words],
            stdin=source,
            stdout=target,
            stderr=self._errors,
            pass_fds=passed,
            env=command.environment,
            process_group=self._processes[0].pid if self._processes else 0,
        )
        self._processes.append(process)
        for descriptor in [source, *passed]:
            os.close(descriptor)

    def has_ended(self) -> bool:
        """Whether the last command has ended; nothing is reaped yet."""
        options = os.WEXITED | os.WNOHANG | os.WNOWAIT
        return os.waitid(os.P_PID, self._processes[-1].pid, options) is not None

    def _reap(self, which: int, options: int = 0) -> None:
        with contextlib.suppress(ChildProcessError):
            while True:
                pid, status, usage = os.wait4(which, options)
                if pid == 0:
                    return
                self._statuses[pid] = os.waitstatus_to_exitcode(status)
                self._cpu_seconds += usage.ru_utime + usage.ru_stime

    def wait(self, sync: int | None = None, *, alone: bool = True) -> Usage:
        """Waits for all processes to end well, then syncs the descriptor `sync` within the time that is measured.

        `alone` says that this process has no other children, so that what left the group is counted as well."""
        try:
            self._reap(-self.first_id)
            if sync is not None:
                os.fsync(sync)
            seconds = time.monotonic() - self._started
        except BaseException:
            self.kill()
            raise
        if alone:
            self._reap(-1, os.WNOHANG)
        self._close()
        with self._errors:
            for process, command in zip(self._processes, self._commands, strict=True):
                if process.returncode != 0:
                    status = f"{command.words[0]} ended with status {process.returncode}"
                    raise BenchError(f"{status}: {self._error_text()}")
        return Usage(seconds, self._cpu_seconds)

    def kill(self) -> None:
        """Ends all processes at once."""
        if self._processes:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.first_id, signal.SIGKILL)
            self._reap(-self.first_id)
        self._close()
        self._errors.close()

    def _close(self) -> None:
        for process in self._processes:
            process.returncode = self._statuses.get(process.pid, -1)
        while self._kept:
            os.close(self._kept.pop())

    def _error_text(self) -> str:
        self._errors.seek(0)
        return self._errors.read()[-2000:].decode(errors="replace").strip()
