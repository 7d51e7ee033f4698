"""Families of exercises: what all graded functions of one kind have in common.

A family builds the :class:`Exercise` from the textbook reference that stands in the exercise's
file. It knows how such functions are called, which of their outputs are compared, which form they
have to keep, and which mistakes are possible in all of them. Names, order and kind of the arguments
are read off the signatures of the reference; ``returns`` names what the graded function hands back.
A name in ``returns`` that a case does not need to compare (``cache``) is left out of the outputs.

A family calls the student's function more than once in a case, so that what a function keeps from
one call to the next shows. Most of them call it first with another draw of the case (``earlier``).
"""

from grader.checking.contract.families.calling import FORM, float32
from grader.checking.contract.families.function import function
from grader.checking.contract.families.pair import pair
from grader.checking.contract.families.random import drawn_anew, draws_in_words, random
from grader.checking.contract.families.schedule import schedule
from grader.checking.contract.families.steps import by_steps, steps

__all__ = [
    "FORM",
    "by_steps",
    "drawn_anew",
    "draws_in_words",
    "float32",
    "function",
    "pair",
    "random",
    "schedule",
    "steps",
]
