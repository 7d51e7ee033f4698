"""What Python in a browser lacks: threads, processes, sockets, and a clock for short times.

    with without_what_a_browser_lacks() as used:
        check("linear_forward", linear_forward)
    assert used == []

Asking for one of the first three raises, as it does there. It is noted as well, because the error
may be caught. Code that asks for the platform is told that it is a browser's. The clocks go on in
steps of a millisecond, as in Firefox and Safari: what takes less has taken no time at all.
"""

import importlib
import importlib.util
import math
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest.mock import patch

LACKING = (
    (threading.Thread, "start", "a thread"),
    (subprocess.Popen, "__init__", "a process"),
    (os, "system", "a process"),
    (os, "fork", "a process"),
    (socket.socket, "__init__", "a socket"),
)
CLOCKS = ("perf_counter", "process_time")
TICKS_A_SECOND = 1000
# When they are loaded they may start programs and threads, to look for fonts, for example. A
# browser has its own build of the one and never has the other.
LOADED_BEFORE = ("matplotlib.font_manager", "torch")


@contextmanager
def without_what_a_browser_lacks() -> Iterator[list[str]]:
    """Until the end none of these can be had; gives a list of those that were asked for."""
    for module in LOADED_BEFORE:
        if importlib.util.find_spec(module.partition(".")[0]):
            importlib.import_module(module)
    used: list[str] = []
    with ExitStack() as until_the_end:
        for owner, name, what in LACKING:
            if hasattr(owner, name):  # Windows has no fork
                until_the_end.enter_context(patch.object(owner, name, _refusing(what, used)))
        for name in CLOCKS:
            until_the_end.enter_context(patch.object(time, name, _ticking(getattr(time, name))))
        until_the_end.enter_context(patch.object(sys, "platform", "emscripten"))
        yield used


def _refusing(what: str, used: list[str]) -> Any:
    def refuse(*_given: Any, **_named: Any) -> None:
        used.append(what)
        raise RuntimeError(f"{what} cannot be had in a browser")

    return refuse


def _ticking(clock: Callable[[], float]) -> Callable[[], float]:
    return lambda: math.floor(clock() * TICKS_A_SECOND) / TICKS_A_SECOND
