"""The classes apply the step functions to parameters."""

from typing import Any

import numpy as np
import pytest

from course_lib import Parameter
from course_lib.layers import BatchNorm, LayerNorm
from course_lib.optimizers import (
    SGD,
    Adadelta,
    Adagrad,
    Adam,
    AdamW,
    Nesterov,
    RMSprop,
    adadelta_step,
    adagrad_step,
    adam_step,
    adamw_step,
    is_weight,
    momentum_step,
    rmsprop_step,
    sgd_step,
)

GRADIENTS = np.random.default_rng(0).normal(size=(5, 2, 3))


def run(optimizer: Any, parameter: Parameter) -> list[np.ndarray]:
    """Five steps with given gradients; the path of the parameter."""
    path = []
    for gradient in GRADIENTS:
        optimizer.zero_grad()
        parameter.add_grad(gradient)
        optimizer.step()
        path.append(parameter.data)
    return path


def test_sgd_with_and_without_momentum() -> None:
    for momentum in (0.0, 0.8):
        p = Parameter(np.ones((2, 3)))
        path = run(SGD([p], lr=0.1, momentum=momentum), p)
        w, v = np.ones((2, 3)), np.zeros((2, 3))
        for dw, got in zip(GRADIENTS, path, strict=True):
            w, v = momentum_step(w, dw, v, lr=0.1, mu=momentum)
            np.testing.assert_allclose(got, w, rtol=1e-13)


def test_adam() -> None:
    p = Parameter(np.ones((2, 3)))
    path = run(Adam([p], lr=0.1, betas=(0.8, 0.9), eps=0.01), p)
    w, m, v = np.ones((2, 3)), np.zeros((2, 3)), np.zeros((2, 3))
    for t, (dw, got) in enumerate(zip(GRADIENTS, path, strict=True), start=1):
        w, m, v = adam_step(w, dw, m, v, t, lr=0.1, beta1=0.8, beta2=0.9, eps=0.01)
        np.testing.assert_allclose(got, w, rtol=1e-13)


def stateful(make: Any, step: Any, states: int, settings: Any, formula: Any = None) -> Any:
    return pytest.param(make, step, states, settings, formula or settings, id=make.__name__)


# Class, formula, number of its states, settings unlike the defaults, their names in the formula.
OTHERS = [
    stateful(Adagrad, adagrad_step, 1, {"eps": 0.01}),
    stateful(RMSprop, rmsprop_step, 1, {"alpha": 0.8, "eps": 0.01}, {"decay": 0.8, "eps": 0.01}),
    stateful(Adadelta, adadelta_step, 2, {"rho": 0.8, "eps": 0.01}),
]


@pytest.mark.parametrize(("make", "step", "states", "settings", "formula"), OTHERS)
@pytest.mark.parametrize("plugged_in", [False, True])
def test_the_others(
    make: Any, step: Any, states: int, settings: Any, formula: Any, plugged_in: bool
) -> None:
    asked = []

    def own(*args: Any, **kwargs: Any) -> Any:
        asked.append(kwargs)
        return step(*args, **kwargs)

    p = Parameter(np.ones((2, 3)))
    path = run(make([p], lr=0.1, step=own if plugged_in else None, **settings), p)
    w, *state = [np.ones((2, 3))] + [np.zeros((2, 3))] * states
    for dw, got in zip(GRADIENTS, path, strict=True):
        w, *state = step(w, dw, *state, lr=0.1, **formula)
        np.testing.assert_allclose(got, w, rtol=1e-13)
    assert asked == ([{"lr": 0.1, **formula}] * 5 if plugged_in else [])


