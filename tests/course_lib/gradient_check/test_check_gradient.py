"""Does the checker find what is wrong, and only that?"""

import copy
from typing import Any

import numpy as np
import pytest

from course_lib import Op
from course_lib import functional as F
from course_lib.gradient_check import check_gradient, check_layer, check_op
from course_lib.layers import BatchNorm, Layer, Linear, Tanh
from course_lib.models import Concatenate, Parallel, Sequential, small_cnn
from course_lib.tree import generators


def smooth(x: Any) -> float:
    return float(np.sum(np.sin(x) * np.exp(0.1 * x)))


def smooth_gradient(x: Any) -> Any:
    return (np.cos(x) + 0.1 * np.sin(x)) * np.exp(0.1 * x)


@pytest.mark.parametrize("seed", range(20))
def test_a_right_gradient_passes(seed: int) -> None:
    rng = np.random.default_rng(seed)
    x = 3 * rng.normal(size=(4, 5))
    check = check_gradient(smooth, x, smooth_gradient(x), rng)
    assert check
    assert check.kinks == 0
    assert check.judged == 8


@pytest.mark.parametrize("seed", range(20))
def test_one_wrong_element_in_a_thousand_is_found(seed: int) -> None:
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(20, 50))
    gradient = smooth_gradient(x)
    gradient[7, 7] += 0.01
    check = check_gradient(smooth, x, gradient, rng)
    assert not check
    assert "DISAGREES" in str(check)


@pytest.mark.parametrize("wrong", [np.zeros_like, lambda g: 1.0001 * g, lambda g: np.nan * g])
def test_zero_slightly_off_and_nan_are_found(wrong: Any) -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(size=5)
    assert not check_gradient(smooth, x, wrong(smooth_gradient(x)), rng)


@pytest.mark.parametrize(
    ("offset", "slope"),
    [(0.0, 0.0), (0.0, 1.0), (0.1, 0.0), (1 / 3, 0.0), (0.5, 0.0), (0.6, 0.0), (0.9, 0.0)],
)
def test_a_kink_within_reach_is_set_aside_wherever_it_lies(offset: float, slope: float) -> None:
    # f = max(x, 0) at offset * h below the kink; at the kink itself either slope is right.
    h = 1e-5
    x = np.array([-offset * h])
    check = check_gradient(
        lambda v: float(np.maximum(v, 0).sum()), x, np.array([slope]), np.random.default_rng(0), h=h
    )
    assert check.kinks == 8
    assert not check
    assert "undecided" in str(check)


def test_beside_a_kink_a_wrong_gradient_is_still_wrong() -> None:
    check = check_gradient(
        lambda v: float(np.maximum(v, 0).sum()), np.ones(3), np.zeros(3), np.random.default_rng(0)
    )
    assert not check
    assert check.kinks == 0


def test_a_kink_in_some_directions_does_not_hide_a_wrong_gradient_in_others() -> None:
    # |x0| at its kink, plus a smooth part whose gradient is wrong by a lot.
    def f(v: Any) -> float:
        return float(1e-3 * abs(v[0]) + np.sin(v[1]))

    x = np.array([0.0, 0.4])
    rng = np.random.default_rng(0)
    assert not check_gradient(f, x, np.array([0.0, 2 * np.cos(0.4)]), rng)


def test_single_precision_and_wrong_shapes_are_refused() -> None:
    rng = np.random.default_rng(0)
    with pytest.raises(TypeError, match="expected float64"):
        check_gradient(smooth, np.ones(3, dtype=np.float32), np.ones(3, dtype=np.float32), rng)
    with pytest.raises(ValueError, match="remaining axes"):
        check_gradient(smooth, np.ones(3), np.ones((1, 3)), rng)


MISTAKES: list[Any] = [
    lambda dy, cache: (dy @ cache[1].T, cache[0].T @ dy, dy.mean(axis=0)),
    lambda dy, cache: (dy @ cache[1].T, cache[0].T @ dy / len(dy), dy.sum(axis=0)),
    lambda dy, cache: (dy @ cache[1].T, -cache[0].T @ dy, dy.sum(axis=0)),
]


@pytest.mark.parametrize("backward", MISTAKES)
def test_check_op_says_which_gradient_is_wrong(backward: Any) -> None:
    rng = np.random.default_rng(0)
    inputs = [rng.normal(size=(4, 3)), rng.normal(size=(3, 2)), rng.normal(size=2)]
    checks = check_op(Op(F.linear_forward, backward), inputs, rng)
    wrong = 2 if backward is MISTAKES[0] else 1
    assert [bool(check) for check in checks] == [i != wrong for i in range(3)]


