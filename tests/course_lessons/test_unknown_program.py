"""The programs that tests before a long training are tried on."""

import numpy as np
import pytest

from course_lessons.pairs import CallsSpent
from course_lessons.unknown_program import (
    CALLS,
    FAULTS,
    PIXELS,
    UNITS,
    Program,
    UnknownProgram,
    random_program,
)
from grader.exercises.ps08.own_network import OwnNetwork
from grader.exercises.ps08.train_step import train_step


def program(fault="", one=0, seed=0):
    return UnknownProgram(random_program(np.random.default_rng(seed), fault, one))


def as_an_own_program(unknown):
    """The same network and images, trained by the step of notebook 08."""
    network = OwnNetwork([PIXELS, UNITS, unknown.classes], np.random.default_rng(0))
    network.parameters = [p.copy() for p in unknown.parameters]
    return Program(network, train_step, unknown.x, unknown.t, unknown.lr, unknown.classes)


def losses(one):
    """The first loss of all images, and those of the same 32 before forty steps."""
    few, found = (one.x[:32], one.t[:32]), [one.loss(one.x, one.t)]
    for _ in range(40):
        found.append(one.loss(*few))
        one.step(*few)
    return found


def relative(one):
    """The first loss beside ln K, and whether the last one says that 32 images are known."""
    few = one.x[:32], one.t[:32]
    start = one.loss(one.x, one.t) - np.log(one.classes)
    for _ in range(CALLS - 2):
        one.step(*few)
    return start, one.loss(*few) < 0.1


@pytest.mark.parametrize("one", [0, 1])
def test_a_right_program_trains_as_one_of_ones_own(one):
    unknown = program(one=one)
    np.testing.assert_allclose(losses(as_an_own_program(unknown)), losses(unknown), rtol=1e-6)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("one", [0, 1])
def test_a_fault_shows_in_the_first_loss_or_the_last_and_a_wrong_gradient_in_neither(one, seed):
    start, knows = relative(program(one=one, seed=seed))
    assert abs(start) < 0.1 and knows
    shown = {fault: relative(program(fault, one, seed)) for fault in FAULTS}
    assert shown["start"][0] > 1 and shown["loss"][0] < -0.8 and shown["loss"][1]
    for fault in ("learning", "rate"):
        assert abs(shown[fault][0]) < 0.1 and not shown[fault][1]
    assert abs(shown["gradient"][0]) < 0.1 and shown["gradient"][1]


@pytest.mark.parametrize("seed", range(5))
def test_a_wrong_gradient_is_that_of_the_sum_or_passes_inactive_units(seed):
    def gradients(fault, one):
        made = program(fault, one, seed)
        loss, found = made.loss(made.x, made.t), made.gradients(made.x[:32], made.t[:32])
        assert made.loss(made.x, made.t) == loss  # nothing is changed
        return found

    right, summed, through = gradients("", 0), gradients("gradient", 0), gradients("gradient", 1)
    for one, other in zip(right, summed, strict=True):
        np.testing.assert_allclose(other, 32 * one, rtol=1e-6, atol=1e-12)
    np.testing.assert_allclose(through[2], right[2], atol=1e-12)
    for one, other in zip(right[:2], through[:2], strict=True):
        assert np.linalg.norm(other - one) > 0.3 * np.linalg.norm(one)


def test_a_program_refuses_what_is_too_much_or_does_not_fit():
    unknown = program()
    for call in (unknown.step, unknown.loss, unknown.gradients):
        call(unknown.x, unknown.t)
    for _ in range(CALLS - 3):
        unknown.step(unknown.x, unknown.t)
    with pytest.raises(CallsSpent, match=f"{CALLS} steps, losses and gradients"):
        unknown.loss(unknown.x, unknown.t)
    with pytest.raises(ValueError, match="expected"):
        program().step(np.ones((2, 5)), np.zeros(2, int))
