"""What Python in a browser lacks: threads, processes and sockets.

    with without_what_a_browser_lacks() as used:
        check("relu_forward", relu_forward)
    assert used == []

Asking for one raises, as it does there. It is noted as well, because the error may be caught.
"""

import importlib
import importlib.util
import os
import socket
import subprocess
import threading
from collections.abc import Iterator
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
        yield used


def _refusing(what: str, used: list[str]) -> Any:
    def refuse(*_given: Any, **_named: Any) -> None:
        used.append(what)
        raise RuntimeError(f"{what} cannot be had in a browser")

    return refuse
