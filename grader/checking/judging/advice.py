"""Advice without points, on functions that loop over rows in Python where NumPy could do it."""

import io
import sys
import warnings
from collections.abc import Sequence
from contextlib import redirect_stderr, redirect_stdout
from types import FrameType
from typing import Any

import numpy as np

from grader.checking.contract.exercise import Exercise
from grader.checking.contract.mistakes import Function

ROWS = 6


def count_opcodes(function: Function, *arguments: object) -> int:
    """Number of Python bytecode instructions that a call executes, in all frames below it."""
    count = 0

    def trace(frame: FrameType, event: str, argument: object) -> Any:
        nonlocal count
        frame.f_trace_opcodes = True
        count += event == "opcode"
        return trace

    before, printed = sys.gettrace(), io.StringIO()
    # What the function prints stands in the report of a check, or nowhere.
    with warnings.catch_warnings(), redirect_stdout(printed), redirect_stderr(printed):
        warnings.simplefilter("ignore")
        sys.settrace(trace)
        try:
            function(*arguments)
        finally:
            sys.settrace(before)
    return count


def vectorised(exercise: Exercise, functions: Sequence[Function]) -> str | None:
    """Advice on a Python loop over rows, if four times the rows take many more instructions."""
    if exercise.grows is None:
        return None
    few, many = (
        count_opcodes(exercise.run, *functions, exercise.grows(np.random.default_rng(0), n))
        for n in (ROWS, 4 * ROWS)
    )
    if many < 1.5 * few:
        return None
    return (
        "With {n} rows your code ran {few} Python instructions, with {m} rows {many}, so it "
        "loops over the rows. The result is right, but the loop is slow. NumPy can process all "
        "rows in one operation."
    ).format(n=ROWS, m=4 * ROWS, few=f"{few:,}", many=f"{many:,}")
