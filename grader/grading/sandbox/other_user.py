"""The wall inside of somebody else's container, such as Gradescope's: the rights of another user.

There root may make no namespaces and start no container, but may give up being root. A notebook
process becomes a user that nothing belongs to. It may read Python, its packages and the student
tree, and write into its own home and into temporary folders; the filter of system calls leaves it
no network. It sees the machine's other processes and files. So this is for a container that is made
for one submission, and only where ``COURSE_SANDBOX=user`` asks for it. What must not be read has to
be closed to other users: nothing is graded while it is open.
"""

from __future__ import annotations

import contextlib
import os
import platform
import shutil
import socket
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from grader.files import package_folder
from grader.grading.process.fault import GraderFault, NoSandbox
from grader.grading.sandbox.student_tree import loose_files, process_arguments
from grader.grading.sandbox.syscalls import syscall_filter

VARIABLE, ASKED = "COURSE_SANDBOX", "user"
SECONDS = 5.0  # in which everything that a user started is ended


@dataclass(frozen=True)
class OtherUser:
    """How the notebook process of a user without rights is started, and how it ends."""

    isolation = "a user without rights: no network, no files that are closed to other users"

    def why_not(self, tree: Path, private: Iterable[Path]) -> str:
        """Empty unless the user could read what is private, not what it needs, or had a network."""
        if not syscall_filter():
            return (
                f"no filter of system calls is known for {platform.machine()}, and nothing else "
                "would keep submissions from the network; use a machine with x86-64 or ARM64"
            )
        for folder in (*private, package_folder("grader")):
            if is_open(folder):
                return (
                    f"every user of this machine can read {folder}, and so can submissions; "
                    f"run chmod 700 {folder}"
                )
        for folder in (tree, *map(Path, {sys.prefix, sys.base_prefix})):
            if not is_open(folder):
                return (
                    f"other users of this machine cannot read {folder}, so submissions cannot run; "
                    "install Python and the packages elsewhere, and name a folder for the "
                    "student tree in XDG_CACHE_HOME"
                )
        return ""

    def command(self, user: int, tree: Path, limits: dict[str, Any]) -> list[str]:
        """The whole command line, which root starts."""
        taken = {"uid": user, "filter": 1, "families": [int(socket.AF_UNIX)]}
        return [sys.executable, *process_arguments(str(tree), limits | taken)]

    def give(self, home: str, user: int, files: Path | None) -> None:
        """Make the home folder the user's, with the plain files of ``files`` in it."""
        for file in loose_files(files):
            shutil.copy(file, home)
        os.chown(home, user, user)

    def end(self, user: int) -> None:
        """End all that the user has started, also what has left the process group.

        Raises
        ------
        GraderFault
            Some of it goes on.
        """
        until = time.monotonic() + SECONDS
        while left := _processes_of(user):
            if time.monotonic() > until:
                raise GraderFault(f"{len(left)} processes of a submission could not be ended")
            for stop in (psutil.Process.suspend, psutil.Process.kill):  # none starts another then
                for process in left:
                    with contextlib.suppress(psutil.NoSuchProcess):
                        stop(process)


def asked_for() -> bool:
    """Whether this wall is asked for.

    Raises
    ------
    NoSandbox
        Something else is asked for, or it cannot stand.
    """
    given = os.environ.get(VARIABLE, "")
    if given not in ("", ASKED):
        raise NoSandbox(f"{VARIABLE} is {given!r}; write {VARIABLE}={ASKED}, or unset it")
    if given and (not hasattr(os, "getuid") or os.getuid() != 0):
        raise NoSandbox(
            f"{VARIABLE}={ASKED} asks for a process that gives up being root, but this is not "
            f"started as root; do that, in a container for one submission, or unset {VARIABLE}"
        )
    return bool(given)


def is_open(folder: Path) -> bool:
    """Whether any user of this machine gets into a folder."""
    place = folder.resolve()
    return all(one.stat().st_mode & 0o001 for one in (place, *place.parents))


def _processes_of(user: int) -> list[psutil.Process]:
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.NoSuchProcess):
            if process.uids().real == user and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
    return found
