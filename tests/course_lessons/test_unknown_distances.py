"""The programs for distances that a test of one's own is tried on."""

import numpy as np
import pytest

from course_lessons.pairs import CallsSpent
from course_lessons.unknown_distances import (
    CALLS,
    FAULTS,
    UnknownDistances,
    random_distances,
    tell_apart,
)
from course_lib.preprocessing import pairwise_sq_dists

ROWS = np.random.default_rng(0).normal(size=(2, 5, 3))
PIXELS = np.random.default_rng(1).integers(0, 256, size=(2, 5, 3)).astype("uint8")
SHOWN = {  # what hides a fault: x and y that show each of its two kinds
    "axes": (ROWS, (ROWS[0], ROWS[1, :4])),
    "square": (ROWS, ROWS),
    "single": ((ROWS[0, :1], ROWS[1]), (ROWS[0], ROWS[1, :1])),
    "whole": (PIXELS, PIXELS),
    "numbers": (ROWS, ROWS),
}
HIDDEN = np.eye(4), np.eye(4)


def program(fault="", one=0):
    return UnknownDistances(random_distances(np.random.default_rng(0), fault, one))


def differs(program, x, y):
    d = program(x, y)
    want = pairwise_sq_dists(x.astype(float), y.astype(float))
    return d.shape != want.shape or not np.allclose(d, want)


@pytest.mark.parametrize("one", range(4))
def test_a_right_program_agrees_with_the_library(one):
    for x, y in (ROWS, PIXELS, (ROWS[0, :1], ROWS[1]), HIDDEN):
        assert not differs(program(one=one), x, y)


@pytest.mark.parametrize("one", range(4))
@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_shows_where_nothing_hides_it(fault, one):
    assert differs(program(fault, one), *SHOWN[fault][one % 2])
    d, want = program(fault, one)(*HIDDEN), pairwise_sq_dists(*HIDDEN)
    assert np.allclose(d, want)  # it broadcasts


def test_a_program_refuses_what_is_too_much_or_does_not_fit():
    one = program()
    for _ in range(CALLS):
        one(*ROWS)
    with pytest.raises(CallsSpent, match="3 calls"):
        one(*ROWS)
    with pytest.raises(ValueError, match="expected"):
        program()(ROWS[0], ROWS[1, :, :2])


def test_tell_apart_counts_pairs(capsys):
    found = tell_apart(lambda program: not differs(program, *ROWS), pairs=2)
    assert found == {"axes": 2, "square": 2, "single": 0, "whole": 0, "numbers": 2}
    assert "fault 3:  0 of 2 pairs" in capsys.readouterr().out
