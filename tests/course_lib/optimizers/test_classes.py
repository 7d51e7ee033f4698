"""The classes apply the step functions to parameters, with settings of the moment and the group."""

from typing import Any

import numpy as np
import pytest

from course_lib import Parameter, optimizers
from course_lib.layers import BatchNorm, LayerNorm, RMSNorm
from course_lib.optimizers import SGD, Adadelta, Adam, AdamW, Muon, Nesterov, RMSprop, is_weight
from tests.catalogue.optimizers import OPTIMIZERS, Optimizer

every_class = pytest.mark.parametrize("make", OPTIMIZERS.values(), ids=OPTIMIZERS)
GRADIENTS = np.random.default_rng(0).normal(size=(5, 2, 3))


def parameters(*shapes: tuple[int, ...]) -> list[Parameter]:
    rng = np.random.default_rng(0)
    return [Parameter(rng.normal(size=shape)) for shape in shapes]


def train(optimizer: Any, steps: int = 5) -> None:
    """Steps on a loss whose gradient is w + sin(w)."""
    for _ in range(steps):
        optimizer.zero_grad()
        for p in optimizer.params:
            p.add_grad(p.data + np.sin(p.data))
        optimizer.step()


@pytest.mark.parametrize("make", [m for m in OPTIMIZERS.values() if m.step], ids=lambda m: m.name)
@pytest.mark.parametrize("plugged_in", [False, True])
def test_applies_its_formula_with_the_rate_of_the_moment(make: Optimizer, plugged_in: bool) -> None:
    asked, formula = [], getattr(optimizers, str(make.step))

    def own(*args: Any, **settings: Any) -> Any:
        asked.append(settings)
        return formula(*args, **settings)

    [p] = parameters((2, 3))
    optimizer = make([p], **({"step": own} if plugged_in else {}))
    w, *states = [p.data] + [np.zeros((2, 3))] * make.states
    for t, dw in enumerate(GRADIENTS, start=1):
        optimizer.lr = lr = 0.1 / t
        optimizer.zero_grad()
        p.add_grad(dw)
        optimizer.step()
        count = [t] if make.name.startswith("Adam") else []
        result = formula(w, dw, *states, *count, lr=lr, **make.formula)
        w, *states = result if states else [result]
        np.testing.assert_allclose(p.data, w, rtol=1e-13)
    rates = [{"lr": pytest.approx(0.1 / t), **make.formula} for t in range(1, 6)]
    assert asked == (rates if plugged_in else [])


@every_class
def test_each_group_and_each_parameter_is_as_with_an_optimizer_of_its_own(make: Any) -> None:
    shapes = ((3, 4), (4,), (4, 2))
    together, alone, start = (parameters(*shapes) for _ in range(3))
    # The second group has only what differs from the settings of the optimizer.
    train(make([{"params": together[:2]}, {"params": together[2:], **make.other}]))
    train(make(alone[:1]))
    train(make([{"params": alone[1:2]}]))
    train(make(alone[2:], **make.other))
    for a, b, c in zip(together, alone, start, strict=True):
        np.testing.assert_allclose(a.data, b.data, rtol=1e-13)
        assert not np.allclose(a.data, c.data, atol=1e-3)


