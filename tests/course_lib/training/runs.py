"""A short training run with everything that has a state: Adam, batch norm, dropout, a schedule."""

from typing import Any

import numpy as np

from course_lib.layers import BatchNorm
from course_lib.losses import softmax_cross_entropy
from course_lib.models import Sequential, mlp
from course_lib.optimizers import Adam, Optimizer
from course_lib.training import History, fit


def data() -> dict[str, Any]:
    """Three noisy classes, a part of them for validation."""
    rng = np.random.default_rng(7)
    t = np.arange(90) % 3
    x = (np.eye(3)[t] + 0.8 * rng.normal(size=(90, 3))).astype(np.float32)
    return {"x": x[:60], "t": t[:60], "validation": (x[60:], t[60:])}


def start(
    optimizer: Any = Adam, lr: float = 0.05
) -> tuple[Sequential, Optimizer, np.random.Generator]:
    """Model, optimizer and the generator for the order of samples; dropout has its own."""
    model = mlp([3, 8, 3], rng=np.random.default_rng(0), norm=BatchNorm, drop_prob=0.2)
    return model, optimizer(model.parameters(), lr=lr), np.random.default_rng(1)


def go_on(
    model: Sequential, optimizer: Optimizer, rng: np.random.Generator, *, epochs: int, **more: Any
) -> History:
    schedule = more.pop("schedule", lambda t: 0.05 / (1 + 0.1 * t))
    return fit(
        model, **data(), loss=softmax_cross_entropy, optimizer=optimizer, epochs=epochs,
        batch_size=20, rng=rng, schedule=schedule, progress=False, **more,
    )  # fmt: skip
