"""The classes apply the step functions to parameters, with settings of the moment and the group."""

from typing import Any

import numpy as np
import pytest

from course_lib import Parameter, optimizers
from course_lib.layers import BatchNorm, LayerNorm
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


@pytest.mark.parametrize("name", sorted({name.split()[0] for name in OPTIMIZERS}))
def test_a_rate_alone_is_enough(name: str) -> None:
    [p] = parameters((3, 4))
    before = np.linalg.norm(p.data)
    train(getattr(optimizers, name)([p], lr=0.01))
    assert np.linalg.norm(p.data) < before


@every_class
def test_the_first_step_has_the_length_that_the_formula_gives(make: Any) -> None:
    # On a vector of one with a gradient of one; a vector does not decay.
    p = Parameter(np.ones(1), np.ones(1))
    settings = {"momentum": 0.0} if make.name == "Muon" else make.first
    optimizer = make([p], lr=0.1, **settings)
    optimizer.step()
    np.testing.assert_allclose(p.data, 0.9, rtol=1e-6)
    optimizer.zero_grad()
    np.testing.assert_array_equal(p.grad, 0.0)


@pytest.mark.parametrize("number", [float, np.float64])
@every_class
def test_single_precision_stays_single_precision(make: Any, number: Any) -> None:
    def cast(value: Any) -> Any:
        if isinstance(value, tuple):
            return tuple(map(number, value))
        return number(value) if isinstance(value, float) else value

    p = Parameter(np.ones((2, 3), dtype=np.float32))
    optimizer = make([p], **{name: cast(value) for name, value in make.settings.items()})
    for _ in range(2):
        p.grad = p.data
        optimizer.step()
    states = [a for a in optimizer.state_dict().values() if isinstance(a, np.ndarray)]
    assert {a.dtype for a in [p.data, *states]} == {np.dtype(np.float32)}
    assert np.all(p.data < 1)


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


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda p: SGD([], lr=0.1), "no parameters"),
        (lambda p: SGD([p, p], lr=0.1), "listed twice"),
        (lambda p: SGD([p], lr=-1.0), "lr is -1"),
        (lambda p: SGD([p], lr=np.inf), "SGD: lr is inf, expected 0 or more, and finite"),
        (lambda p: SGD([{"params": [p], "lr": np.nan}], lr=1), "group 0: lr is nan"),
        (lambda p: SGD([p], lr=0.1, momentum=1.0), "momentum is 1"),
        (lambda p: Nesterov([p], lr=0.1, momentum=-0.1), "momentum is -0"),
        (lambda p: Muon([p], ns_steps=0), "ns_steps is 0"),
        (lambda p: RMSprop([p], alpha=1.0), "alpha is 1"),
        (lambda p: Adadelta([p], rho=1.0), "rho is 1"),
        (lambda p: Adam([p], betas=(0.9, 1.0)), r"betas is \(0.9, 1.0\)"),
        (lambda p: Adam([p], lr=0.1, eps=-1e-8), "Adam: eps is -1e-08"),
        (lambda p: Adam([{"params": [p], "eps": np.nan}], lr=0.1), "Adam: eps is nan"),
        (lambda p: AdamW([p], betas=(2.0, 0.9)), r"betas is \(2.0, 0.9\)"),
        (lambda p: AdamW([p], weight_decay=-1.0), "weight_decay is -1"),
        (lambda p: BatchNorm(2, eps=-10), "BatchNorm: eps is -10"),
        (lambda p: LayerNorm(2, eps=np.inf), "LayerNorm: eps is inf"),
    ],
)
def test_impossible_settings_are_refused(make: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make(Parameter(np.ones(3)))


def test_eps_is_a_number() -> None:
    with pytest.raises(TypeError, match="Adam: eps is '1e-8', expected a number"):
        Adam([Parameter(np.ones(2))], lr=0.1, eps="1e-8")  # type: ignore[arg-type]
