"""The step functions, number by number, and the classes that apply them to parameters."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from course_lib import optimizers
from tests.catalogue.operation import Arrays, Draw, Operation

SHAPES = ({"dw": lambda dw: dw[:1]}, ValueError, "dw of shape")  # would silently be stretched


def each(formula: Callable[..., tuple[float, ...]]) -> Any:
    """The same formula for every number of w; the first result is the new w."""

    def definition(*arrays: Any, **rest: Any) -> Arrays:
        rest = {k: v for k, v in rest.items() if not callable(v)}
        moving = {k: rest.pop(k) for k in list(rest) if isinstance(rest[k], np.ndarray)}
        columns = zip(*(a.ravel() for a in (*arrays, *moving.values())), strict=True)
        found = zip(*(formula(*map(float, c), **rest) for c in columns), strict=True)
        return [np.reshape(values, arrays[0].shape) for values in found]

    return definition


def step(name: str, states: int, formula: Any, **settings: Any) -> Operation:
    """A step with so many states, not negative, as means of squares are."""

    def inputs(draw: Draw, N: int, D: int) -> Arrays:
        w, dw, *state = draw.normal(size=(2 + states, N, D))
        return [w, dw, *map(np.abs, state)]

    refused: list[Any] = [SHAPES]
    if "t" in settings:
        refused.append(({"t": 0}, ValueError, "counted from 1"))
    return Operation(
        name=name, package="optimizers", inputs=inputs, rest=lambda draw, N, D: settings,
        definition=each(formula), refused=refused,
    )  # fmt: skip


def momentum(w: float, dw: float, v: float, lr: float, mu: float) -> tuple[float, ...]:
    v = mu * v - lr * dw
    return w + v, v


def adagrad(w: float, dw: float, cache: float, lr: float, eps: float) -> tuple[float, ...]:
    cache = cache + dw**2
    return w - lr * dw / (math.sqrt(cache) + eps), cache


def rmsprop(
    w: float, dw: float, cache: float, lr: float, decay: float, eps: float
) -> tuple[float, ...]:
    cache = decay * cache + (1.0 - decay) * dw**2
    return w - lr * dw / (math.sqrt(cache) + eps), cache


def adadelta(
    w: float, dw: float, cache: float, delta: float, lr: float, rho: float, eps: float
) -> tuple[float, ...]:
    cache = rho * cache + (1.0 - rho) * dw**2
    dx = -math.sqrt(delta + eps) / math.sqrt(cache + eps) * dw
    return w + lr * dx, cache, rho * delta + (1.0 - rho) * dx**2


def adam(
    w: float, dw: float, m: float, v: float, t: int, lr: float, beta1: float, beta2: float,
    eps: float, weight_decay: float = 0.0,
) -> tuple[float, ...]:  # fmt: skip
    m, v = beta1 * m + (1.0 - beta1) * dw, beta2 * v + (1.0 - beta2) * dw**2
    m_hat, v_hat = m / (1.0 - beta1**t), v / (1.0 - beta2**t)
    return w - lr * (m_hat / (math.sqrt(v_hat) + eps) + weight_decay * w), m, v


def orthogonalised(G: Any, steps: int) -> Any:
    """Each step takes every singular value s to 1.5 s - 0.5 s^3; at first they have length 1."""
    U, s, Vt = np.linalg.svd(G, full_matrices=False)
    s = s / np.sqrt(np.sum(s**2))
    for _ in range(steps):
        s = 1.5 * s - 0.5 * s**3
    return U * s @ Vt


def muon(w: Any, dw: Any, v: Any, lr: float, mu: float, steps: int) -> Arrays:
    v = mu * v + (1.0 - mu) * dw
    return [w - lr * orthogonalised(v, steps), v]


def clipped(gradients: Any, max_norm: float) -> Arrays:
    norm = math.sqrt(sum(float(x) ** 2 for g in gradients for x in g.ravel()))
    return [[g * min(1.0, max_norm / norm) for g in gradients], norm]


def normal(count: int) -> Any:
    return lambda draw, N, D: list(draw.normal(size=(count, N, D)))


def other(
    name: str, definition: Any, inputs: Any, rest: Any, *refused: Any, **more: Any
) -> Operation:
    return Operation(
        name=name, package="optimizers", inputs=inputs, rest=rest, definition=definition,
        refused=refused, **more,
    )  # fmt: skip


ADAM: dict[str, Any] = {"t": 3, "lr": 0.01, "beta1": 0.8, "beta2": 0.95, "eps": 0.02}
STEPS = [
    step("sgd_step", 0, lambda w, dw, lr: (w - lr * dw,), lr=0.1),
    step("momentum_step", 1, momentum, lr=0.1, mu=0.8),
    step("adagrad_step", 1, adagrad, lr=0.1, eps=0.02),
    step("rmsprop_step", 1, rmsprop, lr=0.1, decay=0.8, eps=0.02),
    step("adadelta_step", 2, adadelta, lr=0.7, rho=0.8, eps=0.02),
    step("adam_step", 2, adam, **ADAM),
    step("adam_step at first", 2, adam, **{**ADAM, "t": 1}),
    step("adamw_step", 2, adam, **ADAM, weight_decay=0.3),
    other(
        "nesterov_step",
        each(lambda w, v, lr, mu: momentum(w, (w + mu * v) ** 2, v, lr, mu)),
        normal(1),
        lambda draw, N, D: {
            "grad_fn": lambda w: w * w, "v": draw.normal(size=(N, D)), "lr": 0.1, "mu": 0.8
        },
        ({"grad_fn": lambda given: lambda w: w[:1]}, ValueError, "dw of shape"),
    ),
    other(
        "muon_step", muon, normal(3), lambda draw, N, D: {"lr": 0.1, "mu": 0.8, "steps": 3}, SHAPES
    ),
    other(
        "orthogonalise", orthogonalised, normal(1), lambda draw, N, D: {"steps": 3},
        ({"G": lambda G: G[0]}, ValueError, r"expected \(n_in, n_out\)"),
    ),
    other(
        "average_step",
        lambda average, w, decay, t: average + (1.0 - decay) / (1.0 - decay**t) * (w - average),
        normal(2), lambda draw, N, D: {"decay": 0.9, "t": 3},
        ({"decay": 1.0}, ValueError, "decay is 1"), ({"t": 0}, ValueError, "counts from 1"),
        ({"w": lambda w: w[:1]}, ValueError, "in w of shape"),
    ),
    other(
        "clip_by_norm", clipped, lambda draw, N, D: [],
        lambda draw, N, D: {"gradients": list(draw.normal(size=(2, N, D))), "max_norm": 0.01},
        *(({"max_norm": limit}, ValueError, "max_norm is .*expected more than 0")
          for limit in (0.0, -1.0, math.nan)),
    ),
]  # fmt: skip


@dataclass(frozen=True)
class Optimizer:
    """A class with settings unlike its defaults; calling it makes one.

    Parameters
    ----------
    other : settings of a second group
    step : the formula, with the names of the settings there; None if it is more than one call
    states : how many arrays belong to each parameter
    theirs : settings of PyTorch's class that are not ours; None where it has none
    """

    name: str
    settings: dict[str, Any]
    other: dict[str, Any]
    step: str | None = None
    formula: dict[str, Any] = field(default_factory=dict)
    states: int = 0
    theirs: dict[str, Any] | None = field(default_factory=dict)

    def __call__(self, params: Any, **changes: Any) -> Any:
        return getattr(optimizers, self.name.split()[0])(params, **{**self.settings, **changes})


BETAS = {"beta1": 0.8, "beta2": 0.95}
OPTIMIZERS: dict[str, Optimizer] = {
    row.name: row
    for row in (
        Optimizer("SGD", {"lr": 0.1}, {"lr": 0.02}, "sgd_step"),
        Optimizer(
            "SGD with momentum", {"lr": 0.05, "momentum": 0.8}, {"lr": 0.02, "momentum": 0.0},
            "momentum_step", {"mu": 0.8}, 1,
        ),
        Optimizer(
            "Nesterov", {"lr": 0.05, "momentum": 0.8}, {"lr": 0.02, "momentum": 0.5},
            theirs={"nesterov": True},
        ),
        Optimizer(
            "Nesterov with a step of one's own", {"lr": 0.05, "step": optimizers.nesterov_step},
            {"lr": 0.02}, theirs=None,
        ),
        Optimizer(
            "Muon", {"lr": 0.1, "momentum": 0.8, "ns_steps": 7}, {"lr": 0.02, "momentum": 0.5},
            "muon_step", {"mu": 0.8, "steps": 7}, 1, theirs=None,
        ),
        Optimizer(
            "Adagrad", {"lr": 0.1, "eps": 0.01}, {"lr": 0.02, "eps": 0.1},
            "adagrad_step", {"eps": 0.01}, 1,
        ),
        Optimizer(
            "RMSprop", {"lr": 0.02, "alpha": 0.8, "eps": 0.01},
            {"lr": 0.005, "alpha": 0.5, "eps": 0.1},
            "rmsprop_step", {"decay": 0.8, "eps": 0.01}, 1,
        ),
        Optimizer(
            "Adadelta", {"lr": 0.7, "rho": 0.8, "eps": 1e-3}, {"lr": 0.5, "rho": 0.5, "eps": 0.1},
            "adadelta_step", {"rho": 0.8, "eps": 1e-3}, 2,
        ),
        Optimizer(
            "Adam", {"lr": 0.02, "betas": (0.8, 0.95), "eps": 1e-3},
            {"lr": 0.01, "betas": (0.5, 0.8), "eps": 0.1},
            "adam_step", {**BETAS, "eps": 1e-3}, 2,
        ),
        Optimizer(
            "AdamW", {"lr": 0.02, "betas": (0.8, 0.95), "eps": 1e-3, "weight_decay": 0.3},
            {"lr": 0.01, "weight_decay": 0.1},
            "adamw_step", {**BETAS, "eps": 1e-3, "weight_decay": 0.3}, 2,
        ),
    )
}  # fmt: skip
