"""One command at a time writes to a class: marks, results and pages belong together.

People who mark answers hold one problem set only, for hours perhaps. Meanwhile others write what
does not touch it.
"""

from __future__ import annotations

import getpass
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from grader.classroom.gradebook.store import InUse, store_of
from grader.problems import Problem

LOCK, HOLDER = ".writing.lock", ".writing.txt"
MARKED = ".marking-"  # and the problem set: how the lock of its markers and their note are called


@contextmanager
def only_writer(classroom: Path, url: str, touches: str | None = None) -> Iterator[None]:
    """Hold the class for writing; inside of another such block of this process, do nothing.

    The system takes the lock back from a process that ends, however that ends. A gradebook on a
    server is held too, because another machine may share it with a folder of its own.

    Parameters
    ----------
    touches : the problem set whose marks and graded copies are written, "" for none; None: any

    Raises
    ------
    Problem
        Another command holds it, or answers to what it touches are being marked; the message says
        who does that.
    """
    classroom.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = FileLock(classroom.resolve() / LOCK, timeout=0, is_singleton=True)
    if lock.is_locked:
        yield
        return
    holder = classroom / HOLDER
    try:
        lock.acquire()
    except Timeout:
        raise Problem(_words(_read(holder))) from None
    try:
        me = _me()
        holder.write_text(me, encoding="utf-8")
        _require_nobody_marks(classroom, touches)
        with store_of(url).only_writer(me):
            yield
    except InUse as by:
        raise Problem(_words(str(by))) from None
    finally:
        holder.unlink(missing_ok=True)
        lock.release()


@contextmanager
def only_marked_here(classroom: Path, assignment: str) -> Iterator[None]:
    """Hold a problem set for marking: no other command touches it, and nobody else marks it."""
    lock, note = (classroom / f"{MARKED}{assignment}.{kind}" for kind in ("lock", "txt"))
    held = FileLock(lock.resolve(), timeout=0, is_singleton=True)
    try:
        held.acquire()
    except Timeout:
        raise Problem(_marked(assignment, note)) from None
    try:
        note.write_text(_me(), encoding="utf-8")
        yield
    finally:
        if held.lock_counter == 1:  # not the inner one of two such blocks
            note.unlink(missing_ok=True)
        held.release()


def _require_nobody_marks(classroom: Path, touches: str | None) -> None:
    for note in sorted(classroom.glob(f"{MARKED}*.txt")):
        assignment = note.stem.removeprefix(MARKED)
        if touches in (None, assignment):
            with only_marked_here(classroom, assignment):  # left by one that was killed
                pass


def _marked(assignment: str, note: Path) -> str:
    return (
        f"answers to {assignment} are being marked ({_read(note)}); end the marking there and run "
        "this again"
    )


def user_name() -> str:
    """What the user who called the command is called."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a user without a name
        return f"user {os.getuid()}"


def _me() -> str:
    host = socket.gethostname()[:20]
    return f"{user_name()[:15]} on {host}, process {os.getpid()}, {time.strftime('%H:%M')}"


def _read(note: Path) -> str:
    try:
        return note.read_text(encoding="utf-8") or "unknown whose"
    except OSError:
        return "unknown whose"


def _words(holder: str) -> str:
    return (
        f"another command is writing to this class ({holder}); wait until it has ended and run "
        "this again"
    )
