"""Every optimizer, and every schedule that PyTorch has, computes the same as PyTorch's.

Over 50 steps on a network with biases, with settings unlike the defaults. In double precision;
tolerances as in test_torch_agreement.py.
"""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from course_lib.layers import Linear, Tanh
from course_lib.losses import softmax_cross_entropy
from course_lib.models import Sequential
from course_lib.optimizers import SGD
from course_lib.regularizers import l2_penalty
from course_lib.schedules import (
    capped_inverse,
    exponential_decay,
    inverse_time_decay,
    piecewise_constant,
    step_decay,
    warmup_cosine,
)
from course_lib.training import fit
from tests.catalogue.optimizers import OPTIMIZERS, Optimizer

pytestmark = pytest.mark.torch


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def twins(torch: Any) -> tuple[Sequential, Any]:
    """The same network twice."""
    model = Sequential(
        Linear(4, 8, rng=rng(), dtype="float64"), Tanh(), Linear(8, 3, rng=rng(1), dtype="float64")
    )
    theirs = torch.nn.Sequential(
        torch.nn.Linear(4, 8), torch.nn.Tanh(), torch.nn.Linear(8, 3)
    ).double()
    with torch.no_grad():
        for ours, parameter in zip(model.parameters(), theirs.parameters(), strict=True):
            parameter.copy_(torch.tensor(ours.data.T.copy()))
    return model, theirs


def groups(parameters: Any, settings: Any) -> Any:
    """Weights with their settings and biases with others: W, b, W, b."""
    parameters = list(parameters)
    return [{"params": parameters[::2]}, {"params": parameters[1::2], **settings}]


def theirs(torch: Any, make: Optimizer, parameters: Any, grouped: bool) -> Any:
    """PyTorch's class; it lets biases decay as well, unless it is told not to."""
    name = "SGD" if make.name == "Nesterov" else make.name.split()[0]
    biases = make.other if grouped else {"weight_decay": 0.0} if name == "AdamW" else {}
    return getattr(torch.optim, name)(
        groups(parameters, biases), **make.settings, **(make.theirs or {})
    )


def their_step(
    torch: Any, network: Any, optimizer: Any, x: Any, t: Any, *, limit: float = math.inf
) -> float:
    """A step of theirs with clipped gradients, and the norm that these had."""
    optimizer.zero_grad()
    torch.nn.functional.cross_entropy(network(torch.tensor(x)), torch.tensor(t)).backward()
    norm = float(torch.nn.utils.clip_grad_norm_(network.parameters(), limit))
    optimizer.step()
    return norm


@pytest.mark.parametrize("scheduled", [False, True], ids=["constant", "schedule"])
@pytest.mark.parametrize("grouped", [False, True], ids=["together", "groups"])
@pytest.mark.parametrize(
    "make", [make for make in OPTIMIZERS.values() if make.theirs is not None], ids=lambda m: m.name
)
def test_fifty_steps(torch: Any, make: Optimizer, grouped: bool, scheduled: bool) -> None:
    """The same, but for momentum when the rate changes: our velocity contains it, theirs not."""
    model, network = twins(torch)
    ours = model.parameters()
    optimizer = make(groups(ours, make.other) if grouped else ours)
    their_optimizer = theirs(torch, make, network.parameters(), grouped)
    scheduler = torch.optim.lr_scheduler.LambdaLR(
        their_optimizer, lambda t: 1.0 / (1.0 + 0.1 * t) if scheduled else 1.0
    )
    lr = optimizer.lr
    start = [p.data for p in ours]
    for step in range(50):
        x, t = rng(step).normal(size=(10, 4)), rng(step + 100).integers(0, 3, 10)
        y, backward = model.forward(x, training=True)
        optimizer.lr = lr / (1.0 + 0.1 * step) if scheduled else lr
        optimizer.zero_grad()
        backward(softmax_cross_entropy(y, t)[1])
        optimizer.step()
        their_step(torch, network, their_optimizer, x, t)
        scheduler.step()
    for p, before, parameter in zip(ours, start, network.parameters(), strict=True):
        # Rounding grows along a path; 1e-7 is far above it and far below one step.
        same = np.allclose(p.data.T, parameter.detach().numpy(), rtol=1e-7, atol=1e-9)
        assert same == (not scheduled or "momentum" not in make.settings)
        assert np.abs(p.data - before).max() > 1e-3


