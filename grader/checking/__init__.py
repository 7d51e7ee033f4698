"""What students call, and the contract of an exercise. Needs NumPy alone (IPython if present)."""

from grader.checking.apply import Failure, Outcome, apply, compile_run, missing
from grader.checking.check import check, check_choice, chosen, ready, show
from grader.checking.exercise import Case, Exercise, Mistake, case
from grader.checking.guess import guess, reveal
from grader.checking.judge import Finding, Verdict, make_cases, outcomes_of, verdict
from grader.checking.language import _
from grader.checking.plain import NotPlain, Unusable, from_bytes, plain, to_bytes
from grader.checking.progress import progress
from grader.checking.properties import (
    UNTOLD,
    Held,
    Partly,
    Property,
    Seen,
    Unseen,
    dtype,
    holds,
    shapes,
    unchanged_inputs,
    values,
)
from grader.checking.registry import available, find, names, problem_set
from grader.checking.render import render_html, render_text
from grader.checking.submit import submit_check

__all__ = [
    "UNTOLD",
    "Case",
    "Exercise",
    "Failure",
    "Finding",
    "Held",
    "Mistake",
    "NotPlain",
    "Outcome",
    "Partly",
    "Property",
    "Seen",
    "Unseen",
    "Unusable",
    "Verdict",
    "_",
    "apply",
    "available",
    "case",
    "check",
    "check_choice",
    "chosen",
    "compile_run",
    "dtype",
    "find",
    "from_bytes",
    "guess",
    "holds",
    "make_cases",
    "missing",
    "names",
    "outcomes_of",
    "plain",
    "problem_set",
    "progress",
    "ready",
    "render_html",
    "render_text",
    "reveal",
    "shapes",
    "show",
    "submit_check",
    "to_bytes",
    "unchanged_inputs",
    "values",
    "verdict",
]
