"""The learning-rate range test: one rate per step, from low to high (Smith 2017)."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from course_lib.backend import Generator
from course_lib.habits import helpful
from course_lib.layers.layer import Layer
from course_lib.optimizers.optimizer import Optimizer
from course_lib.requirements import require_generator
from course_lib.settings import require_counts
from course_lib.training.deep_copy import deep_copy
from course_lib.training.evaluate import Loss
from course_lib.training.minibatches import minibatches
from course_lib.training.require_run import require_run
from course_lib.training.samples import Data, sample_count
from course_lib.training.train_step import train_step

DECAY = 0.9  # of the running mean of the losses
DIVERGED = 3.0  # in units of the lowest smoothed loss: a larger rise above it counts as diverged


@dataclass(frozen=True)
class RangeTest:
    """What `lr_range_test` has found.

    Attributes
    ----------
    rates : learning rates, one per step, growing
    losses : loss of each step's minibatch, before the step
    smoothed : running mean of losses, corrected for its bias towards 0 in the first steps
    suggestion : a tenth of the rate where the smoothed loss was lowest, or None if it was never
        lower than at the first step: nothing was learned then
    diverged : whether the test ended because the loss rose; if False, the highest rate was too low
        to make it diverge
    """

    rates: list[float]
    losses: list[float]
    smoothed: list[float]
    suggestion: float | None
    diverged: bool


@helpful
def lr_range_test(
    model: Layer,
    x: Data,
    t: Data,
    *,
    loss: Loss,
    optimizer: Optimizer,
    batch_size: int,
    rng: Generator,
    lowest: float = 1e-6,
    highest: float = 10.0,
    steps: int = 100,
) -> RangeTest:
    """Train a copy of the model with a growing learning rate until the loss diverges.

    The rate of step k is ``lowest * (highest / lowest) ** (k / (steps - 1))``. Model, optimizer and
    rng stay as they are. Only a generator that cannot be copied, as CuPy's, moves on.

    Parameters
    ----------
    model, x, t, loss, optimizer, batch_size : as for `fit`; the last minibatch of an epoch is
        dropped if it is smaller
    rng : source of the order of samples
    lowest, highest : the range, 0 < lowest < highest
    steps : number of rates, 2 or more

    Returns
    -------
    found : rates, losses and a suggestion; ``plots.learning_rates(found)`` draws it

    Raises
    ------
    ValueError
        If the range, a number or the sizes are out of bounds, or if the very first loss is not
        finite.
    """
    require_run("lr_range_test", model, optimizer, loss)
    require_counts("lr_range_test", batch_size=batch_size)
    require_generator("lr_range_test", rng)
    N = sample_count("lr_range_test", x, t)
    if not 0.0 < lowest < highest:
        raise ValueError(
            f"lr_range_test: lowest is {lowest} and highest {highest}, expected "
            "0 < lowest < highest"
        )
    require_counts("lr_range_test", steps=steps)
    if steps < 2:
        raise ValueError(f"lr_range_test: steps is {steps}, expected 2 or more")
    # Together, so that the copied optimizer still moves the copied model's parameters.
    model, optimizer, rng = deep_copy((model, optimizer, rng))
    batches = _batches_without_end(x, t, min(batch_size, N), rng)
    rates: list[float] = []
    losses: list[float] = []
    smoothed: list[float] = []
    mean, diverged = 0.0, False
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        for k, (batch, targets) in zip(range(steps), batches, strict=False):
            optimizer.lr = lowest * (highest / lowest) ** (k / (steps - 1))
            loss_value, _ = train_step(model, batch, targets, loss=loss, optimizer=optimizer)
            value = float(loss_value)  # a transfer in every step: the test has to end in time
            if not math.isfinite(value):
                diverged = True
                break
            mean = DECAY * mean + (1.0 - DECAY) * value
            rates.append(optimizer.lr)
            losses.append(value)
            smoothed.append(mean / (1.0 - DECAY ** (k + 1)))
            if smoothed[-1] - min(smoothed) > DIVERGED * abs(min(smoothed)):
                diverged = True
                break
    if not losses:
        raise ValueError(
            "lr_range_test: the first loss is not finite, before anything was learned; look for "
            "nan in the data, or use smaller initial weights"
        )
    best = min(range(len(smoothed)), key=smoothed.__getitem__)
    suggestion = rates[best] / 10.0 if best > 0 else None
    return RangeTest(rates, losses, smoothed, suggestion, diverged)


def _batches_without_end(
    x: Data, t: Data, size: int, rng: Generator
) -> Iterator[tuple[Data, Data]]:
    """Minibatches of equal size; each epoch has a new order."""
    while True:
        yield from minibatches(x, t, size, rng, drop_last=True)
