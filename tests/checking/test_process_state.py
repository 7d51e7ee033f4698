"""Functions are judged in one state of the process, which is as before afterwards."""

import bdb
import builtins
import os
import random
import sys
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from grader.checking.contract.registry import find
from grader.checking.contract.run import OwnRun
from grader.checking.home.blocked_library import outcomes_without_library
from grader.checking.home.judged_in_notebook import judge_in_notebook
from grader.checking.judging.apply import Outcome, apply
from grader.checking.judging.judge import Verdict, make_cases, verdict
from grader.checking.judging.process_state import ATTENTION, DEBUGGER, SETTINGS
from tests.reports import text_of


def judged(function: Callable[..., Any]) -> tuple[Verdict, list[Outcome]]:
    exercise = find("linear_forward")
    cases = make_cases(exercise, 1)
    outcomes = outcomes_without_library(exercise, [function], cases)
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


def state() -> tuple[Any, ...]:
    hooks = (sys.breakpointhook, bdb.Bdb.set_trace, builtins.input)
    torch = sys.modules.get("torch")
    drawn = (str(torch and torch.get_rng_state()), random.getstate(), str(np.random.get_state()))  # noqa: NPY002
    settings = [setting.read() for setting in SETTINGS]
    return (*hooks, *drawn, *settings, dict(os.environ), list(warnings.filters))


def by_torch(name: str, value: Any) -> Callable[[], object]:
    def change() -> None:
        import torch

        given = getattr(torch, value) if isinstance(value, str) else value
        getattr(torch, name)(given)

    return change


# What a function does to the process, and whether that is told.
CHANGES: dict[str, tuple[Callable[[], object], bool]] = {
    "the folder": (lambda: os.chdir("/"), True),
    "NumPy's errors": (lambda: np.seterr(all="raise"), True),
    "how NumPy prints": (lambda: np.set_printoptions(precision=2), True),
    "the recursion limit": (lambda: sys.setrecursionlimit(500), False),
    "NumPy's generator": (lambda: np.random.seed(0), False),  # noqa: NPY002
    "Python's generator": (lambda: random.seed(0), False),
    "the environment": (lambda: os.environ.update(NEW_VARIABLE="1"), False),
    "warnings": (lambda: warnings.simplefilter("error"), False),
}
OF_TORCH: dict[str, tuple[Callable[[], object], bool]] = {
    "gradients": (by_torch("set_grad_enabled", False), True),
    "the default type": (by_torch("set_default_dtype", "float64"), True),
    "threads": (by_torch("set_num_threads", 3), False),
    "torch's generator": (by_torch("manual_seed", 0), False),
}


def leaves(change: Callable[[], object]) -> Callable[..., Any]:
    def changing(x: Any, W: Any, b: Any) -> Any:
        change()
        return x @ W + b, (x, W)

    return changing


@pytest.mark.parametrize(
    "what", [*CHANGES, *(pytest.param(what, marks=pytest.mark.torch) for what in OF_TORCH)]
)
def test_what_a_function_changes_of_the_process_is_put_back_and_told(what: str) -> None:
    if what in OF_TORCH:
        import torch  # noqa: F401 (before the state is read)
    change, told = (CHANGES | OF_TORCH)[what]
    before = state()
    result, outcomes = judged(leaves(change))
    assert result.status == "complete" and state() == before
    assert any(words in ATTENTION for words in outcomes[0].warned) == told
    assert ("Attention: Your function changes" in text_of(result)) == told


def test_it_is_put_back_before_the_next_call() -> None:
    seen = []

    def run(first: Any, second: Any, case: Any) -> Any:
        first()
        second()
        return {}

    def reads() -> None:
        seen.append(np.geterr()["divide"])

    np_raises = lambda: np.seterr(all="raise")  # noqa: E731
    apply(OwnRun(run), [np_raises, reads], {"about": "any"}, students=True)
    assert seen == ["warn"]


def test_what_the_exercise_sets_around_a_call_is_not_the_functions() -> None:
    def run(function: Any, case: Any) -> Any:
        with np.errstate(all="ignore"):
            function()
            assert np.geterr()["divide"] == "ignore"
        return {}

    outcome = apply(OwnRun(run), [lambda: None], {"about": "any"}, students=True)
    assert outcome.failure is None and not outcome.warned


def test_draws_of_a_function_differ_from_case_to_case() -> None:
    drawn = []

    def draws(x: Any, W: Any, b: Any) -> Any:
        np.random.seed(0) if len(drawn) == 3 else None  # noqa: NPY002
        drawn.append((np.random.random(), random.random()))  # noqa: NPY002
        return x @ W + b, (x, W)

    judged(draws)
    assert len(set(drawn)) == len(drawn) > 4


@pytest.mark.torch
@pytest.mark.parametrize(
    ("setting", "value", "usual"),
    [("set_grad_enabled", False, True), ("set_default_dtype", "float64", "float32")],
)
def test_what_a_cell_set_costs_no_right_function_its_check(
    setting: str, value: Any, usual: Any
) -> None:
    by_torch(setting, value)()
    before = state()
    try:
        for name in ("same_gradients", "Network"):
            exercise = find(name)
            result = judge_in_notebook(exercise, exercise.reference)
            assert result.status == "complete" and state() == before
    finally:
        by_torch(setting, usual)()
