from collections.abc import Sequence
from datetime import timedelta

import pytest

from grader.classroom.gradebook.marks import Score
from grader.extras.term.problem_set import ProblemSet, StudentResult
from grader.extras.term.signs import RULES, Step, signs

HOUR = timedelta(hours=1)
MISSING, LOW, FALLING, HURRIED, UNWRITTEN = (rule.find for rule in RULES)


def taken(score: float, waits: float = 0.0, **more: object) -> StudentResult:
    return StudentResult(Score(score, 10.0, waits), {}, **more)  # type: ignore[arg-type]


def steps(
    works: Sequence[StudentResult | None], usual: float = 7.0, weight: float = 1.0
) -> list[Step]:
    """The class's median is ``usual`` of 10 points in every problem set."""
    return [
        Step(ProblemSet(f"ps{n:02}", 10.0, weight, True, {"median": taken(usual)}), one)
        for n, one in enumerate(works)
    ]


@pytest.mark.parametrize(
    ("works", "words"),
    [
        ([taken(8), taken(8), taken(8)], ""),
        ([None, taken(8), taken(8)], ""),
        ([None, None, taken(8)], "not handed in: ps00, ps01"),
        ([taken(8), taken(8), None], "not handed in: ps02"),
        ([], ""),
    ],
)
def test_missing(works: list[StudentResult | None], words: str) -> None:
    assert MISSING(steps(works)) == words


@pytest.mark.parametrize(
    ("works", "words"),
    [
        ([taken(5), taken(5)], ""),
        ([taken(5), taken(4.99)], "49 % of the points so far"),
        ([taken(9), None], "45 % of the points so far"),
        ([taken(4, waits=4)], ""),  # 4 of the 6 that are decided
        ([], ""),
    ],
)
def test_few_points(works: list[StudentResult | None], words: str) -> None:
    assert LOW(steps(works)) == words


def test_a_problem_set_without_weight_does_not_count() -> None:
    assert LOW([*steps([taken(1)], weight=0.0), *steps([taken(9)])]) == ""
    assert LOW(steps([taken(1)], weight=0.0)) == ""


def test_falling_is_seen_beside_the_class() -> None:
    assert FALLING(steps([taken(9), taken(9), taken(6), taken(6)])) == (
        "from 20 % above the median to 10 % below the median"
    )
    assert FALLING(steps([taken(9), taken(9), taken(6)])) == ""  # too few to say
    hard = [*steps([taken(9), taken(9)]), *steps([taken(6), taken(6)], usual=4.0)]
    assert FALLING(hard) == ""  # all fell


def test_hurry_counts_the_newest_three_with_a_time() -> None:
    late, last, early = (taken(8, lead_time=t) for t in (-HOUR, HOUR / 2, 9 * HOUR))
    assert HURRIED(steps([late, early, last, taken(8)])) == (
        "ps00 1 hour late, ps02 30 minutes before"
    )
    assert HURRIED(steps([late, last, early, early])) == ""
    assert HURRIED(steps([late, taken(8)])) == ""


def test_untouched_exercises_of_the_newest() -> None:
    half, whole = taken(5, unwritten=0.5), taken(5)
    assert UNWRITTEN(steps([whole, half])) == "50 % of the exercises of ps01 not written"
    assert UNWRITTEN(steps([half, whole])) == ""
    assert UNWRITTEN(steps([half, None])) == "50 % of the exercises of ps00 not written"


def test_the_rules_say_their_numbers() -> None:
    words = " ".join(rule.words for rule in RULES)
    assert "2 problem sets" in words and "50 %" in words and "20 percentage points" in words
    assert signs(steps([taken(8)] * 4)) == ()
