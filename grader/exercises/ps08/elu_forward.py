"""``elu_forward(u, alpha) -> (z, cache)``: a line on the right, an exponential on the left."""

from functools import partial

import numpy as np

from grader.checking.contract import Case, float32, slips, values
from grader.exercises.activations import ANY_SHAPE, ORDINARY, activation, any_shape, batch, ordinary


def elu_forward(u, alpha):
    left = alpha * np.expm1(np.minimum(u, 0))
    z = np.where(u > 0, u, left)
    cache = (u, alpha)
    return z, cache


OVERFLOW = "right also where exp(u) overflows or is 0"
KINK = "where u is exactly 0: any factor between alpha and 1"
TINY = "accurate in float32 for tiny u"


def units(rng: np.random.Generator, about: str, *shape: int, steep: bool = False) -> Case:
    """There is a kink at 0: alpha is away from 1, above it if ``steep``."""
    alpha = rng.uniform(1.6, 2.4) if steep else rng.uniform(0.3, 0.6)
    return batch(rng, about, *shape, alpha=float(alpha))


def far(rng: np.random.Generator, about: str, sign: int) -> Case:
    """A column where the exponential overflows or is rounded to 0, beside ordinary ones."""
    some = units(rng, about, 3, 4, steep=True)
    some["u"][:, 0] = sign * rng.uniform(800, 1600, size=3)
    return some


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    close, kink = units(rng, "numbers near 0", 5, 3, steep=True), units(rng, KINK, 3, 4)
    close["u"][:2, 0] = rng.uniform(0.1, 0.2, size=2) * [-1, 1]  # slopes of about alpha and 1
    kink["u"][:, 0] = 0.0
    return {
        ORDINARY: [*ordinary(rng, units), close, units(rng, "a large alpha", 2, 3, steep=True)],
        KINK: [kink],
        OVERFLOW: [far(rng, "far to the left", -1), far(rng, "far to the right", 1)],
        ANY_SHAPE: any_shape(rng, partial(units, steep=True)),
    }


def cases_and_tiny(rng: np.random.Generator) -> dict[str, list[Case]]:
    tiny = units(rng, "", 3, 4, steep=True)
    tiny["u"] *= 3e-6
    return {**cases(rng), TINY: [float32(tiny)]}


exercise = activation(
    elu_forward,
    points=1,
    cases=cases_and_tiny,
    weight=5,
    help=(
        """Two parts that meet at 0: z = u on the right, and on the left a curve down to −alpha.""",
        """On the right z = u, on the left z = alpha·(exp(u) − 1). `np.where` chooses by a
        condition.""",
    ),
    kink=KINK,
    judge=[
        values(
            "z",
            weight=2,
            cases=OVERFLOW,
            help="""For large u the exponential overflows. Do not use its value there, not even
            multiplied by 0.""",
        ),
        values(
            "z",
            cases=TINY,
            help="""For a tiny u, exp(u) is rounded to one of the few float32 numbers next to 1.
            Then you subtract 1. Which function of NumPy computes exp(u) − 1 in one piece?""",
        ),
    ],
    answers=("course_lib.functional.elu",),
    hints="""
    A smaller example: u = [[3, −1]] with alpha = 2. exp(−1) = 0.368, so z = [[3, 2·(−0.632)]] =
    [[3, −1.264]]. Keep in the cache what the backward pass will need.
    """,
    batch=units,
    mistakes=(
        *slips(
            """
left = alpha * (np.exp(np.minimum(u, 0)) - 1)
    The formula is right, but in float32 tiny negative u lose their digits when you subtract 1 from
    a number close to 1. `np.expm1(u)` computes the difference in one piece.
""",
            needs=("values of z",),
        ),
        *slips("""
left = (np.exp(np.minimum(u, 0)) - 1)
    `alpha` is not used. Far to the left the curve should approach −alpha, but yours approaches −1.
left = alpha * np.exp(np.minimum(u, 0))
    Just left of 0 your curve jumps up to alpha. Both parts have to meet at 0. Which number is
    missing beside the exponential?
left = alpha * np.exp(np.minimum(u, 0)) - 1
    Far to the left your curve approaches −1 for every alpha, and at 0 it jumps. What does alpha
    multiply?
left = np.exp(alpha * np.minimum(u, 0)) - 1
    You use alpha in the exponent. It should scale the height of the left part, not its width.
left = alpha * (np.exp(np.minimum(u, 0) / alpha) - 1)
    You divide u by alpha in the exponent. That is CELU, which has no kink at 0. Where does ELU have
    alpha?
left = alpha * np.exp(np.minimum(u, 0) - 1)
    Just left of 0 your values are above 0. Does the −1 belong in the exponent?
z = np.maximum(u, 0) + left + alpha
    All your values are too large by alpha. What is the value at u = 0?
z = np.where(u > 0, alpha * u, left)
    On the right your line has the slope alpha. Which part of the curve does alpha multiply?
left = alpha * (1 - np.exp(np.minimum(u, 0)))
    On the left your curve is above 0. It should fall below 0, towards −alpha.
left = alpha * (np.exp(-np.minimum(u, 0)) - 1)
    On the left your values grow without limit. u is already negative there. Which exponential
    becomes small?
left = 0 * u
    Negative numbers become 0, as with ReLU. ELU has a curved negative part there.
left = alpha * u
    On the left you have a straight line. It has to be an exponential that approaches −alpha.
z = np.where(u < 0, u, alpha * (np.exp(u) - 1))
    The sides are swapped: the line belongs to u > 0, the exponential to u < 0.
z = np.maximum(u, alpha * (np.exp(u) - 1))
    Taking the larger of both is right for two lines (leaky ReLU). Here the exponential part can be
    above the line for positive u, too. Choose by the sign of u.
z = (u > 0) * u + (u <= 0) * alpha * (np.exp(u) - 1)
    For large u, exp(u) is infinite, and 0 · inf is nan, so a mask of zeros does not remove it.
    Choose with `np.where`, or limit the argument of the exponential.
z = np.maximum(u, 0) + alpha * (np.exp(u) - 1)
    On the right your values are too large, because you add the exponential part to positive u, too.
    Which argument makes this part 0 for positive u?
z = np.where(u > 0, u**0, left + alpha)
    You return the derivative of the curve (1 on the right), which the backward pass will need.
    Return the value of the curve.
"""),
    ),
)
