"""What an exercise is written with: cases, required properties and known mistakes."""

from grader.checking.contract.compare import Open
from grader.checking.contract.exercise import Case, Contest, Exercise, case, form_step, loop, step
from grader.checking.contract.families import (
    FORM,
    drawn_anew,
    draws_in_words,
    experiment,
    float32,
    function,
    pair,
    random,
    schedule,
    steps,
)
from grader.checking.contract.mistakes import Mistake, mistake, slip, slips
from grader.checking.contract.properties import (
    CaseResult,
    Held,
    PartialCredit,
    Property,
    Spoils,
    dtype,
    earns,
    holds,
    shapes,
    unchanged_inputs,
    values,
)
from grader.checking.contract.run import OwnRun

__all__ = [
    "FORM",
    "Case",
    "Contest",
    "CaseResult",
    "Exercise",
    "Held",
    "Mistake",
    "Open",
    "OwnRun",
    "PartialCredit",
    "Property",
    "Spoils",
    "case",
    "drawn_anew",
    "draws_in_words",
    "dtype",
    "earns",
    "experiment",
    "float32",
    "form_step",
    "function",
    "holds",
    "loop",
    "mistake",
    "pair",
    "random",
    "schedule",
    "shapes",
    "slip",
    "slips",
    "step",
    "steps",
    "unchanged_inputs",
    "values",
]
