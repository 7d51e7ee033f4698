"""Functions of single numbers, and softmax."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

import numpy as np

from tests.catalogue.operation import Arrays, Draw, Operation, Pair, settings


@dataclass(frozen=True, kw_only=True)
class Activation(Pair):
    """``far``: triples of u, z and the slope at u, for inputs that overflow or lose digits."""

    far: Sequence[tuple[float, float, float]] = ()


def wide(draw: Draw, N: int, D: int) -> Arrays:
    return [3.0 * draw.normal(size=(N, D))]


def activation(
    name: str,
    formula: Callable[..., float],
    theirs: Callable[..., Any],
    *far: tuple[float, float, float],
    **constants: float,
) -> Activation:
    def definition(u: Any, **constants: float) -> Any:
        return np.reshape([formula(float(v), **constants) for v in u.ravel()], u.shape)

    return Activation(
        name=name, inputs=wide, rest=settings(**constants), definition=definition, theirs=theirs,
        far=far,
    )  # fmt: skip


def leaky(name: str, slope: float) -> Activation:
    return activation(
        name, lambda u, slope: u if u > 0 else slope * u,
        lambda nn, u, slope: nn.leaky_relu(u, slope),
        (-1e30, slope * -1e30, slope), (0.0, 0.0, slope), (1e30, 1e30, 1.0), slope=slope,
    )  # fmt: skip


def elu(name: str, alpha: float) -> Activation:
    return activation(
        name, lambda u, alpha: u if u > 0 else alpha * math.expm1(u),
        lambda nn, u, alpha: nn.elu(u, alpha),
        (-1e30, -alpha, 0.0), (-80.0, -alpha, alpha * math.exp(-80.0)),
        (-1e-18, -1e-18 * alpha, alpha), (0.0, 0.0, alpha), (1e30, 1e30, 1.0), alpha=alpha,
    )  # fmt: skip


def tanh_form(u: float) -> float:
    inner = math.sqrt(2.0 / math.pi) * (u + 0.044715 * u**3)
    return 0.5 * u * (1.0 + math.tanh(inner))


LINE = ((-1e30, 0.0, 0.0), (-50.0, 0.0, 0.0), (0.0, 0.0, 0.5), (50.0, 50.0, 1.0), (1e30, 1e30, 1.0))

ACTIVATIONS = [
    activation(
        "sigmoid", lambda u: 1.0 / (1.0 + math.exp(-u)), lambda nn, u: u.sigmoid(),
        (-1e30, 0.0, 0.0), (-80.0, math.exp(-80.0), math.exp(-80.0)), (0.0, 0.5, 0.25),
        (1000.0, 1.0, 0.0), (1e30, 1.0, 0.0),
    ),
    activation(
        "tanh", math.tanh, lambda nn, u: u.tanh(),
        (-1000.0, -1.0, 0.0), (0.0, 0.0, 1.0), (1000.0, 1.0, 0.0),
    ),
    activation(
        "relu", lambda u: max(u, 0.0), lambda nn, u: nn.relu(u),
        (-1e30, 0.0, 0.0), (0.0, 0.0, 0.0), (1e30, 1e30, 1.0),
    ),
    activation("gelu", tanh_form, lambda nn, u: nn.gelu(u, approximate="tanh"), *LINE),
    activation("gelu_erf", lambda u: u * NormalDist().cdf(u), lambda nn, u: nn.gelu(u), *LINE),
    activation(
        # Theirs is the identity above a threshold, 20 unless told otherwise.
        "softplus", lambda u: math.log1p(math.exp(u)), lambda nn, u: nn.softplus(u, threshold=1e3),
        (-1e30, 0.0, 0.0), (-80.0, math.exp(-80.0), math.exp(-80.0)), (0.0, math.log(2.0), 0.5),
        (800.0, 800.0, 1.0), (1e30, 1e30, 1.0),
    ),
    leaky("leaky_relu", 0.2),
    leaky("leaky_relu that falls", -0.3),
    leaky("leaky_relu that is steep", 2.0),
    elu("elu", 1.3),
    elu("elu with a kink", 0.3),
]  # fmt: skip


def shares(u: Any) -> Any:
    e = [[math.exp(v) for v in row] for row in u.reshape(-1, u.shape[-1]).tolist()]
    return np.reshape([[v / sum(row) for v in row] for row in e], u.shape)


def sequences(draw: Draw, N: int, D: int) -> Arrays:
    return [3.0 * draw.normal(size=(N, 2, 3, D))]


NOT_ROWS = ({"u": lambda u: u[0]}, ValueError, r"expected \(N, ..., K\)")
SOFTMAX = [
    Operation(
        name="softmax", inputs=wide, definition=shares, refused=[NOT_ROWS],
        theirs=lambda nn, u: nn.softmax(u, 1),
    ),
    Operation(
        name="log_softmax", inputs=wide, definition=lambda u: np.log(shares(u)),
        refused=[NOT_ROWS], theirs=lambda nn, u: nn.log_softmax(u, 1),
    ),
    Operation(
        name="softmax of sequences", inputs=sequences, definition=shares,
        theirs=lambda nn, u: nn.softmax(u, -1),
    ),
    Operation(
        name="log_softmax of sequences", inputs=sequences,
        definition=lambda u: np.log(shares(u)), theirs=lambda nn, u: nn.log_softmax(u, -1),
    ),
]  # fmt: skip
