"""What ends one notebook earns nothing at the end of another, so each has to be thought out anew.

A notebook ends with its last check. Every right program for it is handed in at the ends of all
others that call their function with as many arguments, and with a generator if it takes one.
"""

import inspect
import re
import warnings

import pytest

from grader.checking.contract.mistakes import Function
from grader.checking.contract.registry import find
from tests.gates.drawn import drawn, few_experiments
from tests.programs import load
from tests.project import ROOT

CHECK = re.compile(r'^# %% check="(\w+)"', re.MULTILINE)
SOURCES = [source.read_text("utf-8") for source in sorted((ROOT / "solutions").glob("*/*.py"))]
ENDINGS = [CHECK.findall(source)[-1] for source in SOURCES]


def arguments(name: str) -> tuple[int, bool]:
    taken = inspect.signature(find(name).reference[-1]).parameters
    return len(taken), "rng" in taken


def right_programs(name: str) -> dict[str, Function]:
    listed = {"reference": find(name).reference, **load.catalogue(name).right.programs}
    return {f"{name}: {entry}": functions[-1] for entry, functions in listed.items()}


@pytest.mark.parametrize("name", few_experiments(ENDINGS))
def test_the_ending_of_another_notebook_earns_nothing(name):
    draw, given = drawn(name, 0), find(name).reference[:-1]
    others = [one for one in ENDINGS if one != name and arguments(one) == arguments(name)]
    earned = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for other in others:
            for entry, function in right_programs(other).items():
                earned[entry] = draw.judged([*given, function]).score
    paid = {entry: score for entry, score in earned.items() if score}
    assert not paid, f"{name}: points for what ends another notebook: {paid}"
