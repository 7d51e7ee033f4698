"""Start a notebook process with as little around it as possible, and end it with all it started.

The wall is :mod:`grader.grading.sandbox.bubblewrap`; where that does not work, a container
(:mod:`grader.grading.sandbox.container`); inside of somebody else's container, where that is asked
for, the rights of another user (:mod:`grader.grading.sandbox.other_user`).
:mod:`grader.grading.sandbox.escape_trials` tries it out.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import psutil

from grader.grading.process.fault import NoSandbox
from grader.grading.sandbox.bubblewrap import bubblewrap, why_exposed, why_no_bubblewrap
from grader.grading.sandbox.container import Container, find_container
from grader.grading.sandbox.other_user import OtherUser, asked_for
from grader.grading.sandbox.student_tree import (
    FONTS,
    TREE,
    UIDS,
    process_arguments,
    process_environment,
    programs,
    student_tree,
)
from grader.grading.sandbox.syscalls import syscall_filter
from grader.settings import Limits

NOT_SANDBOXED = "NOT SANDBOXED: run as you, with your files and network in reach"
FRAME = 64 << 20


@dataclass(frozen=True)
class Running:
    """A notebook process; the pipe is its standard input and output.

    ``end`` ends what its process group does not hold: a container, which belongs to the engine.
    """

    process: subprocess.Popen[bytes]
    end: Callable[[], None] = lambda: None

    def kill(self) -> None:
        """End the notebook process and everything it started; it gets no say in it."""
        self.end()
        # Once it has been waited for, its number may belong to another process.
        if self.process.returncode is None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)

    def has_ended(self, seconds: float) -> bool:
        """Whether the process ends within that time. It is not waited for: it keeps its number."""
        until = time.monotonic() + seconds
        with contextlib.suppress(psutil.NoSuchProcess):  # it has been waited for already
            process = psutil.Process(self.process.pid)
            while process.status() != psutil.STATUS_ZOMBIE:
                if time.monotonic() > until:
                    return False
                time.sleep(0.01)
        return True

    def stop(self) -> None:
        """End the notebook process for good."""
        self.kill()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe:
                pipe.close()
        self.process.wait()


@dataclass(frozen=True)
class Sandbox:
    """How notebook processes are started.

    Attributes
    ----------
    limits : what each may use
    unsafe : run without isolation; the student's code then can do whatever you can do
    files : a folder whose files the notebook finds beside itself, or None
    private : folders that no submission may see, besides home folders: the course's, the class's
    wall : use this one, whatever else there is
    needs : packages that exercises of the notebook need: its process loads them before it runs
        anything, and all others do not see them
    """

    limits: Limits = field(default_factory=Limits)
    unsafe: bool = False
    files: Path | None = None
    private: tuple[Path, ...] = ()
    wall: Container | OtherUser | None = None
    needs: frozenset[str] = frozenset()

    @property
    def isolation(self) -> str:
        """One line for reports."""
        if self.unsafe:
            return NOT_SANDBOXED
        if wall := choose_wall(self.wall):
            return wall.isolation
        return "bubblewrap: no network, no files of this machine"

    def require(self) -> None:
        """Raise NoSandbox unless submissions can be run as asked."""
        if self.unsafe or isinstance(wall := choose_wall(self.wall), Container):
            return
        if wall is None:
            exposed = why_exposed(self.private)
        else:
            exposed = wall.why_not(student_tree(), self.private)
        if exposed:
            raise NoSandbox(exposed)

    def start(self, errors: IO[bytes], home: str) -> Running:
        """A new notebook process.

        Parameters
        ----------
        errors : takes its standard error until it is ready
        home : an empty folder, used only where nothing isolates the notebook process
        """
        limits = self._limits()
        if self.unsafe:
            tree = student_tree()
            command = [sys.executable, *process_arguments(str(tree), limits)]
            environment = process_environment(home, f"{tree}/{FONTS}") | {"PATH": programs()}
            return Running(_popen(command, errors, environment, home))
        wall = choose_wall(self.wall)
        if isinstance(wall, Container):
            name = f"submission-{secrets.token_hex(8)}"
            command = wall.command(name, student_tree(), self.files, limits)
            # The engine's client is ours and may need our settings; the container gets none.
            process = _popen(command, errors, dict(os.environ), home)
            return Running(process, lambda: wall.end(name))
        if wall:
            user, tree = secrets.choice(UIDS), student_tree()
            wall.give(home, user, self.files)
            environment = process_environment(home, f"{tree}/{FONTS}") | {"PATH": programs()}
            process = _popen(wall.command(user, tree, limits), errors, environment, home)
            return Running(process, lambda: wall.end(user))
        if os.getuid() == 0:
            limits["uid"] = secrets.choice(UIDS)  # those side by side hardly share one
        python = [sys.executable, *process_arguments(TREE, limits)]
        with _readable(syscall_filter()) as filtered:
            seccomp = ["--seccomp", str(filtered)] if filtered is not None else []
            command = [*bubblewrap(self.files, self.needs), *seccomp, "--", *python]
            keep = () if filtered is None else (filtered,)
            return Running(_popen(command, errors, {}, "/", keep))

    def _limits(self) -> dict[str, Any]:
        limits: dict[str, Any] = {
            "memory": self.limits.memory_megabytes << 20,
            "cpu": int(self.limits.submission_seconds) + 5,
            "file": FRAME,
            "frame": FRAME,
            "packages": sorted(self.needs),
        }
        return limits if self.unsafe else limits | {"processes": self.limits.processes}


def choose_wall(asked: Container | OtherUser | None = None) -> Container | OtherUser | None:
    """What isolates submissions here: what is asked for, bubblewrap (None), or what stands in.

    Raises
    ------
    NoSandbox
        There is neither; the message says why and what to do.
    """
    if asked is not None or not (no_bubblewrap := why_no_bubblewrap()):
        return asked
    found = find_container()
    if isinstance(found, Container):
        return found
    if asked_for():
        return OtherUser()
    raise NoSandbox(
        f"Submissions cannot be kept away from this machine: {no_bubblewrap}, and {found}. Install "
        "one of the two, or grade with --unsafe on a machine that has nothing to lose."
    )


def _popen(
    command: list[str],
    errors: IO[bytes],
    environment: dict[str, str],
    folder: str,
    keep: tuple[int, ...] = (),
) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=errors,
        env=environment,
        cwd=folder,
        pass_fds=keep,
        start_new_session=True,
        bufsize=0,
    )


@contextlib.contextmanager
def _readable(content: bytes) -> Iterator[int | None]:
    """A file descriptor that gives ``content`` to a child; None if there is none."""
    if not content:
        yield None
        return
    reads, writes = os.pipe()
    try:
        os.write(writes, content)  # less than a pipe holds
        os.close(writes)
        yield reads
    finally:
        os.close(reads)
