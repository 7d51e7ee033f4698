"""How long `check` takes at home, for every exercise: python -m benchmarks.home_checks.

Each exercise is checked twice as in a notebook, in processor time: with the right functions, and
with the first listed mistake, for which hints have to be found.
"""

import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import redirect_stdout
from io import StringIO
from typing import Any

os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"

from grader.checking.contract.registry import find, names
from grader.checking.home.check import check

LIMIT = 1.0  # seconds


def seconds(name: str, functions: Sequence[Callable[..., Any]]) -> float:
    """Processor time of one check."""
    began = time.process_time()
    with redirect_stdout(StringIO()):
        check(name, *functions)
    return time.process_time() - began


def report() -> Iterator[str]:
    """The lines for speed.md."""
    right, wrong = {}, {}
    for name in names():
        exercise = find(name)
        right[name] = seconds(name, exercise.reference)
        if exercise.mistakes:
            wrong[name] = seconds(name, exercise.with_mistakes(exercise.mistakes[0]))
    yield "| `check` of | exercises | median, s | slowest, s | slowest exercise |"
    yield "|---|---|---|---|---|"
    for what, times in (("the right functions", right), ("the first listed mistake", wrong)):
        slowest = max(times, key=times.__getitem__)
        yield (
            f"| {what} | {len(times)} | {statistics.median(times.values()):.3f} "
            f"| {times[slowest]:.2f} | `{slowest}` |"
        )
    yield ""
    above = [
        f"`{name}` ({what}) {value:.2f} s"
        for what, times in (("right", right), ("mistake", wrong))
        for name, value in times.items()
        if value > LIMIT
    ]
    yield f"Above {LIMIT:g} s: {', '.join(above) or 'none'}."


if __name__ == "__main__":
    sys.stdout.writelines(f"{line}\n" for line in report())
