"""The library and PyTorch compute the same.

Finite differences prove the gradients; this proves the conventions: biased and unbiased variances,
eps inside or outside a root, what momentum multiplies, what a mean divides by.

All in double precision, where the two differ by rounding only: tolerances of 1e-9 relative leave
room for sums in another order over 50 steps and none for another formula.
"""

from typing import Any

import numpy as np
import pytest

from course_lib import functional as F
from course_lib.layers import BatchNorm, Layer, Linear, ReLU, Tanh
from course_lib.losses import softmax_cross_entropy, squared_error
from course_lib.models import Sequential
from course_lib.optimizers import SGD, Adam

pytestmark = pytest.mark.torch

CLOSE: dict[str, Any] = {"rtol": 1e-9, "atol": 1e-12}


@pytest.fixture
def torch() -> Any:
    import torch

    torch.set_num_threads(1)
    return torch


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def tensor(torch: Any, array: Any, *, grad: bool = False) -> Any:
    return torch.tensor(np.ascontiguousarray(array), requires_grad=grad)


@pytest.mark.parametrize(("N", "n_in", "n_out"), [(5, 4, 3), (1, 4, 3), (5, 1, 1)])
def test_linear(torch: Any, N: int, n_in: int, n_out: int) -> None:
    x, W, b = (
        rng(1).normal(size=(N, n_in)),
        rng(2).normal(size=(n_in, n_out)),
        rng(3).normal(size=n_out),
    )
    dy = rng(4).normal(size=(N, n_out))
    y, cache = F.linear_forward(x, W, b)
    tx, tW, tb = (tensor(torch, a, grad=True) for a in (x, W.T, b))  # torch keeps W transposed
    ty = torch.nn.functional.linear(tx, tW, tb)
    ty.backward(tensor(torch, dy))
    dx, dW, db = F.linear_backward(dy, cache)
    for ours, theirs in [(y, ty), (dx, tx.grad), (dW, tW.grad.T), (db, tb.grad)]:
        np.testing.assert_allclose(ours, theirs.detach().numpy(), **CLOSE)


@pytest.mark.parametrize("name", ["sigmoid", "tanh", "relu"])
def test_activations(torch: Any, name: str) -> None:
    u = np.concatenate([6 * rng(1).normal(size=200), [-800.0, -40.0, 40.0, 800.0]])
    dz = rng(2).normal(size=u.shape)
    z, cache = getattr(F, f"{name}_forward")(u)
    tu = tensor(torch, u, grad=True)
    tz = getattr(torch, name)(tu)
    tz.backward(tensor(torch, dz))
    np.testing.assert_allclose(z, tz.detach().numpy(), **CLOSE)
    np.testing.assert_allclose(getattr(F, f"{name}_backward")(dz, cache), tu.grad.numpy(), **CLOSE)


@pytest.mark.parametrize("eps", [1e-5, 0.03])
def test_batchnorm_over_steps_of_training_and_then_in_evaluation(torch: Any, eps: float) -> None:
    D, momentum = 4, 0.3
    gamma, beta = rng(1).normal(size=D), rng(2).normal(size=D)
    theirs = torch.nn.BatchNorm1d(D, eps=eps, momentum=momentum, dtype=torch.float64)
    with torch.no_grad():
        theirs.weight.copy_(tensor(torch, gamma))
        theirs.bias.copy_(tensor(torch, beta))
    state = {"mean": np.zeros(D), "var": np.ones(D)}
    for step in range(6):
        training = step < 4
        N = 2 + step  # the unbiased variance differs most in small batches
        x, dy = 2 + 3 * rng(step).normal(size=(N, D)), rng(step + 50).normal(size=(N, D))
        y, cache, state = F.batchnorm_forward(
            x, gamma, beta, state, training=training, momentum=momentum, eps=eps
        )
        dx, dgamma, dbeta = F.batchnorm_backward(dy, cache)
        theirs.train(training)
        theirs.zero_grad()
        tx = tensor(torch, x, grad=True)
        ty = theirs(tx)
        ty.backward(tensor(torch, dy))
        for a, b in [
            (y, ty),
            (dx, tx.grad),
            (dgamma, theirs.weight.grad),
            (dbeta, theirs.bias.grad),
            (state["mean"], theirs.running_mean),
            (state["var"], theirs.running_var),
        ]:
            # Two rows per column: x_hat is 1 or -1 and dx nearly cancels, hence the larger atol.
            np.testing.assert_allclose(a, b.detach().numpy(), rtol=1e-9, atol=1e-10)


