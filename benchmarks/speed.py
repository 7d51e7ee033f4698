"""course_lib beside eager PyTorch on one processor core: make bench.

``PYTHONPATH=. python benchmarks/speed.py W1 W4`` measures some of the workloads.
The workloads are those of a course: training steps of networks, single layers forwards and
backwards, optimizer steps, one whole training. For each, one call of ours, one of ours with the
compiled functions (`course_lib.fast`), one of PyTorch's and one of the floor follow each other in
every round, each in processor time, and the 10th percentile over the rounds is compared. The floor
is what cannot be avoided: the matrix products alone, or reading and writing every array of an
optimizer once. ``--write`` puts the table into benchmarks/speed.md.
"""

import os

for threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[threads] = "1"

import platform
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional as F

from benchmarks.gpu import processor
from course_lib import fast
from course_lib.datasets import load_digits
from course_lib.layers import BatchNorm, Dropout, LayerNorm
from course_lib.layers.conv2d import Conv2d
from course_lib.layers.layer import Layer
from course_lib.losses import softmax_cross_entropy
from course_lib.models import mlp, small_cnn
from course_lib.optimizers import SGD, Adam, AdamW
from course_lib.optimizers.optimizer import Optimizer
from course_lib.parameter import Parameter
from course_lib.regularizers import l2_penalty
from course_lib.training import fit
from course_lib.training.train_step import train_step

Work = Callable[[], object]
SECONDS = 6.0  # for each workload, all three sides together


@dataclass(frozen=True)
class Workload:
    """One piece of work done by course_lib, by PyTorch, and what neither can avoid (or None)."""

    title: str
    ours: Work
    theirs: Work
    floor: Work | None = None


