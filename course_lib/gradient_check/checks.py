"""Checks of gradients along random directions, and the relative error of two arrays.

A direction takes two evaluations, more where they leave a doubt, however large x is.

Along a unit vector v the directional derivative of f is ``gradient . v``. A random v involves every
element, so a wrong gradient differs in almost every direction. The unit length matters: with a
longer v the step h would be larger.
"""

import copy
import inspect
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Any

from course_lib.backend import Array, Generator, array_namespace, cast, normal
from course_lib.layers.layer import Layer
from course_lib.op import Cache, Op
from course_lib.requirements import is_kind
from course_lib.shapes import require_shapes
from course_lib.tree import map_arrays


@dataclass(frozen=True)
class GradientCheck:
    """What a check found.

    Attributes
    ----------
    passed : whether at least one direction could be judged, and the derivatives agreed in all of
        these
    worst : largest relative difference of the derivatives in those directions
    judged : number of those directions
    kinks : number of directions set aside because f is not smooth there at this step size
    """

    passed: bool
    worst: float
    judged: int
    kinks: int

    def __bool__(self) -> bool:
        return self.passed

    def __str__(self) -> str:
        if not self.judged:
            return f"undecided: f has a kink in all {self.kinks} directions; move x a little"
        verdict = "agrees" if self.passed else "DISAGREES"
        aside = f", {self.kinks} set aside at kinks" if self.kinks else ""
        return f"{verdict} in {self.judged} directions, largest difference {self.worst:.1e}{aside}"


def check_gradient(
    f: Callable[[Array], float],
    x: Array,
    gradient: Array,
    rng: Generator,
    *,
    directions: int = 8,
    h: float = 1e-5,
    rtol: float = 1e-6,
    atol: float = 1e-8,
) -> GradientCheck:
    """Compare ``gradient . v`` with ``(f(x + h v) - f(x - h v)) / (2 h)`` for random unit v.

    Where they differ, the comparison is repeated with step h/2. For a smooth f, the central
    difference is almost the same, and the forward minus the backward difference is halved. If one
    of them changes otherwise, by an amount that could explain the disagreement, f has a kink there
    (or h is far too large). The direction is then set aside, because it says nothing about the
    gradient.

    Parameters
    ----------
    f : takes an array like x, returns one number; the same number for the same array
    x : any shape, double precision
    gradient : shape of x, the gradient of f at x that is to be checked
    rng : source of the directions
    directions : how many to try
    h : step, in units of x
    rtol, atol : derivatives a and n agree if ``|a - n| <= atol + rtol * max(|a|, |n|)``

    Raises
    ------
    TypeError
        If x is not double precision; in single precision rounding hides small mistakes.
    ValueError
        If gradient does not have the shape of x.
    """
    xp = array_namespace(x, gradient)
    if x.dtype != xp.float64:
        raise TypeError(f"check_gradient: x has dtype {x.dtype}, expected float64")
    require_shapes("check_gradient", x=(x, "..."), gradient=(gradient, "..."))
    middle = float(f(x))

    def differences(v: Array, h: float) -> tuple[float, float]:
        """Central difference, and forward minus backward difference."""
        above, below = float(f(x + h * v)), float(f(x - h * v))
        return (above - below) / (2.0 * h), (above - 2.0 * middle + below) / h

    passed, worst, judged, kinks = True, 0.0, 0, 0
    for _ in range(directions):
        v = normal(rng, tuple(x.shape), like=x)
        v = v / math.sqrt(float(xp.sum(v * v)))
        analytic = float(xp.sum(gradient * v))
        numeric, asymmetry = differences(v, h)
        difference = abs(analytic - numeric)
        size = max(abs(analytic), abs(numeric))
        agrees = difference <= atol + rtol * size
        if not agrees:
            finer, finer_asymmetry = differences(v, h / 2.0)
            unsmooth = max(abs(numeric - finer), abs(finer_asymmetry - asymmetry / 2.0))
            if unsmooth > difference / 4.0:  # a kink anywhere within h leaves at least a third
                kinks += 1
                continue
        judged += 1
        passed = passed and agrees
        # nan counts as the worst: max() alone would drop it
        worst = max(worst, difference / max(size, atol)) if difference == difference else math.inf
    return GradientCheck(passed and judged > 0, worst, judged, kinks)


