"""What an exercise is written with: cases, required properties and known mistakes."""

from grader.checking.contract.exercise import Case, Exercise, Mistake, case, form_step, step
from grader.checking.contract.families import FORM, float32, function, pair, random, schedule, steps
from grader.checking.contract.properties import (
    UNTOLD,
    CaseResult,
    Held,
    PartialCredit,
    Property,
    Unseen,
    dtype,
    holds,
    shapes,
    unchanged_inputs,
    values,
)

__all__ = [
    "FORM",
    "UNTOLD",
    "Case",
    "CaseResult",
    "Exercise",
    "Held",
    "Mistake",
    "PartialCredit",
    "Property",
    "Unseen",
    "case",
    "dtype",
    "float32",
    "form_step",
    "function",
    "holds",
    "pair",
    "random",
    "schedule",
    "shapes",
    "step",
    "steps",
    "unchanged_inputs",
    "values",
]