def array(*shape: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


def labels(n: int, classes: int = 10) -> np.ndarray:
    return np.random.default_rng(1).integers(0, classes, n)


def our_step(model: Layer, optimizer: Optimizer, x: np.ndarray, decay: float = 0.0) -> Work:
    t = labels(len(x))
    penalty = (lambda weights: l2_penalty(weights, decay)) if decay else None
    return lambda: train_step(
        model, x, t, loss=softmax_cross_entropy, optimizer=optimizer, penalty=penalty
    )


def their_step(
    model: torch.nn.Module, optimizer: torch.optim.Optimizer, x: np.ndarray, decay: float = 0.0
) -> Work:
    inputs, t = torch.from_numpy(x), torch.from_numpy(labels(len(x)))
    weights = [p for p in model.parameters() if p.ndim > 1]

    def step() -> None:
        loss = F.cross_entropy(model(inputs), t)
        if decay:
            loss = loss + decay / 2 * sum((W * W).sum() for W in weights)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

    return step


def products(*shapes: tuple[int, int, int]) -> Work:
    """Three products for every (N, n_in, n_out): forwards, to x and to W; two for the first."""
    pieces = [
        (array(N, n_in), array(n_in, n_out), array(N, n_out), k > 0)
        for k, (N, n_in, n_out) in enumerate(shapes)
    ]

    def multiply() -> None:
        for x, W, du, inner in pieces:
            x @ W
            x.T @ du
            if inner:
                du @ W.T

    return multiply


def torch_mlp(sizes: list[int], norm: bool = False, drop_prob: float = 0.0) -> torch.nn.Module:
    layers: list[torch.nn.Module] = []
    for n_in, n_out in pairwise(sizes[:-1]):
        layers += [torch.nn.Linear(n_in, n_out)]
        layers += [torch.nn.BatchNorm1d(n_out)] if norm else []
        layers += [torch.nn.ReLU()]
        layers += [torch.nn.Dropout(drop_prob)] if drop_prob else []
    return torch.nn.Sequential(*layers, torch.nn.Linear(sizes[-2], sizes[-1]))


def layer_products(sizes: list[int], batch: int) -> Work:
    return products(*((batch, a, b) for a, b in pairwise(sizes)))


def w1() -> Workload:
    sizes = [784, 256, 128, 10]
    model, other = mlp(sizes, rng=np.random.default_rng(0)), torch_mlp(sizes)
    x = array(128, 784)
    return Workload(
        "W1 MLP 784-256-128-10, batch 128, SGD with momentum",
        our_step(model, SGD(model.parameters(), lr=1e-3, momentum=0.9), x),
        their_step(other, torch.optim.SGD(other.parameters(), lr=1e-3, momentum=0.9), x),
        layer_products(sizes, 128),
    )


def w2() -> Workload:
    sizes = [784, 256, 128, 10]
    rng = np.random.default_rng(0)
    model = mlp(sizes, rng=rng, norm=BatchNorm, drop_prob=0.5)
    other = torch_mlp(sizes, norm=True, drop_prob=0.5)
    x = array(128, 784)
    return Workload(
        "W2 the same with batch norm, dropout 0.5, L2 penalty, Adam",
        our_step(model, Adam(model.parameters()), x, decay=1e-4),
        their_step(other, torch.optim.Adam(other.parameters()), x, decay=1e-4),
        layer_products(sizes, 128),
    )


def w3() -> Workload:
    sizes = [1024, 2048, 2048, 10]
    model, other = mlp(sizes, rng=np.random.default_rng(0)), torch_mlp(sizes)
    x = array(256, 1024)
    return Workload(
        "W3 MLP 1024-2048-2048-10, batch 256, Adam",
        our_step(model, Adam(model.parameters()), x),
        their_step(other, torch.optim.Adam(other.parameters()), x),
        layer_products(sizes, 256),
    )


def w4() -> Workload:
    model = small_cnn((1, 28, 28), 10, rng=np.random.default_rng(0), channels=(16, 32))
    nn = torch.nn
    other = nn.Sequential(
        nn.Conv2d(1, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(16, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(32 * 49, 10),
    )  # fmt: skip
    x = array(64, 1, 28, 28)
    return Workload(
        "W4 CNN 16-32 on 28 x 28, batch 64, SGD with momentum",
        our_step(model, SGD(model.parameters(), lr=1e-3, momentum=0.9), x),
        their_step(other, torch.optim.SGD(other.parameters(), lr=1e-3, momentum=0.9), x),
        products((64 * 784, 9, 16), (64 * 196, 144, 32), (64, 32 * 49, 10)),
    )


def there_and_back(layer: Layer, other: torch.nn.Module, *shape: int) -> tuple[Work, Work]:
    x = array(*shape)
    u, _ = layer.forward(x, training=True)
    du = array(*u.shape, seed=2)
    inputs, gradient = torch.from_numpy(x).requires_grad_(), torch.from_numpy(du)

    def ours() -> None:
        for p in layer.parameters():
            p.zero_grad()
        layer.forward(x, training=True)[1](du)

    def theirs() -> None:
        for p in [inputs, *other.parameters()]:
            p.grad = None
        other(inputs).backward(gradient)

    return ours, theirs


def w5() -> Workload:
    layer = Conv2d(64, 64, 3, padding=1, rng=np.random.default_rng(0))
    other = torch.nn.Conv2d(64, 64, 3, padding=1)
    rows = (16 * 1024, 576, 64)
    return Workload(
        "W5 conv 64 to 64, 3 x 3, on 32 x 32, batch 16",
        *there_and_back(layer, other, 16, 64, 32, 32),
        products((1, 1, 1), rows),
    )


def w6_batch_norm() -> Workload:
    pair = there_and_back(BatchNorm(1024), torch.nn.BatchNorm1d(1024), 512, 1024)
    return Workload("W6 batch norm of (512, 1024)", *pair)


def w6_layer_norm() -> Workload:
    pair = there_and_back(LayerNorm(1024), torch.nn.LayerNorm(1024), 512, 1024)
    return Workload("W6 layer norm of (512, 1024)", *pair)


def w6_cross_entropy() -> Workload:
    u, t = array(512, 1024), labels(512, 1024)
    inputs, target = torch.from_numpy(u).requires_grad_(), torch.from_numpy(t)

    def theirs() -> None:
        inputs.grad = None
        F.cross_entropy(inputs, target).backward()

    return Workload(
        "W6 softmax with cross-entropy of (512, 1024)",
        lambda: softmax_cross_entropy(u, t),
        theirs,
    )


def w6_dropout() -> Workload:
    layer = Dropout(0.5, rng=np.random.default_rng(0))
    return Workload(
        "W6 dropout of (512, 1024)",
        *there_and_back(layer, torch.nn.Dropout(0.5), 512, 1024),
    )


def w7(title: str, ours: Callable[..., Optimizer], theirs: Callable[..., object], n: int) -> Work:
    def make() -> Workload:
        size = 10_000_000
        p = Parameter(array(size), array(size, seed=1))
        other = torch.nn.Parameter(torch.from_numpy(array(size)))
        other.grad = torch.from_numpy(array(size, seed=1))
        optimizer, their_optimizer = ours([p]), theirs([other])
        arrays = [array(size, seed=k) for k in range(n)]

        def touched() -> None:  # each state is read and written, the gradient is read
            for a in arrays[1:]:
                np.multiply(a, 0.5, out=a)
            arrays[0].sum()

        return Workload(title, optimizer.step, their_optimizer.step, touched)  # type: ignore[attr-defined]

    return make


def w8() -> Workload:
    data = load_digits()
    x, t = data.x, data.t
    x = np.ascontiguousarray(x.reshape(len(x), -1))

    def ours() -> None:
        rng = np.random.default_rng(0)
        model = mlp([64, 64, 10], rng=rng)
        fit(
            model, x, t, loss=softmax_cross_entropy,
            optimizer=SGD(model.parameters(), lr=0.05, momentum=0.9),
            epochs=5, batch_size=64, rng=rng, progress=False,
        )  # fmt: skip

    def theirs() -> None:
        torch.manual_seed(0)
        model = torch_mlp([64, 64, 10])
        optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
        data = torch.utils.data.TensorDataset(torch.from_numpy(x), torch.from_numpy(t))
        batches = torch.utils.data.DataLoader(data, batch_size=64, shuffle=True)
        for _ in range(5):
            for inputs, target in batches:
                loss = F.cross_entropy(model(inputs), target)
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()

    return Workload(
        "W8 digits, MLP 64-64-10, 5 epochs with fit and with a DataLoader", ours, theirs
    )


def w9() -> Workload:
    model, other = mlp([4, 8, 3], rng=np.random.default_rng(0)), torch_mlp([4, 8, 3])
    x = array(8, 4)
    t = labels(8, 3)
    optimizer = SGD(model.parameters(), lr=1e-3, momentum=0.9)
    their_optimizer = torch.optim.SGD(other.parameters(), lr=1e-3, momentum=0.9)
    inputs, target = torch.from_numpy(x), torch.from_numpy(t)

    def theirs() -> None:
        loss = F.cross_entropy(other(inputs), target)
        their_optimizer.zero_grad()
        loss.backward()
        their_optimizer.step()

    def ours() -> None:
        train_step(model, x, t, loss=softmax_cross_entropy, optimizer=optimizer)

    return Workload("W9 MLP 4-8-3, batch 8, SGD with momentum", ours, theirs)


WORKLOADS: dict[str, Callable[[], Workload]] = {
    "W1": w1,
    "W2": w2,
    "W3": w3,
    "W4": w4,
    "W5": w5,
    "W6bn": w6_batch_norm,
    "W6ln": w6_layer_norm,
    "W6ce": w6_cross_entropy,
    "W6drop": w6_dropout,
    "W7sgd": w7(
        "W7 SGD with momentum, a step on 10 million parameters",
        lambda p: SGD(p, lr=1e-3, momentum=0.9),
        lambda p: torch.optim.SGD(p, lr=1e-3, momentum=0.9),
        3,
    ),
    "W7adam": w7("W7 Adam, a step on 10 million parameters", Adam, torch.optim.Adam, 4),
    "W7adamw": w7("W7 AdamW, a step on 10 million parameters", AdamW, torch.optim.AdamW, 4),
    "W8": w8,
    "W9": w9,
}


def tenth(values: list[float]) -> float:
    return float(np.percentile(values, 10))


def measure(work: Workload) -> dict[str, float]:
    """Processor seconds of one call of each side."""
    sides = {"ours": work.ours, "numba": work.ours, "theirs": work.theirs}
    if work.floor is not None:
        sides["floor"] = work.floor
    times: dict[str, list[float]] = {name: [] for name in sides}
    loops = 1
    for name, side in sides.items():  # the first calls allocate memory, and numba compiles
        choose(name)
        side()
    choose("ours")
    began = time.process_time()
    work.ours()
    loops = max(1, int(0.01 / max(time.process_time() - began, 1e-6)))
    stop = time.monotonic() + SECONDS
    while time.monotonic() < stop or len(times["ours"]) < 5:
        for name, side in sides.items():
            choose(name)
            began = time.process_time()
            for _ in range(loops):
                side()
            times[name].append((time.process_time() - began) / loops)
    return {name: tenth(values) for name, values in times.items()}


def choose(side: str) -> None:
    """Compiled functions for the side "numba", definitions for the others."""
    if side == "numba":
        fast.enable()
    else:
        fast.disable()


def main() -> None:
    """Measure the workloads that are named, or all, and print a table."""
    torch.set_num_threads(1)
    chosen = [a for a in sys.argv[1:] if not a.startswith("-")] or list(WORKLOADS)
    lines = [
        "| workload | ours, ms | numba, ms | PyTorch, ms | ratio | with numba | to the floor |",
        "|---|---|---|---|---|---|---|",
    ]
    print("\n".join(lines))
    for name in chosen:
        work = WORKLOADS[name]()
        seconds = measure(work)
        ours, numba, theirs = (seconds[side] for side in ("ours", "numba", "theirs"))
        to_floor = f"{ours / seconds['floor']:.2f}" if "floor" in seconds else "–"
        lines.append(
            f"| {work.title} | {1e3 * ours:.3g} | {1e3 * numba:.3g} | {1e3 * theirs:.3g} "
            f"| {ours / theirs:.2f} | {numba / theirs:.2f} | {to_floor} |"
        )
        print(lines[-1], flush=True)
    if "--write" in sys.argv:
        machine = (
            f"{processor()}, one thread; Python {platform.python_version()}, NumPy "
            f"{np.__version__}, PyTorch {torch.__version__}"
        )
        text = f"# course_lib beside eager PyTorch\n\n{machine}.\n\n" + "\n".join(lines) + "\n"
        Path(__file__).with_suffix(".md").write_text(text, "utf-8")


if __name__ == "__main__":
    main()