def check_op(
    op: Op, inputs: Sequence[Array], rng: Generator, **settings: Any
) -> tuple[GradientCheck, ...]:
    """Check every gradient of a pair against differences of its forward function.

    The loss is ``sum(dy * y)`` with a random dy: its gradient with respect to y is exactly dy, and
    no symmetry of the function hides a mistake. A dy of ones could hide one.

    Parameters
    ----------
    op : pair with ``forward(*inputs) -> (y, cache)`` and ``backward(dy, cache)`` -> one gradient
        or a tuple of them. Wrap what draws: ``lambda x: dropout_forward(x, 0.5,
        default_rng(0), training=True)`` drops the same elements in every call.
    inputs : the arrays that forward takes, double precision
    rng : source of dy and of the directions
    settings : directions, h, rtol and atol as in `check_gradient`; all others are for forward, such
        as ``padding=1``

    Returns
    -------
    checks : one per input; each is true if it passed, and prints as a sentence

    Raises
    ------
    ValueError
        If backward does not return one gradient per input.
    """
    own = inspect.signature(check_gradient).parameters
    rest = {name: settings.pop(name) for name in list(settings) if name not in own}
    y, cache = op.forward(*inputs, **rest)
    xp = array_namespace(y, *inputs)
    dy = normal(rng, tuple(y.shape), like=y)
    gradients = op.backward(dy, cache)
    if not isinstance(gradients, tuple | list):
        gradients = (gradients,)
    if len(gradients) != len(inputs):
        raise ValueError(
            f"check_op: backward returned {len(gradients)} gradient(s) for {len(inputs)} input(s)"
        )

    def check(i: int) -> GradientCheck:
        def f(a: Array) -> float:
            moved = [*inputs[:i], a, *inputs[i + 1 :]]
            return float(xp.sum(dy * op.forward(*moved, **rest)[0]))

        return check_gradient(f, inputs[i], gradients[i], rng, **settings)

    return tuple(check(i) for i in range(len(inputs)))


def check_layer(
    layer: Layer, x: Any, rng: Generator, *, training: bool = True, **settings: Any
) -> dict[str, GradientCheck]:
    """Check the gradients of a layer, or of a whole model, with respect to input and parameters.

    Copies in double precision compute, so neither the layer nor its generators change, and dropout
    drops the same elements in every call.

    Parameters
    ----------
    layer : any layer
    x : an input of it, in any precision, or a tuple of several
    rng, settings : as in `check_op`
    training : as in the layer's ``forward``

    Returns
    -------
    checks : one for each name of ``layer.named_parameters()``, and for ``"x"``, or ``"x[0]"``,
        ``"x[1]"``, … of several, if it is floating point; ``all(checks.values())`` says whether all
        passed
    """

    def double(a: Array) -> Array:
        return cast(a, "float64") if is_kind(a, "real floating") else a

    layer = copy.deepcopy(layer)
    map_arrays(layer, double)
    several = isinstance(x, tuple)
    of_layer = {f"x[{i}]": double(a) for i, a in enumerate(x)} if several else {"x": double(x)}
    inputs = {name: a for name, a in of_layer.items() if is_kind(a, "real floating")}
    inputs |= {name: p.data for name, p in layer.named_parameters()}

    def forward(*arrays: Array) -> tuple[Array, Cache]:
        moved, given = copy.deepcopy(layer), of_layer | dict(zip(inputs, arrays, strict=True))
        for name, p in moved.named_parameters():
            p.data = given[name]
            p.zero_grad()
        here: Any = tuple(given[name] for name in of_layer)
        y, back = moved.forward(here if several else here[0], training=training)
        if not isinstance(y, tuple):
            return y, (back, moved, None)
        xp = array_namespace(*y)
        in_a_row = xp.concat([xp.reshape(a, (-1,)) for a in y])
        return in_a_row, (back, moved, [tuple(a.shape) for a in y])

    def backward(dy: Any, cache: Cache) -> list[Array]:
        back, moved, shapes = cache
        if shapes is not None:
            ends = accumulate(map(math.prod, shapes), initial=0)
            parts = [dy[i:j] for i, j in pairwise(ends)]
            dy = tuple(map(array_namespace(dy).reshape, parts, shapes))
        dx = back(dy)
        gradients = zip(of_layer, dx if several else (dx,), strict=True)
        return [
            *(gradient for name, gradient in gradients if name in inputs),
            *(p.grad for p in moved.parameters()),
        ]

    checks = check_op(Op(forward, backward), list(inputs.values()), rng, **settings)
    return dict(zip(inputs, checks, strict=True))


def relative_error(a: Array, b: Array) -> float:
    """Distance relative to size: ``|a - b| / max(|a| + |b|, 1e-12)`` with Euclidean norms.

    Parameters
    ----------
    a, b : the same shape, any number of axes

    Returns
    -------
    error : 0 for equal arrays, at most 1; two arrays of zeros agree

    Raises
    ------
    ValueError
        If the shapes differ.
    """
    require_shapes("relative_error", a=(a, "..."), b=(b, "..."))
    xp = array_namespace(a, b)

    def norm(v: Array) -> float:
        return math.sqrt(float(xp.sum(v * v)))

    return norm(a - b) / max(norm(a) + norm(b), 1e-12)
