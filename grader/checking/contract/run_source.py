"""The source of an exercise's ``run``, which is sent to where the student's functions are."""

import __future__

import inspect
import textwrap
from collections.abc import Callable
from typing import Any

import numpy as np

from grader.checking.contract.wire import Plain

Run = Callable[..., dict[str, Plain]]  # of the functions and a case: named outputs
EARLIER = "earlier"  # in a case: another draw of it, for a call before the one that counts


def compile_run(source: str, name: str) -> Run:
    """The function ``run`` out of its source, with ``np`` as its only global."""
    namespace: dict[str, Any] = {"np": np}
    flags = __future__.annotations.compiler_flag  # annotations name types that are not sent along
    exec(compile(source, f"<run of {name}>", "exec", flags), namespace)
    run: Run = namespace["run"]
    run.source = source  # type: ignore[attr-defined]
    return run


def source_of(run: Run) -> str:
    """The source of ``run``: what it was compiled from, or what stands in its file."""
    return getattr(run, "source", "") or textwrap.dedent(inspect.getsource(run))


def require_run(exercise: str, run: Run) -> None:
    """Raise ValueError if an exercise's own ``run`` has another name."""
    if run.__name__ != "run":
        raise ValueError(
            f"{exercise}: the function given as run= is called {run.__name__}; call it run, "
            "because it is found by this name where its source is sent"
        )
