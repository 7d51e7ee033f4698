"""What the exercises on activations share: cases, how a pair is run, properties and mistakes."""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

import numpy as np

from grader.checking.contract import (
    Case,
    Exercise,
    Mistake,
    Property,
    case,
    dtype,
    float32,
    function,
    mistake,
    pair,
    shapes,
    unchanged_inputs,
    values,
)
from grader.checking.contract.mistakes import Function

ORDINARY = "ordinary numbers"
OVERFLOW = "right also where exp(u) or exp(-u) overflows"
ANY_SHAPE = "arrays with one axis and with three"


def batch(rng: np.random.Generator, about: str, *shape: int, **settings: float) -> Case:
    """Pre-activations of either sign, each sign with an upstream gradient of the other."""
    u = rng.uniform(0.5, 2.2, size=shape) * rng.choice([-1.0, 1.0], size=shape)
    dz = rng.uniform(0.3, 2, size=shape) * rng.choice([-1.0, 1.0], size=shape)
    signs = np.array([-1, 1])[: u.size]
    u.flat[:2], dz.flat[:2] = signs * np.abs(u.flat[:2]), -signs * np.abs(dz.flat[:2])
    return case(about, u=u, dz=dz, **settings)


def ordinary(rng: np.random.Generator, batch: Callable[..., Case] = batch) -> list[Case]:
    return [
        batch(rng, "one number", 1, 1),
        batch(rng, "one row", 1, 3),
        batch(rng, "as many rows as columns", 3, 3),
        batch(rng, "more rows than columns", 5, 3),
        float32(batch(rng, "float32", 3, 4)),
    ]


def any_shape(rng: np.random.Generator, batch: Callable[..., Case] = batch) -> list[Case]:
    return [batch(rng, "one axis", 6), batch(rng, "three axes", 2, 3, 4)]


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


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    """The cases of a curve that is flat on both sides."""
    return {
        ORDINARY: [*ordinary(rng), saturated(rng, "numbers of different size", 5, 3)],
        OVERFLOW: [far(rng, "far to the right", 1), far(rng, "far to the left", -1)],
        ANY_SHAPE: any_shape(rng, saturated),
    }


def run(forward, backward, case):
    """The run of a pair whose outputs hold z, too: z shows whether a nan comes from the forward
    pass.
    """
    u, dz, settings = case["u"], case["dz"], [case["alpha"]] if "alpha" in case else []
    # A whole pass before and a forward pass in between show what is kept between calls.
    _z, earlier = forward(u + 1, *[a / 2 for a in settings])
    backward(dz + 1, earlier)
    z, cache = forward(u, *settings)
    z = z.copy() if isinstance(z, np.ndarray) else z  # it may be the cache, too
    forward(1 - u, *[a / 3 for a in settings])
    return {"du": backward(dz, cache), "z": z}


def any_subgradient(case: Case, outputs: dict[str, Any]) -> dict[str, Any]:
    """At u = 0 every factor between the slopes of both sides counts as the slope of the left."""
    du, at_kink = np.asarray(outputs["du"]), case["u"] == 0
    left: Any = case.get("slope", case.get("alpha", 0))
    if du.shape != at_kink.shape or not at_kink.any():
        return outputs
    factor = du / case["dz"]
    allowed = (factor >= min(left, 1) - 1e-6) & (factor <= max(left, 1) + 1e-6)
    return {**outputs, "du": np.where(at_kink & allowed, left * case["dz"], du)}


def activation(
    forward: Function,
    backward: Function | None = None,
    *,
    weight: int,
    help: str | tuple[str, ...],
    judge: Sequence[Property] = (),
    cases: Callable[[np.random.Generator], dict[str, list[Case]]] = cases,
    batch: Callable[..., Case] = batch,
    kink: str = "",
    any_dtype: bool = False,
    after: str = "",
    mistakes: Sequence[Mistake] = (),
    **more: Any,
) -> Exercise:
    """An activation function, or its backward pass.

    Parameters
    ----------
    weight, help : of the values for ordinary numbers
    judge : the properties of other numbers
    batch : makes a case of a shape
    kink : the group of cases at a kink where the values are as clear as for ordinary numbers
    any_dtype : the float type is not judged
    after : of the property that the shape of the array does not matter
    mistakes, more : as for :func:`function` and :func:`pair`
    """
    output, given = ("du", "dz") if backward else ("z", "u")
    where = (ORDINARY,)
    type_kept = [] if any_dtype else [dtype(output, cases=where)]
    settings: dict[str, Any] = {
        "cases": cases,
        "judge": [
            values(output, weight=weight, cases=(ORDINARY, kink) if kink else where, help=help),
            *judge,
            values(
                output,
                cases=ANY_SHAPE,
                after=after,
                help=f"`{given}` may have any number of axes. Which of your lines assumes two?",
            ),
        ],
        "form": (shapes(output, cases=where), *type_kept, unchanged_inputs(cases=where)),
        "grows": lambda rng, n: batch(rng, "growing", n, 3),
        **more,
    }
    if backward:
        shared = _divided_by_rows(backward), _two_axes_only(backward)
        return pair(forward, backward, returns="du", mistakes=(*shared, *mistakes), **settings)
    shared_mistake = _two_axes_only(forward)
    return function(forward, returns="z, cache", mistakes=(shared_mistake, *mistakes), **settings)


def _two_axes_only(graded: Function) -> Mistake:
    """The mistake of a graded function that works only for a batch (N, D)."""

    @wraps(graded, assigned=())
    def unpacks(*given: Any) -> Any:
        """Your code fails unless the array has two axes, but any shape is allowed. Use operations
        that treat every entry separately.
        """
        _N, _D = given[0].shape
        return graded(*given)

    return mistake(unpacks, name="two axes only")


def _divided_by_rows(graded: Function) -> Mistake:
    """The mistake of a mean over the samples in an activation's backward pass."""

    @wraps(graded, assigned=())
    def divides(dz: Any, cache: Any) -> Any:
        """You divide `du` by the number of rows. The mean over the samples belongs to the loss, so
        `dz` already contains this factor.
        """
        return graded(dz, cache) / len(dz)

    return mistake(divides, name="divided by rows")
