"""The programs that tests before a long training are tried on."""

import numpy as np
import pytest

from course_lessons.pairs import CallsSpent
from course_lessons.unknown_program import (
    FAULTS,
    PIXELS,
    STEPS,
    UNITS,
    Program,
    UnknownProgram,
    random_program,
    tell_apart,
)
from grader.exercises.ps08.own_network import OwnNetwork
from grader.exercises.ps08.train_step import train_step


def program(fault="", one=0, seed=0):
    return UnknownProgram(random_program(np.random.default_rng(seed), fault, one))


def as_an_own_program(unknown):
    """The same network and images, trained by the step of notebook 08."""
    network = OwnNetwork([PIXELS, UNITS, unknown.classes], np.random.default_rng(0))
    network.parameters = [p.copy() for p in unknown._network]
    return Program(network, train_step, unknown.x, unknown.t, unknown.lr, unknown.classes)


def losses(one):
    """The first loss of all images, and those of forty steps on the same 32."""
    few = one.x[:32], one.t[:32]
    return [one.step(one.x, one.t, 0), *(one.step(*few, one.lr) for _ in range(40))]


def relative(one):
    """The first loss beside ln K, and whether the last one says that 32 images are known."""
    few = one.x[:32], one.t[:32]
    start = one.step(one.x, one.t, 0) - np.log(one.classes)
    ends = [one.step(*few, one.lr) for _ in range(STEPS - 1)]
    return start, ends[-1] < 0.1


@pytest.mark.parametrize("one", [0, 1])
def test_a_right_program_trains_as_one_of_ones_own(one):
    unknown = program(one=one)
    np.testing.assert_allclose(losses(as_an_own_program(unknown)), losses(unknown), rtol=1e-6)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("one", [0, 1])
def test_each_fault_shows_in_one_of_two_numbers_and_a_right_program_in_none(one, seed):
    start, knows = relative(program(one=one, seed=seed))
    assert abs(start) < 0.1 and knows
    shown = {fault: relative(program(fault, one, seed)) for fault in FAULTS}
    assert shown["start"][0] > 1 and shown["loss"][0] < -0.8 and shown["loss"][1]
    for fault in ("learning", "rate"):
        assert abs(shown[fault][0]) < 0.1 and not shown[fault][1]


def test_a_program_refuses_what_is_too_much_or_does_not_fit():
    unknown = program()
    for _ in range(STEPS):
        unknown.step(unknown.x, unknown.t, 0)
    with pytest.raises(CallsSpent, match=f"{STEPS} steps"):
        unknown.step(unknown.x, unknown.t, 0)
    with pytest.raises(ValueError, match="expected"):
        program().step(np.ones((2, 5)), np.zeros(2, int), 0)


def test_a_test_of_the_first_loss_finds_two_faults(capsys):
    def near(one):
        return abs(one.step(one.x, one.t, 0) - np.log(one.classes)) < 0.4

    assert tell_apart(near, pairs=2) == {"start": 2, "loss": 2, "learning": 0, "rate": 0}
    assert "fault 3:  0 of 2 pairs told apart" in capsys.readouterr().out
