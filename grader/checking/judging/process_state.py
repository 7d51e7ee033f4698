"""One state of the process for every judged function, at home and where work is graded.

A student's code, settings and front end can change much of a process that a function sees. While
functions are judged it is as listed here, and afterwards as it was:

- debuggers (``breakpoint()``, ``pdb``, ``ipdb``) do nothing, and it is noted that they were asked;
- nobody answers ``input()`` and ``getpass()``: they raise EOFError;
- the recursion limit is Python's own;
- NumPy warns of errors in floating point as by default;
- PyTorch records gradients, makes float32 by default and computes on one thread;
- the generators of random numbers that a process has once are seeded anew for a student's call.

What a student's function changes of it is put back after each of its calls, so that it costs no
other function a point, and is noted.
"""

import bdb
import builtins
import contextlib
import getpass
import itertools
import os
import random
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

import numpy as np

RECURSION = 1000
DEBUGGER = "A debugger is called (breakpoint, set_trace). It does nothing here: remove that line."
FLOAT32 = "torch.float32"
SEEDS = itertools.count()  # of the generators, for one call after the other
ERRORS = {"divide": "warn", "over": "warn", "under": "ignore", "invalid": "warn"}
CHANGED = (
    "Your function changes {what} and leaves it changed. Then other functions compute in another "
    "way, so the check has put it back. {instead}"
)


@dataclass(frozen=True)
class Setting:
    """Something that holds for the whole process.

    Attributes
    ----------
    fixed : its value while functions are judged; None: the one it has
    told : what is noted where a function leaves it changed; empty: nothing
    """

    read: Callable[[], Any]
    write: Callable[[Any], object]
    fixed: Any = None
    told: str = ""


def _torch() -> Any:
    """The package, where it is imported; nothing is set where it is not."""
    return sys.modules.get("torch")


def _set_recursion_limit(limit: int) -> None:
    with contextlib.suppress(RecursionError):  # called from far below
        sys.setrecursionlimit(limit)


def _here() -> str:
    try:
        return os.getcwd()
    except OSError:  # the folder is gone
        return ""


def _return_to(folder: str) -> None:
    if folder:
        with contextlib.suppress(OSError):
            os.chdir(folder)


def _told(what: str, instead: str) -> str:
    return CHANGED.format(what=what, instead=instead)


SETTINGS = (
    Setting(sys.getrecursionlimit, _set_recursion_limit, RECURSION),
    Setting(_here, _return_to, told=_told("the working directory", "Name whole paths instead.")),
    Setting(
        np.geterr,
        lambda errors: np.seterr(**errors),
        ERRORS,
        _told("what NumPy does on errors", "Write `with np.errstate(…):` around your lines."),
    ),
    Setting(
        np.get_printoptions,
        lambda options: np.set_printoptions(**options),
        told=_told("how NumPy prints", "Write `with np.printoptions(…):` around your lines."),
    ),
    Setting(
        lambda: _torch().is_grad_enabled() if _torch() else True,
        lambda on: _torch().set_grad_enabled(on),
        True,
        _told("whether PyTorch records gradients", "Write `with torch.no_grad():` instead."),
    ),
    Setting(
        lambda: str(_torch().get_default_dtype()) if _torch() else FLOAT32,
        lambda name: _torch().set_default_dtype(getattr(_torch(), name.rpartition(".")[2])),
        FLOAT32,
        _told("PyTorch's default type", "Give a tensor its type where you make it: `dtype=…`."),
    ),
    Setting(
        lambda: _torch().get_num_threads() if _torch() else 1,
        lambda count: _torch().set_num_threads(count),
        1,
    ),
)
ATTENTION = (DEBUGGER, *(setting.told for setting in SETTINGS if setting.told))


@contextlib.contextmanager
def fixed_process_state(
    note: Callable[[str], object],
) -> Iterator[Callable[[], AbstractContextManager[None]]]:
    """The state of the process while functions are judged.

    Parameters
    ----------
    note : is told of what did nothing, and of what was put back

    Yields
    ------
    A context, to be entered around a judged function's call: it puts back what the call changed.
    """

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
        before = [setting.read() for setting in SETTINGS]
        held = [
            value if setting.fixed is None else setting.fixed
            for setting, value in zip(SETTINGS, before, strict=True)
        ]
        then.callback(_put, before)
        _put(held, before)

        @contextlib.contextmanager
        def kept() -> Iterator[None]:
            before_call = [setting.read() for setting in SETTINGS]
            try:
                yield
            finally:
                for setting in _put(before_call):
                    if setting.told:
                        note(setting.told)

        yield kept


def _put(values: Sequence[Any], now: Sequence[Any] = ()) -> list[Setting]:
    """Give all settings these values; those that had another one, in ``now`` if they were read."""
    others = []
    now = now or [setting.read() for setting in SETTINGS]
    for setting, value, other in zip(SETTINGS, values, now, strict=True):
        if other != value:
            setting.write(value)
            others.append(setting)
    return others


@contextlib.contextmanager
def own_generators() -> Iterator[None]:
    """Within it, the generators that a process has once are seeded anew.

    They and the environment's variables are as before afterwards.
    """
    seed = next(SEEDS)
    torch = _torch()
    before = random.getstate(), np.random.get_state(), torch and torch.get_rng_state()  # noqa: NPY002
    environment = dict(os.environ)
    random.seed(seed)
    np.random.seed(seed)  # noqa: NPY002 (a student's function may draw from it)
    if torch:
        torch.default_generator.manual_seed(seed)
    try:
        yield
    finally:
        random.setstate(before[0])
        np.random.set_state(before[1])  # noqa: NPY002
        if torch:
            torch.set_rng_state(before[2])
        if os.environ != environment:
            os.environ.clear()
            os.environ.update(environment)


def disable_debuggers() -> None:
    """For the whole process, where nobody sits in front of it."""
    sys.breakpointhook = _no_debugger
    bdb.Bdb.set_trace = _no_debugger  # type: ignore[method-assign]


def _no_debugger(*_: Any, **__: Any) -> None:
    """Stands for a debugger."""


def unanswered_prompt(prompt: object = "", *_: Any, **__: Any) -> str:
    raise EOFError("input() has nobody to ask here; give the value in the code instead")
