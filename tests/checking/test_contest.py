"""An entry among stored ones: its places, and what is said where there is none."""

from dataclasses import replace

import pytest

from grader.checking import contest
from grader.checking.contract.exercise import Contest
from grader.checking.contract.registry import find
from grader.checking.home import contest as module

STORED = [
    {"public": 0.5, "final": [0.3, 0.4]},
    {"public": 0.4, "final": [0.5, 0.5]},
    {"public": 0.4, "final": [0.1, 0.1]},
]


def linear_forward(x, W, b):
    return x @ W + b, (x, W)


@pytest.fixture
def exercise(monkeypatch):
    """An exercise that records an entry and has three stored ones."""
    kept = {"low": 0.3, "high": 0.4, "public": 0.6, "final": [0.35, 0.36]}
    made = replace(
        find("linear_forward"),
        contest=Contest(
            record=lambda case, got: kept,
            stored=lambda: {"seed": 1, "entries": STORED},
        ),
    )
    monkeypatch.setattr(module, "find", lambda name: made)
    return kept


def test_the_places_by_both_accuracies(exercise, capsys):
    places = contest("linear_forward", linear_forward)
    assert [place.final for place in places] == pytest.approx([0.5, 0.355, 0.35, 0.1])
    assert [place.final_rank for place in places] == [1, 2, 3, 4]
    assert [place.public_rank for place in places] == [3, 1, 2, 3]  # equal ones share a rank
    assert [place.yours for place in places] == [False, True, False, False]
    said = capsys.readouterr().out
    assert "Place 1 of 4 on the public pictures, place 2 on the secret splits" in said
    assert "The final accuracy lies in your interval from 0.3 to 0.4." in said


def test_a_missed_interval_is_named(exercise, capsys):
    exercise["high"] = 0.32
    contest("linear_forward", linear_forward)
    assert "is outside of your interval from 0.3 to 0.32" in capsys.readouterr().out


@pytest.mark.parametrize("entry", [{}, None])
def test_without_an_entry_the_check_says_why(exercise, capsys, entry):
    exercise.clear()

    def unwritten(x, W, b):
        raise NotImplementedError

    function = linear_forward if entry == {} else unwritten
    assert contest("linear_forward", function) == []
    assert "the check of linear_forward says why" in capsys.readouterr().out


def test_an_exercise_without_stored_entries_is_an_error():
    with pytest.raises(ValueError, match="there are no stored entries"):
        contest("linear_forward", linear_forward)


def test_where_submissions_are_graded_nothing_is_compared(monkeypatch):
    monkeypatch.setattr(module, "available", lambda: False)
    assert contest("configuration", lambda: None) == []