@pytest.mark.parametrize("plugged_in", [False, True])
def test_adamw_lets_weights_decay_and_nothing_else(plugged_in: bool) -> None:
    settings: dict[str, Any] = {"lr": 0.1, "beta1": 0.8, "beta2": 0.9, "eps": 0.01}
    matrix, vector = Parameter(np.ones((2, 3))), Parameter(np.ones(3))
    optimizer = AdamW(
        [matrix, vector],
        lr=0.1,
        betas=(0.8, 0.9),
        eps=0.01,
        weight_decay=0.5,
        step=(lambda *args, **kwargs: adamw_step(*args, **kwargs)) if plugged_in else None,
    )
    expected = []
    for shape, decay in [((2, 3), 0.5), ((3,), 0.0)]:
        w, m, v = np.ones(shape), np.zeros(shape), np.zeros(shape)
        for t, dw in enumerate(GRADIENTS[:, : shape[0], :] if len(shape) > 1 else GRADIENTS[:, 0]):
            w, m, v = adamw_step(w, dw, m, v, t + 1, **settings, weight_decay=decay)
        expected.append(w)
    for dw in GRADIENTS:
        matrix.grad, vector.grad = dw, dw[0]
        optimizer.step()
    np.testing.assert_allclose(matrix.data, expected[0], rtol=1e-13)
    np.testing.assert_allclose(vector.data, expected[1], rtol=1e-13)


@pytest.mark.parametrize(("shape", "answer"), [((3, 2), True), ((4, 2, 3, 3), True), ((3,), False)])
def test_weights_are_told_from_biases_by_their_axes(shape: tuple[int, ...], answer: bool) -> None:
    assert is_weight(Parameter(np.ones(shape))) is answer


@pytest.mark.parametrize("make", [Nesterov, Adagrad, RMSprop, Adadelta, Adam, AdamW])
def test_parameters_keep_their_own_state(make: Any) -> None:
    alone, first, second = (Parameter(np.ones(3)) for _ in range(3))
    one, both = make([alone], lr=0.1), make([second, first], lr=0.1)
    rng = np.random.default_rng(1)
    for _ in range(4):
        dw = rng.normal(size=3)
        for p in (alone, first):
            p.grad = dw
        second.grad = rng.normal(size=3)
        one.step()
        both.step()
    np.testing.assert_array_equal(alone.data, first.data)


@pytest.mark.parametrize("momentum", [0.0, 0.9])
def test_your_own_step_is_used_and_gets_the_learning_rate_of_the_moment(momentum: float) -> None:
    rates = []

    def step(w: Any, dw: Any, *state: Any, lr: float, **settings: float) -> Any:
        rates.append(lr)
        assert settings == ({"mu": 0.9} if momentum else {})
        if momentum:
            return momentum_step(w, dw, *state, lr=lr, mu=0.9)
        return sgd_step(w, dw, lr=lr)

    optimizer = SGD([Parameter(np.ones(3))], lr=1.0, momentum=momentum, step=step)
    for lr in (0.5, 0.25):
        optimizer.lr = lr
        optimizer.step()
    assert rates == [0.5, 0.25]


def test_your_own_adam_step_sees_t_from_one() -> None:
    seen = []

    def step(w: Any, dw: Any, m: Any, v: Any, t: int, **settings: Any) -> Any:
        seen.append(t)
        return adam_step(w, dw, m, v, t, **settings)

    optimizer = Adam([Parameter(np.ones(3))], lr=0.1, step=step)
    optimizer.step()
    optimizer.step()
    assert seen == [1, 2]


def test_a_step_in_double_precision_leaves_single_precision_parameters_single() -> None:
    p = Parameter(np.ones(3, dtype=np.float32))
    SGD([p], lr=0.1, step=lambda w, dw, lr: w.astype(float) - lr * dw).step()
    assert p.data.dtype == np.float32


def test_a_step_that_changes_the_shape_is_refused() -> None:
    p = Parameter(np.ones(3))
    with pytest.raises(ValueError, match=r"returned w of shape \(1, 3\)"):
        SGD([p], lr=0.1, step=lambda w, dw, lr: w[None] - lr * dw).step()


@pytest.mark.parametrize("make", [SGD, Nesterov, Adagrad, RMSprop, Adadelta, Adam, AdamW])
def test_the_first_step_has_the_length_that_the_formula_gives(make: Any) -> None:
    # On a vector of ones with a gradient of ones; a vector does not decay.
    settings: dict[Any, Any] = {Nesterov: {"momentum": 0.0}, RMSprop: {"alpha": 0.0}}
    settings[Adadelta] = {"rho": 0.0, "eps": 1e6}  # a ratio of two roots that are equal
    p = Parameter(np.ones(3), np.ones(3))
    optimizer = make([p], lr=0.1, **settings.get(make, {}))
    optimizer.step()
    np.testing.assert_allclose(p.data, 0.9, rtol=1e-6)
    optimizer.zero_grad()
    np.testing.assert_array_equal(p.grad, 0.0)