def test_their_weight_decay_in_sgd_is_twice_our_penalty(torch: Any) -> None:
    """PyTorch adds ``weight_decay * w`` to the gradient, the penalty ``2 * lam * w``."""
    model, network = twins(torch)
    x, t = rng(1).normal(size=(12, 4)), rng(2).integers(0, 3, 12)
    decaying, rest = groups(network.parameters(), {})
    their_optimizer = torch.optim.SGD([{**decaying, "weight_decay": 2 * 0.05}, rest], lr=0.1)
    for _ in range(50):
        their_step(torch, network, their_optimizer, x, t)
    fit(
        model, x, t, loss=softmax_cross_entropy, optimizer=SGD(model.parameters(), lr=0.1),
        epochs=50, batch_size=12, rng=rng(), penalty=lambda weights: l2_penalty(weights, 0.05),
        progress=False,
    )  # fmt: skip
    for p, parameter in zip(model.parameters(), network.parameters(), strict=True):
        np.testing.assert_allclose(p.data.T, parameter.detach().numpy(), rtol=1e-7, atol=1e-9)


def test_fit_clips_as_they_do(torch: Any) -> None:
    """PyTorch divides by norm + 1e-6: over 40 steps this is less than 1e-5 of the path."""
    model, network = twins(torch)
    x, t = 3.0 * rng(1).normal(size=(12, 4)), rng(2).integers(0, 3, 12)
    their_optimizer = torch.optim.SGD(network.parameters(), lr=0.5)
    start = [p.data for p in model.parameters()]
    norms = [their_step(torch, network, their_optimizer, x, t, limit=0.3) for _ in range(40)]
    assert min(norms) < 0.3 < max(norms)  # some steps are clipped and some are not
    fit(
        model, x, t, loss=softmax_cross_entropy, optimizer=SGD(model.parameters(), lr=0.5),
        epochs=40, batch_size=12, rng=rng(), clip_norm=0.3, progress=False,
    )  # fmt: skip
    for p, before, parameter in zip(model.parameters(), start, network.parameters(), strict=True):
        moved = np.abs(p.data - before).max()
        assert np.abs(p.data.T - parameter.detach().numpy()).max() < 1e-5 * moved


SCHEDULES: dict[str, tuple[int, Callable[[int], float], Callable[..., Any]]] = {
    # steps, ours, theirs from an optimizer with lr = 0.3
    "step_decay": (
        50,
        lambda t: step_decay(t, lr=0.3, factor=0.6, every=7),
        lambda schedulers, o: schedulers.StepLR(o, step_size=7, gamma=0.6),
    ),
    "exponential_decay": (
        50,
        lambda t: exponential_decay(t, lr=0.3, k=0.05),
        lambda schedulers, o: schedulers.ExponentialLR(o, gamma=math.exp(-0.05)),
    ),
    "inverse_time_decay": (
        50,
        lambda t: inverse_time_decay(t, lr=0.3, k=0.2),
        lambda schedulers, o: schedulers.LambdaLR(o, lambda t: 1 / (1 + 0.2 * t)),
    ),
    "capped_inverse": (
        50,
        lambda t: capped_inverse(t + 1, cap=0.3, numerator=6.0),
        lambda schedulers, o: schedulers.LambdaLR(o, lambda t: min(1.0, 20.0 / (t + 1))),
    ),
    "piecewise_constant": (
        50,
        lambda t: piecewise_constant(t, boundaries=[5, 30], values=[0.3, 0.03, 0.003]),
        lambda schedulers, o: schedulers.MultiStepLR(o, milestones=[5, 30], gamma=0.1),
    ),
    "cosine": (
        50,
        lambda t: warmup_cosine(t, lr=0.3, warmup=0, total=49),
        lambda schedulers, o: schedulers.CosineAnnealingLR(o, T_max=49),
    ),
    # Theirs may not begin at 0: from 1/8 over 7 steps it goes on like ours from its first step on.
    "warmup": (
        8,
        lambda t: warmup_cosine(t + 1, lr=0.3, warmup=8, total=30),
        lambda schedulers, o: schedulers.LinearLR(o, start_factor=1 / 8, total_iters=7),
    ),
}


@pytest.mark.parametrize(("steps", "ours", "theirs"), SCHEDULES.values(), ids=SCHEDULES)
def test_schedules(torch: Any, steps: int, ours: Any, theirs: Any) -> None:
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=0.3)
    scheduler = theirs(torch.optim.lr_scheduler, optimizer)
    rates = []
    for _ in range(steps):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    # PyTorch multiplies step by step: 50 roundings; the last cosine is 0 up to these.
    np.testing.assert_allclose([ours(t) for t in range(steps)], rates, rtol=1e-9, atol=1e-12)
