"""A whole network and PyTorch's compute the same; single operations: test_operations.py.

In double precision, where the two differ by rounding only: tolerances leave room for sums in
another order over 50 steps and none for another formula.
"""

from typing import Any

import numpy as np
import pytest

from course_lib.layers import (
    AvgPool2d,
    BatchNorm,
    Conv2d,
    Flatten,
    GroupNorm,
    LayerNorm,
    LeakyReLU,
    Linear,
    MaxPool2d,
    ReLU,
)
from course_lib.losses import softmax_cross_entropy
from course_lib.models import Sequential
from course_lib.optimizers import SGD

pytestmark = pytest.mark.torch


@pytest.fixture
def torch() -> Any:
    import torch

    torch.set_num_threads(1)
    return torch


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def normal(seed: int, *shape: int) -> np.ndarray:
    return rng(seed).normal(size=shape)


def tensor(torch: Any, array: Any, *, grad: bool = False) -> Any:
    return torch.tensor(np.ascontiguousarray(array), requires_grad=grad)


def test_torch_divides_its_momentum_by_nothing_so_the_forms_part_when_the_rate_changes(
    torch: Any,
) -> None:
    """Our v contains lr, theirs does not: equal until lr changes (curriculum, ps12)."""
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


def test_fifty_steps_of_training_a_convolutional_network(torch: Any) -> None:
    double: dict[str, Any] = {"dtype": "float64"}
    model = Sequential(
        Conv2d(2, 4, 3, padding=1, rng=rng(0), **double),
        BatchNorm(4, **double),
        ReLU(),
        MaxPool2d(2),
        Conv2d(4, 6, 3, rng=rng(1), **double),
        GroupNorm(2, 6, **double),
        ReLU(),
        AvgPool2d(2, stride=1),
        Flatten(),
        Linear(6, 5, rng=rng(2), **double),
        LayerNorm(5, **double),
    )
    theirs = torch.nn.Sequential(
        torch.nn.Conv2d(2, 4, 3, padding=1),
        torch.nn.BatchNorm2d(4),
        torch.nn.ReLU(),
        torch.nn.MaxPool2d(2),
        torch.nn.Conv2d(4, 6, 3),
        torch.nn.GroupNorm(2, 6),
        torch.nn.ReLU(),
        torch.nn.AvgPool2d(2, stride=1),
        torch.nn.Flatten(),
        torch.nn.Linear(6, 5),
        torch.nn.LayerNorm(5),
    ).double()

    def as_theirs(W: Any) -> Any:
        return W.T if W.ndim == 2 else W  # torch keeps the W of a linear layer transposed

    with torch.no_grad():
        for ours, parameter in zip(model.parameters(), theirs.parameters(), strict=True):
            parameter.copy_(tensor(torch, as_theirs(ours.data)))
    optimizer = SGD(model.parameters(), lr=0.05, momentum=0.9)
    their_optimizer = torch.optim.SGD(theirs.parameters(), lr=0.05, momentum=0.9)
    for step in range(50):
        x, t = normal(step, 6, 2, 8, 8), rng(step + 100).integers(0, 5, 6)
        y, backward = model.forward(x, training=True)
        value, dy = softmax_cross_entropy(y, t)
        optimizer.zero_grad()
        backward(dy)
        optimizer.step()
        their_value = torch.nn.functional.cross_entropy(theirs(tensor(torch, x)), tensor(torch, t))
        their_optimizer.zero_grad()
        their_value.backward()
        their_optimizer.step()
        assert value == pytest.approx(float(their_value.detach()), rel=1e-7)
    for ours, parameter in zip(model.parameters(), theirs.parameters(), strict=True):
        # Rounding grows along a path; 1e-6 is far above it and far below one step.
        expected = parameter.detach().numpy()
        np.testing.assert_allclose(as_theirs(ours.data), expected, rtol=1e-6, atol=1e-8)
    theirs.eval()
    x = normal(1000, 6, 2, 8, 8)
    np.testing.assert_allclose(
        model(x), theirs(tensor(torch, x)).detach().numpy(), rtol=1e-6, atol=1e-8
    )


def test_layers_take_the_same_arguments(torch: Any) -> None:
    """The names, the places and the meaning of arguments that both sides have."""
    double: dict[str, Any] = {"dtype": "float64"}
    ours = Sequential(
        Conv2d(2, 4, (3, 2), (1, 2), (1, 0), bias=False, rng=np.random.default_rng(0), **double),
        GroupNorm(2, 4, eps=0.01, **double),
        LeakyReLU(negative_slope=0.3),
        MaxPool2d(kernel_size=(2, 1), stride=1),
        Conv2d(
            in_channels=4,
            out_channels=3,
            kernel_size=2,
            padding=1,
            rng=np.random.default_rng(1),
            **double,
        ),
        BatchNorm(num_features=3, eps=0.02, momentum=0.3, **double),
        AvgPool2d((1, 2)),
        Flatten(),
        Linear(in_features=42, out_features=5, bias=False, rng=np.random.default_rng(2), **double),
        LayerNorm(normalized_shape=5, eps=0.03, **double),
    )
    nn = torch.nn
    theirs = nn.Sequential(
        nn.Conv2d(2, 4, (3, 2), (1, 2), (1, 0), bias=False),
        nn.GroupNorm(2, 4, eps=0.01),
        nn.LeakyReLU(negative_slope=0.3),
        nn.MaxPool2d(kernel_size=(2, 1), stride=1),
        nn.Conv2d(in_channels=4, out_channels=3, kernel_size=2, padding=1),
        nn.BatchNorm2d(num_features=3, eps=0.02, momentum=0.3),
        nn.AvgPool2d((1, 2)),
        nn.Flatten(),
        nn.Linear(in_features=42, out_features=5, bias=False),
        nn.LayerNorm(normalized_shape=5, eps=0.03),
    ).double()
    letters = {"W": "weight", "b": "bias", "gamma": "weight", "beta": "bias"}
    state = {}
    for name, array in ours.state_dict().items():
        layer, _, last = name.partition(".")
        value = array.T if name == "8.W" else array
        state[f"{layer}.{letters.get(last, last)}"] = tensor(torch, value)
    expected = [name for name in theirs.state_dict() if not name.endswith("num_batches_tracked")]
    assert list(state) == expected
    theirs.load_state_dict(state, strict=False)
    x, dy = normal(1, 6, 2, 7, 8), normal(2, 6, 5)
    y, backward = ours.forward(x, training=True)
    their_x = tensor(torch, x, grad=True)
    their_y = theirs(their_x)
    their_y.backward(tensor(torch, dy))
    np.testing.assert_allclose(y, their_y.detach().numpy(), rtol=1e-9, atol=1e-10)
    np.testing.assert_allclose(backward(dy), their_x.grad.numpy(), rtol=1e-9, atol=1e-10)
    gradients = [p.grad.numpy() for p in theirs.parameters()]
    for p, gradient in zip(ours.parameters(), gradients, strict=True):
        theirs_as_ours = gradient.T if gradient.shape == (5, 42) else gradient
        np.testing.assert_allclose(p.grad, theirs_as_ours, rtol=1e-8, atol=1e-10)
    moved = theirs.state_dict()
    for name in ("5.running_mean", "5.running_var"):
        np.testing.assert_allclose(ours.state_dict()[name], moved[name].numpy(), rtol=1e-10)
