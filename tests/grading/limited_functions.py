"""What a process with limits is asked to do in tests: to take too much, and to behave."""

import os
import time
from pathlib import Path
from typing import Any

Answer = tuple[dict[str, Any], bytes]


def behave(request: dict[str, Any]) -> Answer:
    return {"twice": 2 * request["x"]}, b"body"


def take_time(request: dict[str, Any]) -> Answer:
    while True:
        time.sleep(1)


def take_memory(request: dict[str, Any]) -> Answer:
    return {}, bytearray(64 << 30)


def die(request: dict[str, Any]) -> Answer:
    os.kill(os.getpid(), 9)
    return {}, b""


def die_once(request: dict[str, Any]) -> Answer:
    mark = Path(request["mark"])
    if not mark.exists():
        mark.touch()
        os.kill(os.getpid(), 9)
    return {"alive": True}, b""


def fail(request: dict[str, Any]) -> Answer:
    raise ValueError("damaged in a way that nobody foresaw")


def fill_disk(request: dict[str, Any]) -> Answer:
    raise OSError(28, "No space left on device")


def print_much(request: dict[str, Any]) -> Answer:
    print("a library says something on standard output")
    os.write(1, b"x" * 100)
    return {"quiet": True}, b""
