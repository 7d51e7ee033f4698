"""Functions are judged in one state of the process, which is as before afterwards."""

import bdb
import builtins
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from grader.checking.contract.registry import find
from grader.checking.judging.apply import Outcome
from grader.checking.judging.judge import Verdict, make_cases, outcomes_of, verdict
from grader.checking.judging.process_state import DEBUGGER
from tests.reports import text_of


def judged(function: Callable[..., Any]) -> tuple[Verdict, list[Outcome]]:
    exercise = find("linear_forward")
    cases = make_cases(exercise, 1)
    outcomes = outcomes_of(exercise, [function], cases)
    return verdict(exercise, cases, outcomes), outcomes


def with_breakpoint(x: Any, W: Any, b: Any) -> Any:
    breakpoint()
    return x @ W + b, (x, W)


def with_pdb(x: Any, W: Any, b: Any) -> Any:
    import pdb

    pdb.set_trace()
    return x @ W + b, (x, W)


def with_a_debugger_object(x: Any, W: Any, b: Any) -> Any:
    from pdb import Pdb

    Pdb().set_trace()
    return x @ W + b, (x, W)


@pytest.mark.parametrize("function", [with_breakpoint, with_pdb, with_a_debugger_object])
def test_a_debugger_that_is_left_does_nothing_and_is_named(function: Callable[..., Any]) -> None:
    result, outcomes = judged(function)
    assert result.status == "complete"
    assert all(DEBUGGER in one.warned for one in outcomes)
    assert DEBUGGER in text_of(judged(lambda *given: (function(*given)[0] * 2, given))[0])


def test_nobody_is_asked() -> None:
    result, _ = judged(lambda x, W, b: (x @ W + float(input("bias?")), (x, W)))
    assert result.failure is not None and result.failure.kind == "EOFError"


def test_numpys_errors_are_warnings_whatever_was_set() -> None:
    def divides(x: Any, W: Any, b: Any) -> Any:
        np.ones(2) / np.zeros(2)
        return x @ W + b, (x, W)

    with np.errstate(all="raise"):
        result, _ = judged(divides)
    assert result.status == "complete"


def test_afterwards_everything_is_as_before(tmp_path: Path) -> None:
    def changes(x: Any, W: Any, b: Any) -> Any:
        os.chdir(tmp_path)
        np.seterr(all="raise")
        sys.setrecursionlimit(500)
        return x @ W + b, (x, W)

    def state() -> tuple[Any, ...]:
        hooks = (sys.breakpointhook, bdb.Bdb.set_trace, builtins.input)
        return (*hooks, os.getcwd(), np.geterr(), sys.getrecursionlimit())

    before = state()
    result, _ = judged(changes)
    assert result.status == "complete" and state() == before