def test_groups_keep_the_ratio_of_their_rates() -> None:
    p, q, r = parameters((3,), (3,), (3,))
    optimizer = SGD([{"params": p}, {"params": [q], "lr": 0.05}, {"params": [r], "lr": 0}], lr=0.2)
    for lr in (0.2, 1.0, 0.003):
        optimizer.lr = lr
        before = [each.data for each in (p, q, r)]
        for each in (p, q, r):
            each.grad = np.ones(3)
        optimizer.step()
        for each, old, rate in zip((p, q, r), before, (lr, lr / 4, 0.0), strict=True):
            np.testing.assert_allclose(old - each.data, rate, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("name", sorted({name.split()[0] for name in OPTIMIZERS}))
def test_a_rate_alone_is_enough(name: str) -> None:
    [p] = parameters((3, 4))
    before = np.linalg.norm(p.data)
    train(getattr(optimizers, name)([p], lr=0.01))
    assert np.linalg.norm(p.data) < before


@every_class
def test_numbers_of_numpy_as_settings_keep_single_precision(make: Any) -> None:
    def cast(value: Any) -> Any:
        if isinstance(value, tuple):
            return tuple(map(np.float64, value))
        return np.float64(value) if isinstance(value, float) else value

    p = Parameter(np.ones((2, 3), dtype=np.float32))
    optimizer = make([p], **{name: cast(value) for name, value in make.settings.items()})
    for _ in range(2):
        p.grad = p.data
        optimizer.step()
    states = [a for a in optimizer.state_dict().values() if isinstance(a, np.ndarray)]
    assert {a.dtype for a in [p.data, *states]} == {np.dtype(np.float32)}


def test_weights_decay_and_are_told_from_biases_by_their_axes() -> None:
    for shape, answer in (((3, 2), True), ((4, 2, 3, 3), True), ((3,), False)):
        assert is_weight(Parameter(np.ones(shape))) is answer
    shapes = ((2, 3), (3,))
    default, named, without = parameters(*shapes), parameters(*shapes), parameters(*shapes)
    start = [p.data for p in default]
    groups: Any = [{"params": default}, {"params": named, "weight_decay": 0.5}]
    groups += [{"params": without, "weight_decay": 0.0}]
    AdamW(groups, lr=0.1, weight_decay=0.2).step()  # a gradient of zero shows the decay alone
    for group, shares in ((default, (0.2, 0.0)), (named, (0.5, 0.5)), (without, (0.0, 0.0))):
        for p, before, share in zip(group, start, shares, strict=True):
            np.testing.assert_allclose(p.data, before * (1.0 - 0.1 * share), rtol=1e-14)


def test_a_step_of_your_own_keeps_precision_and_shape() -> None:
    p = Parameter(np.ones(3, dtype=np.float32))
    SGD([p], lr=0.1, step=lambda w, dw, lr: w.astype(float) - lr * dw).step()
    assert p.data.dtype == np.float32
    with pytest.raises(ValueError, match=r"returned w of shape \(1, 3\)"):
        SGD([p], lr=0.1, step=lambda w, dw, lr: w[None] - lr * dw).step()


def test_the_gradient_of_nesterov_is_asked_for_once_where_momentum_leads() -> None:
    w, v, asked = np.array([1.0, 2.0]), np.array([0.5, -0.5]), []

    def gradient(point: Any) -> Any:
        asked.append(point)
        return point

    optimizers.nesterov_step(w, gradient, v, lr=0.1, mu=0.8)
    np.testing.assert_allclose(asked, [w + 0.8 * v], rtol=1e-15)


@pytest.mark.parametrize("step", [None, optimizers.nesterov_step], ids=["library", "plugged in"])
def test_nesterov_follows_the_formula_one_look_ahead_before_it(step: Any) -> None:
    """Exact under any schedule: the rate changes at every step."""

    def bent(w: Any) -> Any:
        return np.array([0.5, 2.0, 4.0]) * w + w**3

    p = Parameter(np.array([1.0, -2.0, 0.5]))
    optimizer = Nesterov([p], lr=1.0, momentum=0.8, step=step)
    w, v = p.data, np.zeros(3)
    for t in range(30):
        optimizer.lr = lr = 0.05 / (1 + 0.2 * t)
        np.testing.assert_allclose(p.data, w + 0.8 * v, rtol=1e-10, atol=1e-12)
        p.grad = bent(p.data)
        optimizer.step()
        w, v = optimizers.nesterov_step(w, bent, v, lr=lr, mu=0.8)
    assert np.abs(w).max() < 0.9  # it went somewhere


def test_a_nesterov_step_that_does_not_look_ahead_is_found_out() -> None:
    """Handing it the gradient of the look-ahead would make a mistake look right."""

    def at_w(w: Any, grad_fn: Any, v: Any, *, lr: float, mu: float) -> Any:
        v = mu * v - lr * grad_fn(w)
        return w + v, v

    p = Parameter(np.ones(3), np.ones(3))
    optimizer = Nesterov([p], lr=0.1, step=at_w)
    optimizer.step()  # v is zero: both points are the same
    with pytest.raises(ValueError, match="known only at that point"):
        optimizer.step()


def group(*params: Parameter, **settings: Any) -> dict[str, Any]:
    return {"params": list(params), **settings}


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda p, q: SGD([], lr=0.1), "there are no parameters"),
        (lambda p, q: SGD([p, p], lr=0.1), "listed twice"),
        (lambda p, q: SGD([p], lr=-1.0), "lr is -1"),
        (lambda p, q: SGD([p], lr=np.inf), "SGD: lr is inf, expected 0 or more, and finite"),
        (lambda p, q: SGD([p], lr=0.1, momentum=1.0), "momentum is 1"),
        (lambda p, q: Nesterov([p], lr=0.1, momentum=-0.1), "momentum is -0"),
        (lambda p, q: Muon([p], ns_steps=0), "ns_steps is 0"),
        (lambda p, q: RMSprop([p], alpha=1.0), "alpha is 1"),
        (lambda p, q: Adadelta([p], rho=1.0), "rho is 1"),
        (lambda p, q: Adam([p], betas=(0.9, 1.0)), r"betas is \(0.9, 1.0\)"),
        (lambda p, q: Adam([p], eps=-1e-8), "Adam: eps is -1e-08"),
        (lambda p, q: Adam([group(p, eps=np.nan)]), "Adam: eps is nan"),
        (lambda p, q: Adam([p], eps=0), "Adam: eps is 0, expected more than 0"),
        (lambda p, q: RMSNorm(2, eps=0.0), "RMSNorm: eps is 0.0, expected more than 0"),
        (lambda p, q: AdamW([p], betas=(2.0, 0.9)), r"betas is \(2.0, 0.9\)"),
        (lambda p, q: AdamW([p], weight_decay=-1.0), "weight_decay is -1"),
        (lambda p, q: AdamW([group(p, weight_decay=-1)]), "decay is -1, expected 0 or more"),
        (lambda p, q: BatchNorm(2, eps=-10), "BatchNorm: eps is -10"),
        (lambda p, q: LayerNorm(2, eps=np.inf), "LayerNorm: eps is inf"),
        (lambda p, q: SGD([group()], lr=1), "group 0 has no parameters"),
        (lambda p, q: SGD([{"lr": 0.1}], lr=1), "group 0 has no parameters; list .* 'params'"),
        (
            lambda p, q: SGD([group(p), group(q, momentun=0.9)], lr=1),
            "SGD: group 1 has 'momentun'; a group may have params, lr, momentum",
        ),
        (lambda p, q: SGD([group(p), group(q, p)], lr=1), "listed twice, in one group or in"),
        (lambda p, q: SGD([group(p, p)], lr=1), "listed twice"),
        (lambda p, q: SGD([group(p, lr=np.nan)], lr=1), "group 0: lr is nan"),
        (lambda p, q: SGD([group(p), group(q, lr=-0.1)], lr=1), "group 1: lr is -0.1, exp"),
        (lambda p, q: SGD([group(p), group(q, momentum=1)], lr=1), "momentum is 1, exp"),
        (lambda p, q: SGD([group(p, lr=0.1)], lr=0.0), "lr of the optimizer must be pos"),
    ],
)
def test_impossible_settings_and_groups_are_refused(make: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make(*parameters((2, 3), (3,)))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda p, q: Adam([p], eps="1e-8"), "Adam: eps is '1e-8', expected a number"),
        (lambda p, q: SGD([group(p), q], lr=1), "group 1 is a Parameter, expected a dictionary"),
        (lambda p, q: SGD([p.data], lr=1), "group 0 has a ndarray among its parameters"),
    ],
)
def test_what_is_no_number_and_no_parameter_is_refused(make: Any, message: str) -> None:
    with pytest.raises(TypeError, match=message):
        make(*parameters((2, 3), (3,)))