BATCHNORM_MISTAKES: dict[str, Any] = {
    "mean and variance as constants": lambda dy, x_hat, g, s: g * s * dy,
    "variance as a constant": lambda dy, x_hat, g, s: g * s * (dy - dy.mean(axis=0)),
    "mean as a constant": lambda dy, x_hat, g, s: g * s * (dy - x_hat * (dy * x_hat).mean(axis=0)),
    "gamma forgotten": lambda dy, x_hat, g, s: (
        s * (dy - dy.mean(axis=0) - x_hat * (dy * x_hat).mean(axis=0))
    ),
    "sum for mean": lambda dy, x_hat, g, s: (
        g * s * (dy - dy.sum(axis=0) - x_hat * (dy * x_hat).sum(axis=0))
    ),
    "wrong axis": lambda dy, x_hat, g, s: (
        g * s * (dy - dy.mean(axis=1)[:, None] - x_hat * (dy * x_hat).mean(axis=1)[:, None])
    ),
    "unbiased": lambda dy, x_hat, g, s: (
        g * s * (dy - dy.mean(axis=0) - x_hat * (dy * x_hat).sum(axis=0) / (len(dy) - 1))
    ),
}


@pytest.mark.parametrize("mistake", BATCHNORM_MISTAKES)
def test_plausible_wrong_batchnorm_gradients_are_found(mistake: str) -> None:
    rng = np.random.default_rng(0)
    x, gamma, beta = rng.normal(size=(5, 5)), rng.normal(size=5), rng.normal(size=5)
    state = {"mean": np.zeros(5), "var": np.ones(5)}

    def forward(x: Any) -> Any:
        return F.batchnorm_forward(x, gamma, beta, state, training=True, momentum=0.1, eps=0.01)[:2]

    def backward(dy: Any, cache: Any) -> Any:
        x_hat, gamma, inv_std, _ = cache
        return BATCHNORM_MISTAKES[mistake](dy, x_hat, gamma, inv_std)

    assert not check_op(Op(forward, backward), [x], rng)[0]


def test_other_settings_are_those_of_the_forward_function() -> None:
    rng = np.random.default_rng(0)
    inputs = [rng.normal(size=shape) for shape in ((2, 3, 5, 5), (4, 3, 3, 3), (4,))]
    op = Op(F.conv2d_forward, F.conv2d_backward)
    checks = check_op(op, inputs, rng, padding=1, stride=2, directions=3)
    assert all(checks) and checks[0].judged == 3


@pytest.mark.parametrize("training", [True, False])
def test_a_whole_model_is_checked_in_one_call_and_does_not_change(training: bool) -> None:
    model = small_cnn((1, 8, 8), 3, rng=np.random.default_rng(0), norm=BatchNorm, drop_prob=0.3)
    x = np.random.default_rng(1).normal(size=(5, 1, 8, 8)).astype(np.float32)
    before, drawn = model.state_dict(), copy.deepcopy(generators(model))
    checks = check_layer(model, x, np.random.default_rng(2), training=training)
    assert list(checks) == ["x", *(name for name, _ in model.named_parameters())]
    assert all(checks.values()), checks
    for name, array in model.state_dict().items():
        np.testing.assert_array_equal(array, before[name])
    for name, generator in generators(model).items():
        assert generator.bit_generator.state == drawn[name].bit_generator.state


@pytest.mark.parametrize("wrong", range(3))
def test_check_layer_names_the_gradient_that_is_wrong(wrong: int) -> None:
    def backward(du: Any, cache: Any) -> Any:
        gradients = list(F.linear_backward(du, cache))
        gradients[wrong] = 1.01 * gradients[wrong]
        return gradients

    rng = np.random.default_rng(0)
    layer = Linear(4, 3, rng=rng, op=Op(F.linear_forward, backward))
    checks = check_layer(Sequential(layer), rng.normal(size=(5, 4)), rng)
    assert [name for name, check in checks.items() if not check] == [["x", "0.W", "0.b"][wrong]]


def test_check_layer_takes_several_inputs_and_outputs() -> None:
    class Crossed(Layer):
        """Gives (a b, a + b + its number); ``wrong`` is a factor of the gradient of b."""

        wrong = 1.0

        def forward(self, x: Any, *, training: bool = True) -> Any:
            a, b, number = x

            def backward(dy: Any) -> Any:
                product, total = dy
                db = self.wrong * (product * a + total)
                return product * b + total, db, np.zeros(number.shape)

            return (a * b, a + b + number), backward

    rng = np.random.default_rng(0)
    x = rng.normal(size=(5, 4)), rng.normal(size=(5, 4)), np.arange(5)[:, None]
    checks = check_layer(Crossed(), x, rng)
    assert list(checks) == ["x[0]", "x[1]"] and all(checks.values())
    Crossed.wrong = 1.01
    assert [bool(check) for check in check_layer(Crossed(), x, rng).values()] == [True, False]
    model = Sequential(
        Parallel(Linear(4, 3, rng=rng), Linear(4, 2, rng=rng)), Concatenate(), Tanh(),
        Parallel(Linear(5, 3, rng=rng), Linear(5, 1, rng=rng)),
    )  # fmt: skip
    checks = check_layer(model, x[:2], rng)
    assert len(checks) == 10 and all(checks.values())


def test_check_op_counts_the_gradients() -> None:
    op = Op(F.linear_forward, lambda dy, cache: (dy, dy))
    inputs = [np.ones((2, 2)), np.ones((2, 2)), np.ones(2)]
    with pytest.raises(ValueError, match=r"2 gradient\(s\) for 3 input\(s\)"):
        check_op(op, inputs, np.random.default_rng(0))