def test_impossible_settings_are_refused() -> None:
    p = Parameter(np.ones(3))
    with pytest.raises(ValueError, match="no parameters"):
        SGD([], lr=0.1)
    with pytest.raises(ValueError, match="listed twice"):
        SGD([p, p], lr=0.1)
    with pytest.raises(ValueError, match="lr is -1"):
        SGD([p], lr=-1.0)
    with pytest.raises(ValueError, match="momentum is 1"):
        SGD([p], lr=0.1, momentum=1.0)
    with pytest.raises(ValueError, match=r"betas is \(0.9, 1.0\)"):
        Adam([p], lr=0.1, betas=(0.9, 1.0))
    with pytest.raises(ValueError, match="momentum is -0"):
        Nesterov([p], lr=0.1, momentum=-0.1)
    with pytest.raises(ValueError, match="alpha is 1"):
        RMSprop([p], alpha=1.0)
    with pytest.raises(ValueError, match="rho is 1"):
        Adadelta([p], rho=1.0)
    with pytest.raises(ValueError, match=r"betas is \(2.0, 0.9\)"):
        AdamW([p], betas=(2.0, 0.9))
    with pytest.raises(ValueError, match="weight_decay is -1"):
        AdamW([p], weight_decay=-1.0)


SETTINGS: Any = [
    (SGD, {}),
    (SGD, {"momentum": 0.9}),
    (Nesterov, {"momentum": 0.9}),
    (Adagrad, {"eps": 1e-8}),
    (RMSprop, {"alpha": 0.9, "eps": 1e-8}),
    (Adadelta, {"rho": 0.9, "eps": 1e-6}),
    (Adam, {"betas": (0.9, 0.99), "eps": 1e-8}),
    (AdamW, {"betas": (0.9, 0.99), "eps": 1e-8, "weight_decay": 0.1}),
]


@pytest.mark.parametrize("number", [float, np.float64])
@pytest.mark.parametrize(("make", "settings"), SETTINGS)
def test_single_precision_stays_single_precision(make: Any, settings: Any, number: Any) -> None:
    def cast(value: Any) -> Any:
        return tuple(map(number, value)) if isinstance(value, tuple) else number(value)

    p = Parameter(np.ones((2, 3), dtype=np.float32))
    optimizer = make([p], lr=number(0.1), **{name: cast(v) for name, v in settings.items()})
    for _ in range(2):
        p.grad = p.data
        optimizer.step()
    lists = [value for value in vars(optimizer).values() if isinstance(value, list)]
    states = [a for values in lists for a in values if isinstance(a, np.ndarray)]
    assert {a.dtype for a in states} <= {np.dtype(np.float32)}
    assert p.data.dtype == np.float32
    assert np.all(p.data < 1)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda p: SGD(p, lr=np.inf), "SGD: lr is inf, expected 0 or more, and finite"),
        (lambda p: SGD([{"params": p, "lr": np.nan}], lr=1), "group 0: lr is nan"),
        (lambda p: Adam(p, lr=0.1, eps=-1e-8), "Adam: eps is -1e-08"),
        (lambda p: Adam([{"params": p, "eps": np.nan}], lr=0.1), "Adam: eps is nan"),
        (lambda p: BatchNorm(2, eps=-10), "BatchNorm: eps is -10"),
        (lambda p: LayerNorm(2, eps=np.inf), "LayerNorm: eps is inf"),
    ],
)
def test_rates_and_eps_are_finite_and_not_negative(make: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make([Parameter(np.ones(2))])


def test_eps_is_a_number() -> None:
    with pytest.raises(TypeError, match="Adam: eps is '1e-8', expected a number"):
        Adam([Parameter(np.ones(2))], lr=0.1, eps="1e-8")  # type: ignore[arg-type]
