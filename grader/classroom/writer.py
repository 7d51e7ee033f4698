"""One command at a time writes to a class: marks, results and pages belong together."""

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


@contextmanager
def only_writer(classroom: Path, url: str) -> Iterator[None]:
    """Hold the class for writing; inside of another such block of this process, do nothing.

    The system takes the lock back from a process that ends, however that ends. A gradebook on a
    server is held too, because another machine may share it with a folder of its own.

    Raises
    ------
    Problem
        Another command holds it; the message says which.
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
        raise Problem(_taken(holder)) from None
    try:
        me = _me()
        holder.write_text(me, encoding="utf-8")
        with store_of(url).only_writer(me):
            yield
    except InUse as by:
        raise Problem(_words(str(by))) from None
    finally:
        holder.unlink(missing_ok=True)
        lock.release()


def _me() -> str:
    try:
        user = getpass.getuser()
    except (OSError, KeyError):  # a user without a name
        user = f"user {os.getuid()}"
    host = socket.gethostname()[:20]
    return f"{user[:15]} on {host}, process {os.getpid()}, {time.strftime('%H:%M')}"


def _taken(holder: Path) -> str:
    try:
        return _words(holder.read_text(encoding="utf-8"))
    except OSError:
        return _words("")


def _words(holder: str) -> str:
    return (
        f"another command is writing to this class ({holder or 'unknown whose'}); wait until it "
        "has ended and run this again"
    )
