"""Each way in which an activation function is not to order has its own hint."""

import numpy as np
import pytest

from grader.checking.contract.registry import find
from grader.exercises.ps09.design_activation import design_activation, parts

U = np.linspace(-6, 6, 1201)
P = np.exp(-(U**2) / 2) / np.sum(np.exp(-(U**2) / 2))


def scaled(f, mean, factor):
    return lambda u: (mean + factor * (f(u)[0] - mean), factor * f(u)[1])


def moved(f, by):
    return lambda u: (f(u)[0] + by, f(u)[1])


def wrong_slope(f, low, high, mean, slope):
    return scaled(f, mean, slope / (P @ f(U)[1]))


def square_of_the_slope(f, low, high, mean, slope):
    return scaled(f, mean, slope**-0.5)


def size_of_z(f, low, high, mean, slope):
    z = f(U)[0] - mean
    factor = np.sqrt((slope**2 - mean**2) / (P @ z**2))
    return scaled(f, mean, factor)


def half_the_derivative(f, low, high, mean, slope):
    return lambda u: (f(u)[0], f(u)[1] / 2)


def derivative_of_the_right_side(f, low, high, mean, slope):
    return lambda u: (f(u)[0], f(u)[1] * (u > 0))


def at_zero(f, low, high, mean, slope):
    return moved(f, mean - f(np.zeros(1))[0][0])


def centred(f, low, high, mean, slope):
    return moved(f, -mean)


def bounded_nearby(f, low, high, mean, slope):
    return lambda u: (f(u)[0] - np.maximum(np.abs(u) - 6, 0), f(u)[1])


def line(f, low, high, mean, slope):
    return lambda u: (mean + slope * u, np.full(u.shape, slope))


def cut_off(f, low, high, mean, slope):
    def cut(u):
        z = np.clip(f(u)[0], mean - 0.3 * slope, mean + 0.3 * slope)
        return z, f(u)[1] * (np.abs(f(u)[0] - mean) < 0.3 * slope)

    return cut


def wave(f, low, high, mean, slope):
    """A sine: its slope, mean and bounds are to order, and it is steep nearly everywhere."""
    w, t = 5.0, np.sqrt(2) * slope
    return lambda u: (mean + t / w * np.sin(w * u), t * np.cos(w * u))


WRONG = {
    wrong_slope: "The mean of your f' is",
    square_of_the_slope: "The mean of your f'² is",
    size_of_z: "The RMS of your f is",
    half_the_derivative: "Your df is a constant times",
    derivative_of_the_right_side: "Your df is not the derivative",
    at_zero: "f(0) is",
    centred: "Your f is centred at 0",
    bounded_nearby: "f keeps its bounds for u from",
    line: "f passes a bound",
    cut_off: "f is flat for too many u",
    wave: "f falls for some u",
}


@pytest.mark.parametrize("change", WRONG)
@pytest.mark.parametrize("about", ["bounded below", "bounded on both sides, nearer below"])
def test_a_function_that_is_not_to_order_is_told_why(change, about):
    exercise, said = find("design_activation"), []
    (case,) = (c for c in exercise.draw(np.random.default_rng(4)) if c["about"] == about)
    case["slope"], case["mean"] = 1.3, 0.4
    case["low"] = 0.4 - 1.1 * 1.3
    case["high"] = None if case["high"] is None else 0.4 + 1.5 * 1.3

    def submitted(low, high, mean, slope):
        return change(design_activation(low, high, mean, slope), low, high, mean, slope)

    got = exercise.observe(case, exercise.run(submitted, case))
    said = exercise.recognise(case, got)
    if change is not at_zero or about == "bounded below":  # where f is symmetric, f(0) may do
        assert any(words.startswith(WRONG[change]) for words in said), said
        assert min(parts(case, got).values()) < 1


def test_a_function_to_order_is_told_nothing():
    exercise = find("design_activation")
    for case in exercise.draw(np.random.default_rng(5)):
        got = exercise.observe(case, exercise.run(design_activation, case))
        assert not exercise.recognise(case, got) and min(parts(case, got).values()) == 1
