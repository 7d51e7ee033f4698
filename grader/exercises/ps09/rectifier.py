"""``rectifier(u, kind, a) -> z, df``: leaky ReLU or ELU, and its derivative."""

from typing import Any

import numpy as np

from grader.checking.contract import (
    Case,
    case,
    dtype,
    float32,
    function,
    mistake,
    shapes,
    slips,
    unchanged_inputs,
    values,
)


def rectifier(u, kind, a):
    v = np.minimum(u, 0)
    value, slope = a * v, np.full_like(u, a)
    if kind == "elu":
        value = a * np.expm1(v)
        slope = a * np.exp(v)
    z = np.where(u > 0, u, value)
    df = np.where(u > 0, np.ones_like(u), slope)
    return z, df


LEAKY, ELU = "leaky ReLU", "ELU"
OVERFLOW = "right also where exp(u) overflows or is 0"
KINK = "where u is exactly 0: any derivative between a and 1"
TINY = "accurate for tiny u"
FLAT = "accurate where ELU is nearly flat"
HALF = "half precision"
ANY_SHAPE = "arrays with any number of axes"


def units(
    rng: np.random.Generator, about: str, kind: str, *shape: int, steep: bool = False
) -> Case:
    """Pre-activations of both signs. Steep: a is above 1, else below it."""
    u = rng.uniform(0.5, 2.2, size=shape) * rng.choice([-1.0, 1.0], size=shape)
    u.flat[:2] = [-abs(u.flat[0]), abs(u.flat[1])]
    a = rng.uniform(2.2, 3) if steep else rng.uniform(0.3, 0.6)
    return case(about, u=u, kind=kind, a=float(a))


def ordinary(rng: np.random.Generator, kind: str) -> list[Case]:
    close = units(rng, f"numbers near 0, {kind}", kind, 5, 3)
    close["u"][:2, 0] = rng.uniform(0.1, 0.2, size=2) * [-1, 1e-5]
    large = units(rng, f"large numbers, {kind}", kind, 4, 3)
    large["u"] *= 3
    return [
        units(rng, f"one row, {kind}", kind, 1, 3),
        units(rng, f"a large a, {kind}", kind, 3, 3, steep=True),
        close,
        large,
        float32(units(rng, f"float32, {kind}", kind, 3, 4)),
    ]


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    kinks = [units(rng, f"{KINK}, {kind}", kind, 3, 4) for kind in ("leaky", "elu")]
    sides = [units(rng, f"far to the {side}", "elu", 3, 4) for side in ("left", "right")]
    for kink, a in zip(kinks, (rng.uniform(0.6, 0.8), rng.uniform(2, 3)), strict=True):
        kink["u"][:, 0], kink["a"] = 0.0, float(a)
    for sign, far in zip((-1, 1), sides, strict=True):
        far["u"][:, 0] = sign * rng.uniform(800, 1600, size=3)
    tiny, flat = units(rng, TINY, "elu", 3, 4), units(rng, FLAT, "elu", 3, 4)
    tiny["u"] *= 3e-6
    small = units(rng, "u near -1e-4", "elu", 3, 4)
    small["u"] = -rng.uniform(1e-4, 1.5e-4, size=(3, 4))
    flat["u"] = -rng.uniform(13, 16, size=(3, 4))
    tinier = units(rng, "as tiny as 1e-12", "elu", 3, 4)
    tinier["u"] *= 1e-12
    flatter = units(rng, "u near -200", "elu", 3, 4)
    flatter["u"] = -rng.uniform(199, 201, size=(3, 4))
    enormous = [units(rng, f"enormous numbers, {kind}", kind, 3, 4) for kind in ("leaky", "elu")]
    for made in enormous:
        made["u"] *= 1e30
    single = units(rng, "no axis", "elu", 2)
    halves = [units(rng, f"float16, {kind}", kind, 3, 4) for kind in ("leaky", "elu")]
    return {
        LEAKY: ordinary(rng, "leaky"),
        ELU: ordinary(rng, "elu"),
        KINK: kinks,
        OVERFLOW: [*sides, *enormous],
        TINY: [float32(tiny), float32(small), tinier],
        FLAT: [float32(flat), flatter],
        ANY_SHAPE: [
            units(rng, "one axis", "elu", 6),
            units(rng, "three axes", "leaky", 2, 3, 4),
            single | {"u": np.array(single["u"][0])},
        ],
        HALF: [made | {"u": made["u"].astype("float16")} for made in halves],
    }


