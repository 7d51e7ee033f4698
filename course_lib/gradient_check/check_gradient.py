"""Check a gradient along random directions; two evaluations each, however large x is.

Along a unit vector v the directional derivative of f is ``gradient . v``. A random v involves every
element, so a wrong gradient differs in almost every direction. The unit length matters: with a
longer v the step h would be larger.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

from course_lib.backend import Array, Generator, array_namespace, normal
from course_lib.shapes import require_shapes


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
