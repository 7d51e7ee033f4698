"""What a process with limits is asked to do in tests: to take too much, and to behave."""

import os
import tempfile
import time
from pathlib import Path
from typing import Any

from grader.grading.process.fault import charged_to_grader, charged_to_submission

Answer = tuple[dict[str, Any], bytes]


def behave(request: dict[str, Any]) -> Answer:
    return {"twice": 2 * request["x"]}, b"body"


def take_time(request: dict[str, Any]) -> Answer:
    while True:
        time.sleep(1)


def compute(request: dict[str, Any]) -> Answer:
    while True:
        pass


def take_memory(request: dict[str, Any]) -> Answer:
    with charged_to_submission():
        return {}, bytearray(64 << 30)


KEPT: list[bytes] = []


def keep_memory(request: dict[str, Any]) -> Answer:
    """What an earlier submission has left behind is not charged to the next one."""
    with charged_to_submission():
        KEPT.append(bytes(request["bytes"]))
        return {"kept": len(KEPT)}, b""


def die(request: dict[str, Any]) -> Answer:
    os.kill(os.getpid(), request["signal"])
    return {}, b""


def die_once(request: dict[str, Any]) -> Answer:
    mark = Path(request["mark"])
    if not mark.exists():
        mark.touch()
        os.kill(os.getpid(), 9)
    return {"alive": True}, b""


def fail(request: dict[str, Any]) -> Answer:
    raise ValueError("an error that nobody foresaw")


def fail_on_content(request: dict[str, Any]) -> Answer:
    with charged_to_submission():
        raise ValueError("damaged in a way that nobody foresaw")


def read_nothing(request: dict[str, Any]) -> Answer:
    with charged_to_submission():
        raise PermissionError(13, "Permission denied")


def lack_a_package(request: dict[str, Any]) -> Answer:
    with charged_to_submission():
        raise ModuleNotFoundError("No module named 'nbformat.v3'")


def fail_on_our_side(request: dict[str, Any]) -> Answer:
    with charged_to_submission(), charged_to_grader():
        raise LookupError("no exercise is called so")


def fill_disk(request: dict[str, Any]) -> Answer:
    with charged_to_submission():
        raise OSError(28, "No space left on device")


def leave_files(request: dict[str, Any]) -> Answer:
    """Files of its own, as a notebook process that was started in advance has one."""
    return {"left": tempfile.mkdtemp(prefix="submission-")}, b""


def print_much(request: dict[str, Any]) -> Answer:
    print("a library says something on standard output")
    os.write(1, b"x" * 100)
    return {"quiet": True}, b""
