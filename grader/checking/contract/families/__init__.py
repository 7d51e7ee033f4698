"""Families of exercises: what all graded functions of one kind have in common.

A family builds the :class:`Exercise` from the textbook reference that stands in the exercise's
file. It knows how such functions are called, which of their outputs are compared, which form they
have to keep, and which mistakes are possible in all of them. Names, order and kind of the arguments
are read off the signatures of the reference; ``returns`` names what the graded function hands back.
A name in ``returns`` that a case does not need to compare (``cache``) is left out of the outputs.

A family calls the student's function more than once in a case, so that what a function keeps from
one call to the next shows. Most of them call it first with another draw of the case (``earlier``);
an exercise that calls its function in its own way asks for it (``with_earlier``).
"""

from grader.checking.contract.families.calling import FORM, float32, with_earlier
from grader.checking.contract.families.experiment import InWorlds, experiment
from grader.checking.contract.families.function import CalledTwice, function
from grader.checking.contract.families.hidden_faults import OnUnknowns, hidden_faults
from grader.checking.contract.families.pair import (
    BesideDifferences,
    ForwardAndBack,
    WatchedCache,
    pair,
)
from grader.checking.contract.families.random import Drawn, drawn_anew, draws_in_words, random
from grader.checking.contract.families.schedule import AtAllSteps, schedule
from grader.checking.contract.families.steps import SeveralSteps, steps
from grader.checking.contract.run import OwnRun, Run, Settings

__all__ = [
    "FORM",
    "drawn_anew",
    "draws_in_words",
    "experiment",
    "float32",
    "function",
    "hidden_faults",
    "pair",
    "random",
    "run_of",
    "schedule",
    "steps",
    "with_earlier",
]

RUNS: dict[str, type[Run]] = {
    kind.__name__: kind
    for kind in (
        AtAllSteps,
        BesideDifferences,
        CalledTwice,
        Drawn,
        ForwardAndBack,
        InWorlds,
        OnUnknowns,
        OwnRun,
        SeveralSteps,
        WatchedCache,
    )
}


def run_of(settings: Settings) -> Run:
    """The run out of its name and settings, as :meth:`Run.to_settings` gives them."""
    given = {n: run_of(v) if isinstance(v, dict) else v for n, v in settings.items() if n != "run"}
    return RUNS[settings["run"]].from_settings(**given)
