"""One state of the process for every judged function, at home and where work is graded.

A student's code, settings and front end can change much of a process that a function sees. While
functions are judged it is as listed here, and afterwards as it was:

- debuggers (``breakpoint()``, ``pdb``, ``ipdb``) do nothing, and it is noted that they were asked;
- nobody answers ``input()`` and ``getpass()``: they raise EOFError;
- the recursion limit is Python's own;
- NumPy warns of errors in floating point as by default;
- the working directory, where a function changes it, is restored.
"""

import bdb
import builtins
import contextlib
import getpass
import os
import sys
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

RECURSION = 1000
DEBUGGER = "A debugger is called (breakpoint, set_trace). It does nothing here: remove that line."


@contextlib.contextmanager
def fixed_process_state(note: Callable[[str], object]) -> Iterator[None]:
    """The state of the process while functions are judged; ``note`` is told what did nothing."""

    def no_debugger(*_: Any, **__: Any) -> None:
        note(DEBUGGER)

    with contextlib.ExitStack() as then:
        for owner, name, value in (
            (sys, "breakpointhook", no_debugger),
            (bdb.Bdb, "set_trace", no_debugger),
            (builtins, "input", unanswered_prompt),
            (getpass, "getpass", unanswered_prompt),
        ):
            then.callback(setattr, owner, name, getattr(owner, name))
            setattr(owner, name, value)
        then.callback(sys.setrecursionlimit, max(sys.getrecursionlimit(), RECURSION))
        with contextlib.suppress(RecursionError):  # called from far below
            sys.setrecursionlimit(RECURSION)
        then.callback(_return_to, _here())
        then.enter_context(np.errstate(divide="warn", over="warn", under="ignore", invalid="warn"))
        yield


def disable_debuggers() -> None:
    """For the whole process, where nobody sits in front of it."""
    sys.breakpointhook = _no_debugger
    bdb.Bdb.set_trace = _no_debugger  # type: ignore[method-assign]


def _no_debugger(*_: Any, **__: Any) -> None:
    """Stands for a debugger."""


def unanswered_prompt(prompt: object = "", *_: Any, **__: Any) -> str:
    raise EOFError("input() has nobody to ask here; give the value in the code instead")


def _here() -> str:
    try:
        return os.getcwd()
    except OSError:  # the folder is gone
        return ""


def _return_to(folder: str) -> None:
    if folder and _here() != folder:
        with contextlib.suppress(OSError):
            os.chdir(folder)
