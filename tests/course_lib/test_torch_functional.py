"""Convolution, pooling, norms and activations: the library and PyTorch compute the same.

In double precision, with the tolerances of test_torch_agreement.py: the two differ by the order of
their sums only.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from course_lib import functional as F
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

CLOSE: dict[str, Any] = {"rtol": 1e-9, "atol": 1e-12}


@pytest.fixture
def torch() -> Any:
    import torch

    torch.set_num_threads(1)
    return torch


def draw(seed: int, *shape: int) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=shape)


def tensor(torch: Any, array: Any, *, grad: bool = False) -> Any:
    return torch.tensor(np.ascontiguousarray(array), requires_grad=grad)


def compare(
    torch: Any,
    forward: Callable[..., Any],
    backward: Callable[..., Any],
    theirs: Callable[..., Any],
    *inputs: Any,
) -> None:
    """Outputs and all gradients of a pair and of a function of PyTorch."""
    y, cache = forward(*inputs)
    tensors = [tensor(torch, a, grad=True) for a in inputs]
    their_y = theirs(*tensors)
    np.testing.assert_allclose(y, their_y.detach().numpy(), **CLOSE)
    dy = draw(99, *y.shape)
    their_y.backward(tensor(torch, dy))
    gradients = backward(dy, cache)
    gradients = gradients if isinstance(gradients, tuple) else (gradients,)
    for gradient, t in zip(gradients, tensors, strict=True):
        np.testing.assert_allclose(gradient, t.grad.numpy(), **CLOSE)


def activations() -> dict[str, tuple[Any, Any, Any]]:
    """Ours forward and backward, theirs."""
    return {
        "leaky_relu": (
            lambda u: F.leaky_relu_forward(u, 0.2),
            F.leaky_relu_backward,
            lambda nn, u: nn.leaky_relu(u, 0.2),
        ),
        "elu": (
            lambda u: F.elu_forward(u, 1.3),
            F.elu_backward,
            lambda nn, u: nn.elu(u, alpha=1.3),
        ),
        "gelu, tanh form": (
            F.gelu_forward,
            F.gelu_backward,
            lambda nn, u: nn.gelu(u, approximate="tanh"),
        ),
        "gelu, exact": (F.gelu_erf_forward, F.gelu_erf_backward, lambda nn, u: nn.gelu(u)),
        # Theirs is the identity above a threshold, 20 unless told otherwise.
        "softplus": (
            F.softplus_forward,
            F.softplus_backward,
            lambda nn, u: nn.softplus(u, threshold=1000),
        ),
    }


@pytest.mark.parametrize("name", activations())
def test_activations(torch: Any, name: str) -> None:
    forward, backward, theirs = activations()[name]
    u = np.concatenate([4 * draw(1, 200), [-40.0, -8.0, 0.0, 8.0, 40.0]])
    if name == "softplus":
        u[np.abs(u) > 30] /= 2  # exp(40) loses digits in theirs
    compare(torch, forward, backward, lambda t: theirs(torch.nn.functional, t), u)


def test_exact_zeros_of_leaky_relu_and_elu_take_the_same_subgradient(torch: Any) -> None:
    for name in ("leaky_relu", "elu"):
        forward, backward, theirs = activations()[name]
        u = np.zeros(3)
        compare(torch, forward, backward, lambda t, f=theirs: f(torch.nn.functional, t), u)


@pytest.mark.parametrize("stride", [1, 2, 3, (1, 2)])
@pytest.mark.parametrize("padding", [0, 1, 2, (2, 1)])
@pytest.mark.parametrize(("kh", "kw"), [(1, 1), (3, 3), (2, 4)])
def test_conv2d(torch: Any, kh: int, kw: int, stride: Any, padding: Any) -> None:
    settings = {"stride": stride, "padding": padding}
    compare(
        torch,
        lambda x, W, b: F.conv2d_forward(x, W, b, **settings),
        F.conv2d_backward,
        lambda x, W, b: torch.nn.functional.conv2d(x, W, b, **settings),
        draw(1, 2, 3, 8, 7),
        draw(2, 4, 3, kh, kw),
        draw(3, 4),
    )


@pytest.mark.parametrize("kind", ["max", "avg"])
@pytest.mark.parametrize(
    ("size", "stride"),
    [(2, None), (3, 1), (3, 2), (2, 3), (1, 2), ((2, 3), None), ((3, 1), (1, 2))],
)
def test_pooling(torch: Any, kind: str, size: Any, stride: Any) -> None:
    forward = getattr(F, f"{kind}_pool2d_forward")
    theirs = getattr(torch.nn.functional, f"{kind}_pool2d")
    compare(
        torch,
        lambda x: forward(x, size=size, stride=stride),
        getattr(F, f"{kind}_pool2d_backward"),
        lambda x: theirs(x, size, stride),
        draw(1, 2, 3, 8, 7),
    )


def test_equal_values_in_max_pooling_go_to_the_same_pixel(torch: Any) -> None:
    compare(
        torch,
        lambda x: F.max_pool2d_forward(x, size=3, stride=1),
        F.max_pool2d_backward,
        lambda x: torch.nn.functional.max_pool2d(x, 3, 1),
        np.round(draw(1, 2, 3, 6, 6)),  # rounded: many ties
    )


@pytest.mark.parametrize("eps", [1e-5, 0.03])
@pytest.mark.parametrize(("N", "D"), [(5, 4), (1, 4), (3, 2)])
def test_layernorm(torch: Any, N: int, D: int, eps: float) -> None:
    compare(
        torch,
        lambda x, gamma, beta: F.layernorm_forward(x, gamma, beta, eps=eps),
        F.layernorm_backward,
        lambda x, gamma, beta: torch.nn.functional.layer_norm(x, (D,), gamma, beta, eps),
        2 + 3 * draw(1, N, D),
        draw(2, D),
        draw(3, D),
    )


@pytest.mark.parametrize("shape", [(5, 4), (1, 4), (3, 2, 5)])
def test_layernorm_and_rmsnorm_along_the_last_axis(torch: Any, shape: tuple[int, ...]) -> None:
    D = shape[-1]
    compare(
        torch,
        lambda x, gamma, beta: F.layernorm_forward(x, gamma, beta, eps=0.03),
        F.layernorm_backward,
        lambda x, gamma, beta: torch.nn.functional.layer_norm(x, (D,), gamma, beta, 0.03),
        2 + 3 * draw(1, *shape),
        draw(2, D),
        draw(3, D),
    )
    compare(
        torch,
        lambda x, gamma: F.rmsnorm_forward(x, gamma, eps=0.03),
        F.rmsnorm_backward,
        lambda x, gamma: torch.nn.functional.rms_norm(x, (D,), gamma, 0.03),
        2 + 3 * draw(1, *shape),
        draw(2, D),
    )


@pytest.mark.parametrize("groups", [1, 2, 3, 6])
@pytest.mark.parametrize("positions", [(), (5,), (3, 4), (2, 3, 2)])
def test_groupnorm(torch: Any, groups: int, positions: tuple[int, ...]) -> None:
    if groups == 6 and not positions:
        positions = (1,)  # theirs refuses groups of one value when there are no positions
    compare(
        torch,
        lambda x, gamma, beta: F.groupnorm_forward(x, gamma, beta, groups=groups, eps=0.03),
        F.groupnorm_backward,
        lambda x, gamma, beta: torch.nn.functional.group_norm(x, groups, gamma, beta, 0.03),
        2 + 3 * draw(1, 3, 6, *positions),
        draw(2, 6),
        draw(3, 6),
    )


def test_batchnorm_of_images_over_steps_of_training_and_then_in_evaluation(torch: Any) -> None:
    C = 3
    gamma, beta = draw(1, C), draw(2, C)
    theirs = torch.nn.BatchNorm2d(C, eps=0.03, momentum=0.3, dtype=torch.float64)
    with torch.no_grad():
        theirs.weight.copy_(tensor(torch, gamma))
        theirs.bias.copy_(tensor(torch, beta))
    state = {"mean": np.zeros(C), "var": np.ones(C)}
    for step in range(6):
        training = step < 4
        x = 2 + 3 * draw(step, 1 + step, C, 2, 3)
        y, cache, state = F.spatial_batchnorm_forward(
            x, gamma, beta, state, training=training, momentum=0.3, eps=0.03
        )
        dy = draw(step + 50, *y.shape)
        dx, dgamma, dbeta = F.spatial_batchnorm_backward(dy, cache)
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
            np.testing.assert_allclose(a, b.detach().numpy(), **CLOSE)


def test_one_weight_used_several_times(torch: Any) -> None:
    def theirs(x: Any, W: Any) -> Any:
        for _ in range(4):
            x = torch.sigmoid(x @ W)
        return x

    compare(
        torch,
        lambda x, W: F.shared_chain_forward(x, W, 4),
        F.shared_chain_backward,
        theirs,
        draw(1, 5, 3),
        draw(2, 3, 3),
    )


class Drawn:
    """A generator that draws what makes dropout keep the places of a mask."""

    def __init__(self, mask: Any) -> None:
        self.mask = mask

    def random(self, shape: tuple[int, ...], dtype: Any) -> Any:
        assert shape == self.mask.shape
        return self.mask.astype(dtype) * 0.999


def test_dropout_with_the_mask_they_drew(torch: Any) -> None:
    x, dy = draw(0, 30, 20), draw(1, 30, 20)
    tx = tensor(torch, x, grad=True)
    ty = torch.nn.functional.dropout(tx, 0.3, training=True)
    ty.backward(tensor(torch, dy))
    mask = ty.detach().numpy() != 0.0
    # 600 places: the share spreads by sqrt(0.3 * 0.7 / 600) = 0.019; six of these.
    assert mask.mean() == pytest.approx(0.7, abs=6 * 0.019)  # theirs is the probability to drop
    y, cache = F.dropout_forward(x, 0.3, Drawn(mask), training=True)
    np.testing.assert_allclose(y, ty.detach().numpy(), **CLOSE)
    np.testing.assert_allclose(F.dropout_backward(dy, cache), tx.grad.numpy(), **CLOSE)


def test_dropconnect_is_their_linear_map_of_dropped_weights(torch: Any) -> None:
    x, W, b = draw(0, 5, 20), draw(1, 20, 30), draw(2, 30)
    mask = torch.nn.functional.dropout(torch.ones(20, 30), 0.3).numpy() != 0.0
    compare(
        torch,
        lambda x, W, b: F.dropconnect_forward(x, W, b, 0.3, Drawn(mask), training=True),
        F.dropconnect_backward,
        lambda x, W, b: torch.nn.functional.linear(x, (W * torch.tensor(mask) / 0.7).T, b),
        x, W, b,
    )  # fmt: skip


def test_flatten_and_a_whole_mlp(torch: Any) -> None:
    compare(
        torch, F.flatten_forward, F.flatten_backward, lambda x: torch.flatten(x, 1),
        draw(0, 2, 3, 4, 5),
    )  # fmt: skip
    nn = torch.nn.functional
    x, *flat = draw(0, 5, 4), draw(1, 4, 6), draw(2, 6), draw(3, 6, 3), draw(4, 3)

    def forward(x: Any, W1: Any, b1: Any, W2: Any, b2: Any) -> Any:
        return F.mlp_forward(x, [(W1, b1), (W2, b2)])

    def backward(dy: Any, cache: Any) -> Any:
        dx, dparams = F.mlp_backward(dy, cache)
        return (dx, *(gradient for pair in dparams for gradient in pair))

    def theirs(x: Any, W1: Any, b1: Any, W2: Any, b2: Any) -> Any:
        return nn.linear(nn.relu(nn.linear(x, W1.T, b1)), W2.T, b2)

    compare(torch, forward, backward, theirs, x, *flat)


def test_fold_batchnorm_as_theirs_folds(torch: Any) -> None:
    from torch.nn.utils.fusion import fuse_conv_bn_weights

    W, b, gamma, beta, mean = draw(1, 4, 3, 2, 2), *(draw(seed, 4) for seed in (2, 3, 4, 5))
    var = 0.5 + draw(6, 4) ** 2
    theirs = fuse_conv_bn_weights(
        *(tensor(torch, a) for a in (W, b, mean, var)), 0.03, *map(torch.tensor, (gamma, beta))
    )
    for a, t in zip(F.fold_batchnorm(W, b, gamma, beta, mean, var, 0.03), theirs, strict=True):
        np.testing.assert_allclose(a, t.detach().numpy(), **CLOSE)


def test_fifty_steps_of_training_a_convolutional_network(torch: Any) -> None:
    def rng(seed: int) -> np.random.Generator:
        return np.random.default_rng(seed)

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
        x, t = draw(step, 6, 2, 8, 8), rng(step + 100).integers(0, 5, 6)
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
    x = draw(1000, 6, 2, 8, 8)
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
    x, dy = draw(1, 6, 2, 7, 8), draw(2, 6, 5)
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
