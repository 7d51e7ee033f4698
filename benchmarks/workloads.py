"""Workloads of a course, each as course_lib and as PyTorch do it, and what neither can avoid.

Every side is a function of the device, ``"cpu"`` or ``"cuda"``, that prepares the work and returns
a function that does it once. On ``"cuda"`` course_lib computes with CuPy.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from itertools import pairwise
from typing import Any

import numpy as np
import torch
from torch.nn import functional as F

from course_lib.backend import Array, Generator, array_namespace, to_device
from course_lib.datasets import load_digits
from course_lib.layers import (
    AvgPool2d,
    BatchNorm,
    Conv2d,
    Dropout,
    Flatten,
    Layer,
    LayerNorm,
    Linear,
    MaxPool2d,
    ReLU,
    Residual,
)
from course_lib.losses import softmax_cross_entropy
from course_lib.models import Sequential, mlp, small_cnn
from course_lib.optimizers import SGD, Adam, AdamW, Optimizer, is_weight
from course_lib.parameter import Parameter
from course_lib.regularizers import l2_penalty
from course_lib.training import evaluate, fit
from course_lib.training.train_step import train_step

Work = Callable[[], object]
Side = Callable[[str], Work]
Product = tuple[int, int, int]
"""(N, n_in, n_out) of a linear layer."""


@dataclass(frozen=True)
class Workload:
    """One piece of work done by course_lib, by PyTorch, and the part that neither can avoid.

    The floor is the matrix products alone, or reading and writing every array once.
    """

    title: str
    ours: Side
    theirs: Side
    floor: Side


def numbers(*shape: int, seed: int = 0) -> np.ndarray:
    """Standard normal numbers in single precision."""
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


def labels(n: int, classes: int = 10) -> np.ndarray:
    """Random labels."""
    return np.random.default_rng(1).integers(0, classes, n)


def generator(device: str) -> Generator:
    """A random generator that draws where the arrays are."""
    return import_module("cupy" if device == "cuda" else "numpy").random.default_rng(0)


# --- Networks: a step of training, W1 to W4 and W9 --------------------------------------------

Momentum = {"lr": 1e-3, "momentum": 0.9}


def fit_step(model: Layer, x: Array, t: Array, optimizer: Optimizer, decay: float) -> None:
    """A step as `fit` does it."""
    penalty = (lambda weights: l2_penalty(weights, decay)) if decay else None
    train_step(model, x, t, loss=softmax_cross_entropy, optimizer=optimizer, penalty=penalty)


def own_step(
    model: Layer, x: Array, t: Array, optimizer: Optimizer, decay: float, *, dx: bool = False
) -> None:
    """A step of a loop that a user writes, with the gradient of the inputs or without."""
    y, backward = model.forward(x, training=True)
    _, dy = softmax_cross_entropy(y, t)
    optimizer.zero_grad()
    if dx:
        backward(dy)
    else:
        backward.without_dx(dy)
    if decay:
        weights = [p for p in optimizer.params if is_weight(p)]
        _, gradients = l2_penalty([p.data for p in weights], decay)
        for p, gradient in zip(weights, gradients, strict=True):
            p.add_grad(gradient)
    optimizer.step()


STEPS: dict[str, tuple[str, Callable[..., None]]] = {
    "": ("", fit_step),
    "own": (", own loop", own_step),
    "dx": (", own loop with dx", partial(own_step, dx=True)),
}
"""Who writes the loop: what is added to the title, and one step."""


def step_of(
    title: str,
    make: Callable[[Generator], Layer],
    make_other: Callable[[], torch.nn.Module],
    x: np.ndarray,
    products: Sequence[Product],
    *,
    classes: int = 10,
    optimizers: tuple[Any, Any] = (SGD, torch.optim.SGD),
    settings: dict[str, float] = Momentum,
    decay: float = 0.0,
    loop: str = "",
) -> Workload:
    """A training step of a network and of its twin, with an L2 penalty if decay is not 0."""
    t = labels(len(x), classes)
    our_optimizer, their_optimizer = optimizers
    addition, our_step = STEPS[loop]

    def ours(device: str) -> Work:
        model = make(generator(device)).to(device)
        optimizer = our_optimizer(model.parameters(), **settings)
        inputs, targets = to_device(x, device), to_device(t, device)
        return lambda: our_step(model, inputs, targets, optimizer, decay)

    def theirs(device: str) -> Work:
        model = make_other().to(device)
        optimizer = their_optimizer(model.parameters(), **settings)
        inputs, targets = (torch.from_numpy(a).to(device) for a in (x, t))
        weights = [p for p in model.parameters() if p.ndim > 1]

        def step() -> None:
            loss = F.cross_entropy(model(inputs), targets)
            if decay:
                loss = loss + decay * sum((W * W).sum() for W in weights)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()

        return step

    return Workload(title + addition, ours, theirs, multiplications(products))


def multiplications(products: Sequence[Product], times: int = 1) -> Side:
    """For every (N, n_in, n_out) the products forwards, to W and to x; the first needs no dx."""

    def floor(device: str) -> Work:
        pieces = [
            [to_device(numbers(*s), device) for s in ((N, n_in), (n_in, n_out), (N, n_out))]
            for N, n_in, n_out in products
        ]

        def multiply() -> None:
            for _ in range(times):
                for k, (x, W, du) in enumerate(pieces):
                    x @ W
                    x.T @ du
                    if k > 0:
                        du @ W.T

        return multiply

    return floor


def layer_products(sizes: Sequence[int], batch: int) -> list[Product]:
    """The products of a multilayer perceptron."""
    return [(batch, n_in, n_out) for n_in, n_out in pairwise(sizes)]


def torch_mlp(sizes: Sequence[int], norm: bool = False, drop_prob: float = 0.0) -> torch.nn.Module:
    """The twin of `mlp`."""
    layers: list[torch.nn.Module] = []
    for n_in, n_out in pairwise(sizes[:-1]):
        layers += [torch.nn.Linear(n_in, n_out)]
        layers += [torch.nn.BatchNorm1d(n_out)] if norm else []
        layers += [torch.nn.ReLU()]
        layers += [torch.nn.Dropout(drop_prob)] if drop_prob else []
    return torch.nn.Sequential(*layers, torch.nn.Linear(sizes[-2], sizes[-1]))


def torch_cnn(first: int, second: int, kernel_size: int = 3) -> torch.nn.Module:
    """The twin of `small_cnn` with two blocks, for images of 28 x 28."""
    nn = torch.nn
    padding = kernel_size // 2
    return nn.Sequential(
        nn.Conv2d(1, first, kernel_size, padding=padding), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(first, second, kernel_size, padding=padding), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(second * 49, 10),
    )  # fmt: skip


def w1(loop: str = "") -> Workload:
    """A small perceptron."""
    sizes = [784, 256, 128, 10]
    return step_of(
        "W1 MLP 784-256-128-10, batch 128, SGD with momentum",
        lambda rng: mlp(sizes, rng=rng),
        lambda: torch_mlp(sizes),
        numbers(128, 784),
        layer_products(sizes, 128),
        loop=loop,
    )


def w2(loop: str = "") -> Workload:
    """The same with all that regularises."""
    sizes = [784, 256, 128, 10]
    return step_of(
        "W2 the same with batch norm, dropout 0.5, L2 penalty, Adam",
        lambda rng: mlp(sizes, rng=rng, norm=BatchNorm, drop_prob=0.5),
        lambda: torch_mlp(sizes, norm=True, drop_prob=0.5),
        numbers(128, 784),
        layer_products(sizes, 128),
        optimizers=(Adam, torch.optim.Adam),
        settings={},
        decay=1e-4,
        loop=loop,
    )


def w3(loop: str = "") -> Workload:
    """A large perceptron."""
    sizes = [1024, 2048, 2048, 10]
    return step_of(
        "W3 MLP 1024-2048-2048-10, batch 256, Adam",
        lambda rng: mlp(sizes, rng=rng),
        lambda: torch_mlp(sizes),
        numbers(256, 1024),
        layer_products(sizes, 256),
        optimizers=(Adam, torch.optim.Adam),
        settings={},
        loop=loop,
    )


def w4(loop: str = "") -> Workload:
    """A convolutional network."""
    return step_of(
        "W4 CNN 16-32 on 28 x 28, batch 64, SGD with momentum",
        lambda rng: small_cnn((1, 28, 28), 10, rng=rng, channels=(16, 32)),
        lambda: torch_cnn(16, 32),
        numbers(64, 1, 28, 28),
        [(64 * 784, 9, 16), (64 * 196, 144, 32), (64, 32 * 49, 10)],
        loop=loop,
    )


def w9() -> Workload:
    """Overhead: next to no arithmetic."""
    return step_of(
        "W9 MLP 4-8-3, batch 8, SGD with momentum",
        lambda rng: mlp([4, 8, 3], rng=rng),
        lambda: torch_mlp([4, 8, 3]),
        numbers(8, 4),
        layer_products([4, 8, 3], 8),
        classes=3,
    )


# --- Convolutional networks as they are usually written, W10 to W13 ------------------------


def w10(kernel_size: int = 3) -> Workload:
    """`small_cnn` as it is by default, or with larger filters."""
    first, second = kernel_size**2, 8 * kernel_size**2
    return step_of(
        f"W10 CNN 8-16 with filters of {kernel_size} x {kernel_size}, batch 64, SGD with momentum",
        lambda rng: small_cnn((1, 28, 28), 10, rng=rng, kernel_size=kernel_size),
        lambda: torch_cnn(8, 16, kernel_size),
        numbers(64, 1, 28, 28),
        [(64 * 784, first, 8), (64 * 196, second, 16), (64, 16 * 49, 10)],
    )


def w11() -> Workload:
    """LeNet-5 (LeCun et al. 1998) with ReLU and max pooling."""
    nn = torch.nn
    return step_of(
        "W11 LeNet-5 on 28 x 28, batch 64, SGD with momentum",
        lambda rng: Sequential(
            Conv2d(1, 6, 5, padding=2, rng=rng), ReLU(), MaxPool2d(2),
            Conv2d(6, 16, 5, rng=rng), ReLU(), MaxPool2d(2), Flatten(),
            *mlp([400, 120, 84, 10], rng=rng).layers,
        ),
        lambda: nn.Sequential(
            nn.Conv2d(1, 6, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(),
            *torch_mlp([400, 120, 84, 10]),
        ),
        numbers(64, 1, 28, 28),
        [(64 * 784, 25, 6), (64 * 100, 150, 16), *layer_products([400, 120, 84, 10], 64)],
    )  # fmt: skip


class TorchResidual(torch.nn.Sequential):
    """The twin of `Residual`."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """x plus what the layers make of it."""
        return x + super().forward(x)


def w12() -> Workload:
    """A small residual network."""
    nn = torch.nn

    def block(rng: Generator) -> list[Layer]:
        inner = [
            Conv2d(16, 16, 3, padding=1, bias=False, rng=rng), BatchNorm(16), ReLU(),
            Conv2d(16, 16, 3, padding=1, bias=False, rng=rng), BatchNorm(16),
        ]  # fmt: skip
        return [Residual(Sequential(*inner)), ReLU()]

    def torch_block() -> list[nn.Module]:
        inner = [
            nn.Conv2d(16, 16, 3, padding=1, bias=False), nn.BatchNorm2d(16), nn.ReLU(),
            nn.Conv2d(16, 16, 3, padding=1, bias=False), nn.BatchNorm2d(16),
        ]  # fmt: skip
        return [TorchResidual(*inner), nn.ReLU()]

    return step_of(
        "W12 residual network, three blocks of 16 channels on 32 x 32, batch 32, SGD with momentum",
        lambda rng: Sequential(
            Conv2d(3, 16, 3, padding=1, rng=rng), ReLU(), *block(rng), *block(rng), *block(rng),
            AvgPool2d(32), Flatten(), Linear(16, 10, rng=rng),
        ),
        lambda: nn.Sequential(
            nn.Conv2d(3, 16, 3, padding=1), nn.ReLU(),
            *torch_block(), *torch_block(), *torch_block(),
            nn.AvgPool2d(32), nn.Flatten(), nn.Linear(16, 10),
        ),
        numbers(32, 3, 32, 32),
        [(32 * 1024, 27, 16), *6 * [(32 * 1024, 144, 16)], (32, 16, 10)],
    )  # fmt: skip


def w13() -> Workload:
    """Loss and accuracy of 1,000 images; PyTorch takes 100 at a time."""
    x, t = numbers(1000, 1, 28, 28), labels(1000)

    def ours(device: str) -> Work:
        model = small_cnn((1, 28, 28), 10, rng=generator(device), channels=(16, 32)).to(device)
        inputs, targets = to_device(x, device), to_device(t, device)
        return lambda: evaluate(model, inputs, targets, loss=softmax_cross_entropy)

    def theirs(device: str) -> Work:
        model = torch_cnn(16, 32).to(device).eval()
        inputs, targets = (torch.from_numpy(a).to(device) for a in (x, t))

        @torch.no_grad()
        def losses() -> list[float]:
            found = []
            for start in range(0, 1000, 100):
                scores = model(inputs[start : start + 100])
                labels = targets[start : start + 100]
                found.append(float(F.cross_entropy(scores, labels)))
                found.append(float((scores.argmax(1) == labels).sum()))
            return found

        return losses

    def floor(device: str) -> Work:
        shapes = [(1000 * 784, 9, 16), (1000 * 196, 144, 32), (1000, 32 * 49, 10)]
        pairs = [[to_device(numbers(*s), device) for s in ((a, b), (b, c))] for a, b, c in shapes]
        return lambda: [x @ W for x, W in pairs]

    return Workload("W13 evaluate CNN 16-32 on 1,000 images of 28 x 28", ours, theirs, floor)


# --- Single layers, forwards and backwards, W5 and W6 -----------------------------------------


def layer_of(
    title: str,
    make: Callable[[Generator], Layer],
    make_other: Callable[[], torch.nn.Module],
    shape: tuple[int, ...],
    floor: Side,
) -> Workload:
    """A layer and its twin, forwards and backwards, dx included."""
    x = numbers(*shape)

    def ours(device: str) -> Work:
        layer = make(generator(device)).to(device)
        inputs = to_device(x, device)
        gradient = to_device(numbers(*layer(inputs).shape, seed=2), device)

        def forwards_and_backwards() -> None:
            for p in layer.parameters():
                p.zero_grad()
            layer.forward(inputs, training=True)[1](gradient)

        return forwards_and_backwards

    def theirs(device: str) -> Work:
        layer = make_other().to(device)
        inputs = torch.from_numpy(x).to(device).requires_grad_()
        gradient = torch.from_numpy(numbers(*layer(inputs).shape, seed=2)).to(device)

        def forwards_and_backwards() -> None:
            for p in [inputs, *layer.parameters()]:
                p.grad = None
            layer(inputs).backward(gradient)

        return forwards_and_backwards

    return Workload(title, ours, theirs, floor)


def passes(count: int, *shape: int) -> Side:
    """As often an array is read and another one written."""

    def floor(device: str) -> Work:
        x = to_device(numbers(*shape), device)
        xp = array_namespace(x)
        y = xp.zeros_like(x)

        def read_and_write() -> None:
            for _ in range(count):
                xp.multiply(x, 0.5, out=y)  # type: ignore[attr-defined] # NumPy and CuPy

        return read_and_write

    return floor


def w5() -> Workload:
    """A convolution."""
    rows = (16 * 1024, 576, 64)
    return layer_of(
        "W5 conv 64 to 64, 3 x 3, on 32 x 32, batch 16",
        lambda rng: Conv2d(64, 64, 3, padding=1, rng=rng),
        lambda: torch.nn.Conv2d(64, 64, 3, padding=1),
        (16, 64, 32, 32),
        multiplications([(1, 1, 1), rows]),
    )


def w5_large() -> Workload:
    """A convolution of colour images with large filters."""
    return layer_of(
        "W5 conv 3 to 8, 5 x 5, on 32 x 32, batch 64",
        lambda rng: Conv2d(3, 8, 5, padding=2, rng=rng),
        lambda: torch.nn.Conv2d(3, 8, 5, padding=2),
        (64, 3, 32, 32),
        multiplications([(1, 1, 1), (64 * 1024, 75, 8)]),
    )


def w6_batch_norm() -> Workload:
    """Batch norm; the floor reads x and dy and writes y and dx."""
    return layer_of(
        "W6 batch norm of (512, 1024)",
        lambda rng: BatchNorm(1024),
        lambda: torch.nn.BatchNorm1d(1024),
        (512, 1024),
        passes(2, 512, 1024),
    )


def w6_layer_norm() -> Workload:
    """Layer norm."""
    return layer_of(
        "W6 layer norm of (512, 1024)",
        lambda rng: LayerNorm(1024),
        lambda: torch.nn.LayerNorm(1024),
        (512, 1024),
        passes(2, 512, 1024),
    )


def w6_dropout() -> Workload:
    """Dropout."""
    return layer_of(
        "W6 dropout of (512, 1024)",
        lambda rng: Dropout(0.5, rng=rng),
        lambda: torch.nn.Dropout(0.5),
        (512, 1024),
        passes(2, 512, 1024),
    )


def w6_cross_entropy() -> Workload:
    """Softmax with cross-entropy; the floor reads u and writes du."""
    u, t = numbers(512, 1024), labels(512, 1024)

    def ours(device: str) -> Work:
        scores, targets = to_device(u, device), to_device(t, device)
        return lambda: softmax_cross_entropy(scores, targets)

    def theirs(device: str) -> Work:
        scores = torch.from_numpy(u).to(device).requires_grad_()
        targets = torch.from_numpy(t).to(device)

        def value_and_gradient() -> None:
            scores.grad = None
            F.cross_entropy(scores, targets).backward()

        return value_and_gradient

    title = "W6 softmax with cross-entropy of (512, 1024)"
    return Workload(title, ours, theirs, passes(1, 512, 1024))


# --- Optimizers, W7 ---------------------------------------------------------------------------


MILLION = 1_000_000


def w7(
    name: str,
    optimizers: tuple[Any, Any],
    settings: dict[str, float],
    states: int,
    sizes: Sequence[int] = (10 * MILLION,),
    **theirs_only: bool,
) -> Workload:
    """A step of an optimizer with so many states; the floor touches every array once."""

    def ours(device: str) -> Work:
        params = [
            Parameter(*(to_device(numbers(size, seed=2 * k + i), device) for i in range(2)))
            for k, size in enumerate(sizes)
        ]
        step: Work = optimizers[0](params, **settings).step
        return step

    def theirs(device: str) -> Work:
        params = []
        for k, size in enumerate(sizes):
            p = torch.nn.Parameter(torch.from_numpy(numbers(size, seed=2 * k)).to(device))
            p.grad = torch.from_numpy(numbers(size, seed=2 * k + 1)).to(device)
            params.append(p)
        step: Work = optimizers[1](params, **settings, **theirs_only).step
        return step

    def floor(device: str) -> Work:  # the gradient is read, w and each state are read and written
        groups = [[to_device(numbers(n), device) for _ in range(states + 2)] for n in sizes]
        xp: Any = array_namespace(groups[0][0])

        def touch() -> None:
            for gradient, *others in groups:
                xp.sum(gradient)
                for a in others:
                    xp.multiply(a, 0.5, out=a)

        return touch

    arrays = f"{len(sizes)} times 1 million" if len(sizes) > 1 else "10 million"
    beside = f" beside {', '.join(theirs_only)}" if theirs_only else ""
    return Workload(f"W7 {name}, a step on {arrays} parameters{beside}", ours, theirs, floor)


# --- A whole training, W8 ---------------------------------------------------------------------


def w8() -> Workload:
    """Five epochs on the digits: `fit` beside a DataLoader and the usual loop."""
    data = load_digits()
    x, t = np.ascontiguousarray(data.x.reshape(len(data.x), -1)), data.t

    def ours(device: str) -> Work:
        inputs, targets = to_device(x, device), to_device(t, device)

        def train() -> None:
            rng = generator(device)
            model = mlp([64, 64, 10], rng=rng)
            fit(
                model, inputs, targets, loss=softmax_cross_entropy,
                optimizer=SGD(model.parameters(), lr=0.05, momentum=0.9),
                epochs=5, batch_size=64, rng=rng, progress=False,
            )  # fmt: skip

        return train

    def theirs(device: str) -> Work:
        whole = torch.utils.data.TensorDataset(torch.from_numpy(x), torch.from_numpy(t))
        batches = torch.utils.data.DataLoader(whole, batch_size=64, shuffle=True)

        def train() -> None:
            torch.manual_seed(0)
            model = torch_mlp([64, 64, 10]).to(device)
            optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
            for _ in range(5):
                for inputs, targets in batches:
                    loss = F.cross_entropy(model(inputs.to(device)), targets.to(device))
                    optimizer.zero_grad()
                    loss.backward()
                    optimizer.step()

        return train

    steps = 5 * -(-len(x) // 64)
    return Workload(
        "W8 digits, MLP 64-64-10, 5 epochs with fit and with a DataLoader",
        ours,
        theirs,
        multiplications(layer_products([64, 64, 10], 64), steps),
    )


W7SGD: tuple[Any, ...] = ("SGD with momentum", (SGD, torch.optim.SGD), Momentum, 1)
W7ADAM: tuple[Any, ...] = ("Adam", (Adam, torch.optim.Adam), {}, 2)
TEN = 10 * (MILLION,)  # as networks have them: many arrays

WORKLOADS: dict[str, Callable[[], Workload]] = {
    "W1": w1,
    "W2": w2,
    "W3": w3,
    "W4": w4,
    **{
        f"W{n}{loop}": partial(w, loop)
        for loop in ("own", "dx")
        for n, w in enumerate((w1, w2, w3, w4), 1)
    },
    "W5": w5,
    "W5large": w5_large,
    "W6bn": w6_batch_norm,
    "W6ln": w6_layer_norm,
    "W6ce": w6_cross_entropy,
    "W6drop": w6_dropout,
    "W7sgd": lambda: w7(*W7SGD),
    "W7adam": lambda: w7(*W7ADAM),
    "W7adamw": lambda: w7("AdamW", (AdamW, torch.optim.AdamW), {}, 2),
    "W7sgd10": lambda: w7(*W7SGD, TEN),
    "W7sgd10fused": lambda: w7(*W7SGD, TEN, fused=True),
    "W7adam10": lambda: w7(*W7ADAM, TEN),
    "W7adam10fused": lambda: w7(*W7ADAM, TEN, fused=True),
    "W8": w8,
    "W9": w9,
    "W10": w10,
    "W10large": partial(w10, 5),
    "W11": w11,
    "W12": w12,
    "W13": w13,
}
