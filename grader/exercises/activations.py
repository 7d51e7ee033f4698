"""What the exercises on activations share: their cases, how a pair is run, and mistakes."""

from functools import wraps
from typing import Any

import numpy as np

from grader.checking.contract import Case, Exercise, case, float32

NEAR = (
    "one number",
    "one row",
    "as many rows as columns",
    "more rows than columns",
    "float32",
)
FAR = ("far to the right", "far to the left")
OTHER_AXES = ("one axis", "three axes")
OVERFLOW = "right also where exp(u) or exp(-u) overflows"
ANY_SHAPE = "arrays with one axis and with three"


def batch(rng: np.random.Generator, about: str, *shape: int) -> Case:
    """Random pre-activations of both signs and an upstream gradient."""
    return case(about, u=2 * rng.normal(size=shape), dz=rng.normal(size=shape) + 0.1)


def saturated(rng: np.random.Generator, about: str, *shape: int) -> Case:
    """One number on each side where the curve is flat, but not yet at its limit."""
    some = batch(rng, about, *shape)
    some["u"].flat[:2] = rng.uniform(8, 10, size=2) * [1, -1]
    some["dz"].flat[:2] = rng.uniform(50, 100, size=2) * [1, -1]
    return some


def far(rng: np.random.Generator, about: str, sign: int) -> Case:
    """Two columns where an exponential overflows or vanishes, beside ordinary ones."""
    some = saturated(rng, about, 3, 4)
    some["u"][:, 2] = sign * rng.uniform(1000, 2000, size=3)
    some["u"][:, 3] = sign * rng.uniform(30, 50, size=3)
    return some


def cases(rng: np.random.Generator) -> list[Case]:
    """The cases ``NEAR`` 0 and ``FAR`` from it."""
    return [
        batch(rng, "one number", 1, 1),
        batch(rng, "one row", 1, 3),
        batch(rng, "as many rows as columns", 3, 3),
        saturated(rng, "more rows than columns", 5, 3),
        far(rng, "far to the right", 1),
        far(rng, "far to the left", -1),
        float32(batch(rng, "float32", 3, 4)),
        saturated(rng, OTHER_AXES[0], 4),
        saturated(rng, OTHER_AXES[1], 2, 3, 2),
    ]


def run(forward, backward, case):
    """The run of a pair whose outputs hold z, too: z shows whether a nan comes from the forward
    pass.
    """
    u, dz = case["u"], case["dz"]
    # A whole pass before and a forward pass in between show what is kept between calls.
    _z, earlier = forward(u + 1)
    backward(dz + 1, earlier)
    z, cache = forward(u)
    z = z.copy() if isinstance(z, np.ndarray) else z  # it may be the cache, too
    forward(1 - u)
    return {"du": backward(dz, cache), "z": z}


def two_axes_only(exercise: Exercise) -> None:
    """Add the mistake of a graded function that works only for a batch (N, D)."""
    graded = exercise.reference[-1]

    @exercise.mistake(name="two axes only")
    @wraps(graded, assigned=())
    def unpacks(*given: Any) -> Any:
        """Your code fails unless the array has two axes, but any shape is allowed. Use operations
        that treat every entry separately.
        """
        _N, _D = given[0].shape
        return graded(*given)


def divided_by_rows(exercise: Exercise) -> None:
    """Add the mistake of a mean over the samples in an activation's backward pass."""
    graded = exercise.reference[-1]

    @exercise.mistake(name="divided by rows")
    @wraps(graded, assigned=())
    def divides(dz: Any, cache: Any) -> Any:
        """You divide `du` by the number of rows. The mean over the samples belongs to the loss, so
        `dz` already contains this factor.
        """
        return graded(dz, cache) / len(dz)