def observe(given: Case, outputs: dict[str, Any]) -> dict[str, Any]:
    """At u = 0 every derivative between those of both sides counts as that of the left."""
    df, at_kink = np.asarray(outputs["df"]), given["u"] == 0
    if df.shape != at_kink.shape or not at_kink.any():
        return outputs
    low, high = min(given["a"], 1), max(given["a"], 1)
    allowed = (df >= low - 1e-6) & (df <= high + 1e-6)
    return {**outputs, "df": np.where(at_kink & allowed, given["a"], df)}


def two_axes_only(u, kind, a):
    """Your code fails unless the array has two axes, but any shape is allowed. Use operations that
    treat every entry separately.
    """
    _N, _D = u.shape
    return rectifier(u, kind, a)


exercise = function(
    rectifier,
    returns="z, df",
    points=4,
    cases=cases,
    observe=observe,
    judge=[
        values(
            "z",
            weight=2,
            cases=(LEAKY, f"{KINK}, leaky"),
            title="leaky ReLU: z",
            help='Where u > 0, z is u. For "leaky" the left side is another line through 0.',
        ),
        values(
            "z",
            weight=2,
            cases=(ELU, f"{KINK}, elu"),
            title="ELU: z",
            help='For "elu" the left side is a·(exp(u) − 1). `np.where` chooses by a condition.',
        ),
        values(
            "df",
            cases=LEAKY,
            title="leaky ReLU: df",
            help="How steep is each of the two lines?",
        ),
        values(
            "df",
            weight=2,
            cases=ELU,
            title="ELU: df",
            help="Differentiate both parts. Which of the two derivatives depends on u?",
        ),
        values(
            "df",
            cases=KINK,
            alone=False,
            help="""At u = 0 any number between a and 1 is accepted. Which of your conditions is
            true there?""",
        ),
        values(
            "z",
            "df",
            weight=3,
            cases=OVERFLOW,
            help="""For large u the exponential overflows. Do not use its value there, not even
            multiplied by 0.""",
        ),
        values(
            "z",
            weight=3,
            cases=TINY,
            atol=0.0,
            help="""For a tiny u, exp(u) is rounded to one of the few float32 numbers next to 1.
            Then you subtract 1. Which function of NumPy computes exp(u) − 1 in one piece?""",
        ),
        values(
            "df",
            weight=3,
            cases=FLAT,
            atol=0.0,
            help="""Far to the left z is rounded to −a, so z no longer tells how far. Compute the
            derivative from u.""",
        ),
        values("z", "df", cases=ANY_SHAPE, help="`u` may have any number of axes."),
    ],
    form=(
        shapes(cases=(LEAKY, ELU, ANY_SHAPE)),
        dtype(cases=(LEAKY, ELU, HALF)),
        unchanged_inputs(cases=(LEAKY, ELU)),
    ),
    answers=(
        "grader.exercises.ps09.rectifier",
        "course_lib.functional.activations",
    ),
    hints="""
    Compute the left side for all entries, from a u that is at most 0, and its derivative. Then
    choose between right and left, once for z and once for df.

    A smaller example: u = [[3, −1]] with a = 2. "leaky": z = [[3, −2]] and df = [[1, 2]]. "elu":
    exp(−1) = 0.368, so z = [[3, 2·(−0.632)]] = [[3, −1.264]] and df = [[1, 0.736]].
    """,
    mistakes=(
        mistake(two_axes_only),
        *slips(
            """
value = a * (np.exp(v) - 1)
    The formula is right, but in float32 tiny negative u lose their digits when you subtract 1 from
    a number close to 1. `np.expm1(u)` computes the difference in one piece.
slope = (a * np.expm1(v) + a).astype(u.dtype)
    On paper z + a is the derivative, but where the curve is nearly flat, z is rounded to −a and the
    sum loses its digits. Compute a·exp(u).
df = (u > 0) + (u < 0) * slope
    The derivative is wrong only where u is exactly 0: neither of your two conditions is true there,
    so it is 0, which is the derivative of neither side. Let one of the conditions include 0.
value, slope = a * v, np.full(u.shape, a)
df = np.where(u > 0, 1.0, slope)
    The values are right, but float32 becomes float64, because one of your arrays is float64. Which
    one is it, and how do you give it the dtype of `u`?
""",
            needs=("leaky ReLU: z",),
        ),
        *slips("""
value, slope = 0 * v, 0 * v
    For "leaky" your left side is 0, as with ReLU. Leaky ReLU multiplies negative u by a.
value, slope = 0.01 * v, np.full_like(u, 0.01)
    You always multiply negative numbers by 0.01. That is a usual value, but use the argument `a`.
value, slope = a * v, a * v
    For "leaky" your derivative on the left is the value. How steep is the line a·u?
value, slope = -a * v, np.full_like(u, a)
    For "leaky" your negative numbers become positive. The left line rises, too.
value = np.expm1(v)
    For "elu" your values do not contain `a`. Far to the left the curve should approach −a.
value = a * np.exp(v)
    For "elu" your curve jumps at 0. Both parts have to meet there. Which number is missing beside
    the exponential?
value = a * np.exp(v) - 1
    For "elu" your curve approaches −1 for every a, and at 0 it jumps. What does a multiply?
value = np.expm1(a * v)
    You use a in the exponent. It should scale the height of the left part, not its width.
value = a * np.expm1(v / a)
    You divide u by a in the exponent. That is CELU, which has no kink at 0. Where does ELU have a?
value = a * (1 - np.exp(v))
    For "elu" your left side is above 0. It should fall below 0, towards −a.
value = a * np.expm1(-v)
    On the left your values grow without limit. u is already negative there. Which exponential
    becomes small?
slope = np.exp(v)
    For "elu" your derivative does not contain `a`. A factor of the function is a factor of its
    derivative.
slope = a * np.expm1(v)
    For "elu" your derivative is the value z, which is negative. But the curve rises. What is the
    derivative of the constant −1?
slope = a * np.exp(v) - 1
    You keep the −1 in the derivative. What is the derivative of a constant?
slope = a * np.expm1(v) + 1
    You compute the derivative as z + 1. That is right only for a = 1.
slope = a * np.exp(-v)
    On the left your derivative grows with the distance from 0, but the curve becomes flat there.
    Look at the sign in the exponent.
slope = a * v * np.exp(v - 1)
    You use the rule for powers, u^n. In exp(u) the variable is the exponent, and the derivative
    equals the function.
slope = np.full_like(u, a)
    For "elu" your derivative on the left is a everywhere. Further to the left the curve becomes
    flat.
if kind == "leaky":
    The two kinds are exchanged.
z = np.where(u < 0, u, value)
df = np.where(u < 0, np.ones_like(u), slope)
    The sides are swapped: z is u where u > 0.
z = np.where(u > 0, u, value) if kind == "elu" else np.maximum(u, a * u)
    The larger of u and a·u is right only for a below 1. Choose by the sign of u.
df = np.where(z > 1, np.ones_like(u), slope)
    You choose the derivative by another condition than the value. Which u are on the line z = u?
df = np.where(u > 0, u, slope)
    On the right your derivative is u. How steep is the line z = u?
df = np.where(u > 0, np.full_like(u, a), slope)
    On the right your derivative is a. How steep is the line z = u?
value, slope = a * v, np.full_like(u, a)
z = (u > 0) * u + (u <= 0) * (a * (np.exp(u) - 1) if kind == "elu" else a * u)
    For large u, exp(u) is infinite, and 0 · inf is nan, so a mask of zeros does not remove it.
    Choose with `np.where`, or limit the argument of the exponential.
df = (u > 0) + (u <= 0) * (a * np.exp(u) if kind == "elu" else a)
    Your derivative is nan for large u: exp(u) is infinite there, and 0 · inf is nan. Choose with
    `np.where`, or limit the argument of the exponential.
return df, z
    Your two results are exchanged: the value comes first.
"""),
    ),
)