@pytest.mark.parametrize("kind", ["labels", "rows"])
def test_softmax_cross_entropy(torch: Any, kind: str) -> None:
    u = 5 * rng(1).normal(size=(6, 4))
    target = rng(2).integers(0, 4, 6) if kind == "labels" else F.softmax(rng(2).normal(size=(6, 4)))
    value, du = softmax_cross_entropy(u, target)
    tu = tensor(torch, u, grad=True)
    tvalue = torch.nn.functional.cross_entropy(tu, tensor(torch, target))
    tvalue.backward()
    assert value == pytest.approx(float(tvalue.detach()), rel=1e-12)
    np.testing.assert_allclose(du, tu.grad.numpy(), **CLOSE)
    np.testing.assert_allclose(F.softmax(u), torch.softmax(tu, 1).detach().numpy(), **CLOSE)
    np.testing.assert_allclose(F.log_softmax(u), torch.log_softmax(tu, 1).detach().numpy(), **CLOSE)


def test_squared_error_is_half_of_theirs_summed_over_outputs(torch: Any) -> None:
    y, t = rng(1).normal(size=(6, 4)), rng(2).normal(size=(6, 4))
    value, dy = squared_error(y, t)
    ty = tensor(torch, y, grad=True)
    tvalue = torch.nn.functional.mse_loss(ty, tensor(torch, t), reduction="sum") / (2 * 6)
    tvalue.backward()
    assert value == pytest.approx(float(tvalue.detach()), rel=1e-12)
    np.testing.assert_allclose(dy, ty.grad.numpy(), **CLOSE)


def twins(torch: Any) -> tuple[Sequential, Any]:
    """The same network twice, batch norm between its layers."""
    layers: list[Layer] = [
        Linear(4, 8, rng=rng(), dtype="float64"),
        BatchNorm(8, dtype="float64"),
        Tanh(),
        Linear(8, 8, rng=rng(1), dtype="float64"),
        ReLU(),
        Linear(8, 3, rng=rng(2), dtype="float64"),
    ]
    theirs = torch.nn.Sequential(
        torch.nn.Linear(4, 8),
        torch.nn.BatchNorm1d(8),
        torch.nn.Tanh(),
        torch.nn.Linear(8, 8),
        torch.nn.ReLU(),
        torch.nn.Linear(8, 3),
    ).double()
    model = Sequential(*layers)
    with torch.no_grad():
        for ours, parameter in zip(model.parameters(), theirs.parameters(), strict=True):
            parameter.copy_(tensor(torch, ours.data.T))
    return model, theirs


@pytest.mark.parametrize("name", ["SGD", "momentum", "Adam"])
def test_fifty_steps_of_training(torch: Any, name: str) -> None:
    model, theirs = twins(torch)
    optimizer: Any
    if name == "Adam":
        settings: dict[str, Any] = {"lr": 0.02, "eps": 1e-3}
        optimizer = Adam(model.parameters(), betas=(0.8, 0.95), **settings)
        their_optimizer = torch.optim.Adam(theirs.parameters(), betas=(0.8, 0.95), **settings)
    else:
        settings = {"lr": 0.05, "momentum": 0.9 if name == "momentum" else 0.0}
        optimizer = SGD(model.parameters(), **settings)
        their_optimizer = torch.optim.SGD(theirs.parameters(), **settings)
    cross_entropy = torch.nn.CrossEntropyLoss()
    for step in range(50):
        x, t = rng(step).normal(size=(10, 4)), rng(step + 100).integers(0, 3, 10)
        y, backward = model.forward(x, training=True)
        value, dy = softmax_cross_entropy(y, t)
        optimizer.zero_grad()
        backward(dy)
        optimizer.step()
        their_value = cross_entropy(theirs(tensor(torch, x)), tensor(torch, t))
        their_optimizer.zero_grad()
        their_value.backward()
        their_optimizer.step()
        assert value == pytest.approx(float(their_value.detach()), rel=1e-8)
    for ours, parameter in zip(model.parameters(), theirs.parameters(), strict=True):
        # Rounding grows along a path; 1e-7 is far above it and far below one step.
        np.testing.assert_allclose(ours.data.T, parameter.detach().numpy(), rtol=1e-7, atol=1e-9)
    x = rng(1000).normal(size=(7, 4))
    theirs.eval()
    np.testing.assert_allclose(model(x), theirs(tensor(torch, x)).detach().numpy(), rtol=1e-7)


def test_torch_divides_its_momentum_by_nothing_so_the_forms_part_when_the_rate_changes(
    torch: Any,
) -> None:
    """Our v contains lr, theirs does not: equal until lr changes (curriculum, ps09)."""
    p = Linear(1, 1, rng=rng(), dtype="float64")
    optimizer = SGD([p.W], lr=0.1, momentum=0.9)
    w = torch.nn.Parameter(tensor(torch, p.W.data))
    their_optimizer = torch.optim.SGD([w], lr=0.1, momentum=0.9)
    gaps = []
    for step in range(6):
        if step == 3:
            optimizer.lr = 0.01
            their_optimizer.param_groups[0]["lr"] = 0.01
        p.W.grad = np.ones((1, 1))
        w.grad = torch.ones((1, 1), dtype=torch.float64)
        optimizer.step()
        their_optimizer.step()
        gaps.append(abs(p.W.data.item() - w.item()))
    assert max(gaps[:3]) < 1e-12
    assert min(gaps[3:]) > 0.01
