"""The family of the five initialisers, ``lecun_normal(shape, rng) -> W`` and its siblings.

They are tried on the same cases and judged by the same quantities: whatever a right program draws
first, its weights have the demanded mean, variance and kind of distribution.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from grader.checking.contract import (
    Case,
    Exercise,
    Property,
    case,
    holds,
    random,
    shapes,
    step,
    values,
)
from grader.checking.contract.exercise import Step

# 6.7 standard deviations: right code leaves this band with probability below 2.1e-11 a case.
BAND = 6.7

# With these widths, no two variances that mistakes lead to are closer than 6 %.
FEW, WIDER, NARROWER = "5 inputs, 6400 outputs", "92 inputs, 427 outputs", "427 inputs, 92 outputs"
BIG = (WIDER, NARROWER, FEW)
SMALL = "two small layers from one generator"

SHAPE, MEAN, VARIANCE = "the shape of W", "the mean of W", "the variance of W"
KIND, LIMIT, DRAWS = "the distribution", "the range of W", "the second draw"
IN_SHAPE = "W has the shape that was asked for"
WITHOUT_MEAN, WITHIN = (
    "the weights have mean 0",
    "they reach from −a to a, with the a of that variance",
)
DRAWN_ANEW = "every call draws anew, from rng alone"

FIXED = "the same for all shapes"
TO_ONE = "that of numbers that reach up to 1"
CUT = {"at two standard deviations": 0.9205, "beyond two standard deviations": 0.7737}

Variance = Callable[[int, int], float]

VARIANCES: dict[str, Variance] = {
    "1 / n_in": lambda n_in, n_out: 1 / n_in,
    "2 / n_in": lambda n_in, n_out: 2 / n_in,
    "1 / n_out": lambda n_in, n_out: 1 / n_out,
    "2 / n_out": lambda n_in, n_out: 2 / n_out,
    "1 / (n_in + n_out)": lambda n_in, n_out: 1 / (n_in + n_out),
    "2 / (n_in + n_out)": lambda n_in, n_out: 2 / (n_in + n_out),
    "4 / n_in": lambda n_in, n_out: 4 / n_in,
    "4 / (n_in + n_out)": lambda n_in, n_out: 4 / (n_in + n_out),
    "(1 / n_in + 1 / n_out) / 2": lambda n_in, n_out: (1 / n_in + 1 / n_out) / 2,
    "1": lambda n_in, n_out: 1.0,
    "1 / 3": lambda n_in, n_out: 1 / 3,
}
FIXED_VARIANCES = (1e-4, 1e-2, 0.0025, 1 / 300, 1 / 30000)  # of 0.01, 0.1 and 0.05, and of limits

BY_OUTPUTS = (
    "The variance follows the number of outputs. Which entry of `shape` counts the products that a "
    "unit adds up?"
)
# By the variance that is asked for: the variances that are taken for it, with their hints.
TAKEN_FOR = {
    "1 / n_in": {"1 / n_out": BY_OUTPUTS},
    "2 / n_in": {
        "2 / n_out": BY_OUTPUTS,
        "2 / (n_in + n_out)": "The variance is 2 / (n_in + n_out), Glorot's compromise. He's rule "
        "considers the forward pass alone.",
        "4 / n_in": "The variance is 4 / n_in, twice too large. A factor before a root counts "
        "squared in the variance: is all of your fraction under the root?",
    },
    "2 / (n_in + n_out)": {
        "1 / n_in": "The variance is 1 / n_in, which suits the forward pass. Glorot's rule also "
        "considers the backward pass, where every input is served by n_out weights.",
        "2 / n_in": "The 2 of the numerator is there, but the denominator has the inputs alone: "
        "that is He's rule. Which other number belongs in the compromise?",
        "1 / n_out": "The variance is 1 / n_out: that suits the backward pass alone. The "
        "compromise considers both passes.",
        "1 / (n_in + n_out)": "The variance is half of what it should be. What stands in the "
        "denominator is the mean of n_in and n_out; compare it with their sum.",
        "(1 / n_in + 1 / n_out) / 2": "The variance is the mean of 1 / n_in and 1 / n_out. "
        "Glorot's rule is one over a mean: of which two numbers?",
        "4 / (n_in + n_out)": "The variance is 4 / (n_in + n_out), twice too large. A factor "
        "before a root counts squared in the variance: is all of your fraction under the root?",
    },
}


def initializer(
    textbook: Callable[..., Any],
    *,
    variance: str,
    uniform: bool = False,
    hints: tuple[str, ...],
    **more: Any,
) -> Exercise:
    """An initialiser: the textbook version, and the formula of its ``VARIANCES``.

    Its ``hints`` are about the variance, and the limit that belongs to it.
    """
    wanted = Wanted(variance, uniform)
    about = (wanted.titles[VARIANCE], *([WITHIN] if uniform else []))
    exercise = random(
        textbook,
        returns="an array of the given shape",
        points=1,
        cases=cases,
        run=run,
        observe=wanted.observe,
        judge=wanted.judge(),
        form=(
            values(SHAPE, form=True, title=IN_SHAPE),
            shapes("W", title="W is an array"),
        ),
        without=("fixed seed",),
        answers=("course_lib.initializers",),
        hints=(*wanted.steps(), *(step(text, *about) for text in hints)),
        **more,
    )
    for formula, hint in TAKEN_FOR[variance].items():
        exercise.mistake(name=formula, hint=hint)(Wanted(formula, uniform).draw)
    (_mistakes_of_a_limit if uniform else _mistakes_of_a_deviation)(exercise, wanted)
    _mistakes_of_all(exercise, wanted)
    return exercise


def cases(rng: np.random.Generator) -> list[Case]:
    """Matrices with so many numbers that chance does not show, and a small one drawn twice."""
    shapes = {WIDER: [92, 427], NARROWER: [427, 92], FEW: [5, 6400], SMALL: [4, 6]}
    return [
        case(about, shape=shape, seed=int(rng.integers(2**31))) for about, shape in shapes.items()
    ]


def run(initializer: Any, case: Case) -> dict[str, Any]:
    shape, rng = tuple(case["shape"]), np.random.default_rng(case["seed"])
    W = initializer(shape, rng)
    if case["about"] != "two small layers from one generator":
        return {"W": W}
    W = np.array(W)  # a copy: an initialiser that returns one array twice must show
    later = initializer(shape, rng)
    return {
        "W": W,
        "later": later,
        "again": initializer(shape, np.random.default_rng(case["seed"])),
    }


@dataclass(frozen=True)
class Wanted:
    """What an initialiser has to draw: the formula of its variance, and whether uniform."""

    formula: str
    uniform: bool

    def variance(self, shape: tuple[int, ...]) -> float:
        return VARIANCES[self.formula](*shape)

    def deviation(self, shape: tuple[int, ...]) -> float:
        return float(np.sqrt(self.variance(shape)))

    def limit(self, shape: tuple[int, ...]) -> float:
        """The a of the uniform distribution on [−a, a] that has this variance."""
        return float(np.sqrt(3 * self.variance(shape)))

    def draw(self, shape: tuple[int, ...], rng: np.random.Generator) -> np.ndarray:
        if self.uniform:
            return rng.uniform(-self.limit(shape), self.limit(shape), size=shape)
        return rng.normal(0, self.deviation(shape), size=shape)

    def variances(self) -> dict[str, Variance]:
        """The right variance first, then those that mistakes lead to."""
        v, name = VARIANCES[self.formula], self.formula
        return {
            name: v,
            **VARIANCES,
            f"the square of {name}": lambda n_in, n_out: v(n_in, n_out) ** 2,
            f"the root of {name}": lambda n_in, n_out: v(n_in, n_out) ** 0.5,
            f"1 / ({name})": lambda n_in, n_out: 1 / v(n_in, n_out),
            f"a third of {name}": lambda n_in, n_out: v(n_in, n_out) / 3,
            f"a quarter of {name}": lambda n_in, n_out: v(n_in, n_out) / 4,
            f"a sixth of {name}": lambda n_in, n_out: v(n_in, n_out) / 6,
            f"a twelfth of {name}": lambda n_in, n_out: v(n_in, n_out) / 12,
            f"four times {name}": lambda n_in, n_out: v(n_in, n_out) * 4,
            f"six times {name}": lambda n_in, n_out: v(n_in, n_out) * 6,
            f"three times {name}": lambda n_in, n_out: v(n_in, n_out) * 3,
            f"three times the square of {name}": lambda n_in, n_out: 3 * v(n_in, n_out) ** 2,
            f"half the square of {name}": lambda n_in, n_out: v(n_in, n_out) ** 2 / 2,
            **{f"{name}, cut {where}": self._cut(share) for where, share in CUT.items()},
        }

    def _cut(self, share: float) -> Variance:
        return lambda n_in, n_out: share * VARIANCES[self.formula](n_in, n_out)

    @property
    def titles(self) -> dict[str, str]:
        return {
            VARIANCE: f"their variance is {self.formula}",
            KIND: "they are uniform" if self.uniform else "they are normal",
        }

    def steps(self) -> tuple[Step, ...]:
        """The help with all but the variance."""
        kind = (
            "Look at a histogram of many weights: is it flat between two limits?"
            if self.uniform
            else "Look at a histogram of many weights: is it highest at 0, with long tails?"
        )
        return (
            step(
                "How many rows and columns does `shape` ask for, and how many has your W?", IN_SHAPE
            ),
            step(kind, self.titles[KIND]),
            step("Are negative weights as likely as positive ones in your W?", WITHOUT_MEAN),
            step(
                "All random numbers have to come from `rng`. Then the same seed gives the same "
                "weights, and the next call gives new ones.",
                DRAWN_ANEW,
            ),
        )

    def judge(self) -> list[Property]:
        """The properties of the values; zeros of the right shape earn nothing."""
        return [
            told(VARIANCE, self.titles[VARIANCE], 8),
            *([told(LIMIT, WITHIN, 2)] if self.uniform else []),
            told(KIND, self.titles[KIND], 2),
            told(MEAN, WITHOUT_MEAN, 1),
            told(DRAWS, DRAWN_ANEW, 2, SMALL),
        ]

    def observe(self, case: Case, outputs: dict[str, Any]) -> dict[str, Any]:
        """What all right programs have in common, in words."""
        W, shape = in_shape(outputs["W"], case["shape"]), tuple(case["shape"])
        small = case["about"] == SMALL
        seen = {"W": blank(outputs["W"]), SHAPE: str(shape)}
        keys = (DRAWS,) if small else (MEAN, VARIANCE, KIND, *((LIMIT,) if self.uniform else ()))
        if W is None:
            why = f"unknown, since W is not an array of shape {shape}"
            return seen | {SHAPE: shape_in_words(outputs["W"], shape)} | dict.fromkeys(keys, why)
        if small:
            return seen | {DRAWS: draws_in_words(outputs, W)}
        if alike := pattern(W):
            return seen | dict.fromkeys(keys, f"unknown, since {alike}")
        d = W - W.mean()
        squares = d * d
        variance = float(squares.mean())
        # 3 for a normal distribution, 9/5 for a uniform one
        kurtosis = float(np.mean(squares * squares)) / variance**2
        seen |= {MEAN: mean_in_words(W, variance), KIND: kind_in_words(kurtosis)}
        # By chance the variance of n numbers is off by the share ((kurtosis - 1) / n)^(1/2).
        band = BAND * float(np.sqrt((min(kurtosis, 3.5) - 1) / W.size))
        seen[VARIANCE] = self.variance_in_words(variance, W.shape, band)
        if seen[KIND] == "uniform" and seen[MEAN] != "0" and abs(W.max() - 1) <= 30 / W.size:
            return seen | dict.fromkeys(
                (MEAN, VARIANCE, *([LIMIT] if self.uniform else ())), TO_ONE
            )
        if self.uniform:
            # Normal numbers have no limit: how far they reach says nothing.
            seen[LIMIT] = "without limits" if seen[KIND] == "normal" else self.limit_in_words(W)
        return seen

    def variance_in_words(self, found: float, shape: tuple[int, ...], band: float) -> str:
        """The right formula if the variance is compatible with it, else the nearest that is."""
        far = {name: abs(found / v(*shape) - 1) for name, v in self.variances().items()}
        if far[self.formula] <= band:
            return self.formula
        if min(abs(found / fixed - 1) for fixed in FIXED_VARIANCES) <= min(band, *far.values()):
            return FIXED
        nearest = min(far.values())
        # In a layer with few inputs, n_out and n_in + n_out are almost the same: the first counts.
        near = (name for name, by in far.items() if by <= min(band, nearest + 0.005))
        return next(near, f"about {found:.2g}")

    def limit_in_words(self, W: np.ndarray) -> str:
        """Whether the limit is kept, and nearly reached on both sides."""
        limit = self.limit(W.shape)
        low, high = -W.min() / limit, W.max() / limit
        if max(low, high) > 1 + 1e-5:
            return "wider than from −a to a"
        # Right code stays this far below the limit on one of the sides with probability e^-30.
        near = min(low, high) >= 1 - 60 / W.size
        return "from −a to a" if near else "narrower than from −a to a"


def in_shape(value: Any, shape: list[int]) -> np.ndarray | None:
    """``value`` as a matrix of finite numbers, if it has the shape but for axes of length 1."""
    array = np.asarray(value)
    if array.dtype.kind == "c" and not array.imag.any():
        array = array.real
    fits = [n for n in array.shape if n > 1] == [n for n in shape if n > 1]
    if not fits or array.dtype.kind not in "biuf" or not np.isfinite(array).all():
        return None
    return array.reshape(shape).astype(np.float64)


def shape_in_words(value: Any, shape: tuple[int, ...]) -> str:
    """The shape, or what else is wrong with W."""
    found = np.asarray(value)
    if found.shape != shape and found.dtype.kind in "biufc":
        return str(found.shape)
    return "that of an array with inf or nan" if found.dtype.kind in "fc" else "that of no numbers"


def blank(value: Any) -> Any:
    """Zeros in the form of ``value``, whose numbers are the student's draw."""
    try:
        zeros = np.zeros_like(value, dtype=np.float64)
    except (TypeError, ValueError):
        return None
    return zeros if isinstance(value, np.ndarray) else zeros.tolist()


def pattern(W: np.ndarray) -> str:
    """What all weights have in common; empty if each is drawn on its own."""
    if np.ptp(W) == 0:
        return "all numbers in W are 0" if W[0, 0] == 0 else "all numbers in W are the same"
    if (W == W[:1]).all():
        return "all rows of W are the same"
    return "all columns of W are the same" if (W == W[:, :1]).all() else ""


def mean_in_words(W: np.ndarray, variance: float) -> str:
    mean = float(W.mean())
    if abs(mean) <= BAND * np.sqrt(variance / W.size):
        return "0"
    return "above 0" if mean > 0 else "below 0"


def kind_in_words(kurtosis: float) -> str:
    if abs(kurtosis - 3) < 0.35:
        return "normal"
    return "uniform" if abs(kurtosis - 1.8) < 0.15 else "neither normal nor uniform"


def draws_in_words(outputs: dict[str, Any], W: np.ndarray) -> str:
    again, later = in_shape(outputs["again"], [*W.shape]), in_shape(outputs["later"], [*W.shape])
    if again is None or not np.array_equal(again, W):
        return "not from rng: the same seed gave other weights"
    if later is not None and np.array_equal(later, W):
        return "the first one again"
    return "new, and from rng"


def told(name: str, title: str, weight: int, cases: str | tuple[str, ...] = BIG) -> Property:
    """The observation ``name`` is the reference's; the message has both."""

    def test(case: Case, got: dict[str, Any], want: dict[str, Any]) -> str | None:
        return None if got[name] == want[name] else f"{name} is {got[name]}; expected: {want[name]}"

    return holds(title, test, weight=weight, cases=cases)


def _mistakes_of_a_deviation(exercise: Exercise, wanted: Wanted) -> None:
    """Those of the normal initialisers."""

    @exercise.mistake
    def root_forgotten(shape, rng):
        """The standard deviation of your weights is what their variance should be, so they are far
        too small. Which of the two does `rng.normal` take, or multiply standard normal numbers?
        """
        return rng.normal(0, wanted.variance(shape), size=shape)

    @exercise.mistake
    def limit_for_deviation(shape, rng):
        """The variance is three times too large: your standard deviation is the limit of a uniform
        distribution with the right variance. How does such a limit compare with its standard
        deviation?
        """
        return rng.normal(0, wanted.limit(shape), size=shape)

    @exercise.mistake
    def unscaled(shape, rng):
        """The variance is 1 whatever the shape is: the width of the layer is not used. What
        multiplies the standard normal numbers?
        """
        return rng.standard_normal(shape)

    @exercise.mistake
    def deviation_as_the_mean(shape, rng):
        """The variance is 1, and the mean is not 0 but what the standard deviation should be. In
        `rng.normal` the first number is the mean; which one is the standard deviation?
        """
        return rng.normal(wanted.deviation(shape), size=shape)

    @exercise.mistake
    def uniform_for_normal(shape, rng):
        """The numbers are spread evenly between two limits: that is a uniform distribution. Here
        the normal one is asked for; which method of `rng` draws from it?
        """
        return rng.uniform(-wanted.limit(shape), wanted.limit(shape), size=shape)

    @exercise.mistake
    def uniform_up_to_the_deviation(shape, rng):
        """Two things: the numbers are uniform where normal ones are asked for, and the standard
        deviation serves as their limit, so that the variance is a third of what it should be.
        """
        return rng.uniform(-wanted.deviation(shape), wanted.deviation(shape), size=shape)

    @exercise.mistake
    def random_for_normal(shape, rng):
        """No weight is negative: the numbers are spread evenly from 0 to the standard deviation.
        Numbers of a normal distribution lie on both sides of 0; which method of `rng` draws them?
        """
        return rng.random(shape) * wanted.deviation(shape)

    @exercise.mistake
    def without_signs(shape, rng):
        """No weight is negative, so their mean is not 0 and the sum of many products grows with
        their number. A normal distribution with mean 0 has both signs: where did yours go?
        """
        return np.abs(wanted.draw(shape, rng))

    @exercise.mistake
    def clipped(shape, rng):
        """No weight is farther from 0 than two standard deviations, and the variance is a little
        too small. Is such a limit asked for?
        """
        deviation = wanted.deviation(shape)
        return np.clip(wanted.draw(shape, rng), -2 * deviation, 2 * deviation)


def _mistakes_of_a_limit(exercise: Exercise, wanted: Wanted) -> None:
    """Those of the uniform initialisers."""

    @exercise.mistake
    def deviation_for_limit(shape, rng):
        """The standard deviation serves as the limit, and the variance is a third of what it
        should be: most numbers of a uniform distribution lie inside of its limits. How do a² and
        the variance compare?
        """
        return rng.uniform(-wanted.deviation(shape), wanted.deviation(shape), size=shape)

    @exercise.mistake
    def root_forgotten(shape, rng):
        """Your limit is a², with no root: the weights are too small by far in wide layers. The
        variance is a² / 3; solve that for a.
        """
        limit = 3 * wanted.variance(shape)
        return rng.uniform(-limit, limit, size=shape)

    @exercise.mistake
    def width_for_limit(shape, rng):
        """The weights reach twice as far as they should. A root of 12 times the variance is the
        whole width, from −a to a.
        """
        return 2 * wanted.draw(shape, rng)

    @exercise.mistake
    def from_zero(shape, rng):
        """No weight is negative, so their mean is not 0. Your numbers begin at 0 and reach to the
        limit; the weights have to reach from −a to a.
        """
        return rng.random(shape) * wanted.limit(shape)

    @exercise.mistake(needs=(wanted.titles[VARIANCE],))
    def from_zero_to_the_width(shape, rng):
        """The variance is right, but no weight is negative: your numbers reach from 0 to 2a. What
        moves them to the interval from −a to a?
        """
        return 2 * rng.random(shape) * wanted.limit(shape)

    @exercise.mistake
    def half_as_wide(shape, rng):
        """The weights reach half as far as they should. An interval of width 1 around 0 ends at ½;
        by what must its numbers be multiplied to reach from −a to a?
        """
        return (rng.random(shape) - 0.5) * wanted.limit(shape)

    @exercise.mistake
    def numerator_outside(shape, rng):
        """The variance is six times too large. A factor before a root counts squared in the
        variance: is all of your fraction under the root?
        """
        return np.sqrt(6) * wanted.draw(shape, rng)

    @exercise.mistake
    def upper_limit_forgotten(shape, rng):
        """Whatever the shape is, the largest weights are near 1. Which two limits does your uniform
        distribution have, and what is the upper one if you do not give it?
        """
        return rng.uniform(-wanted.limit(shape), size=shape)

    @exercise.mistake
    def normal_for_uniform(shape, rng):
        """The weights are normal, so that they have no limit. Here they have to be spread evenly
        from −a to a; which method of `rng` draws such numbers?
        """
        return rng.normal(0, wanted.deviation(shape), size=shape)

    @exercise.mistake
    def normal_with_the_limit(shape, rng):
        """Two things: the weights are normal, and the limit of the uniform distribution serves as
        their standard deviation. `rng.uniform` takes limits.
        """
        return rng.normal(0, wanted.limit(shape), size=shape)

    @exercise.mistake
    def normal_around_the_limit(shape, rng):
        """The weights are normal, with the mean −a and the standard deviation a. `rng.normal` takes
        a mean and a standard deviation; which method of `rng` takes two limits?
        """
        return rng.normal(-wanted.limit(shape), wanted.limit(shape), size=shape)

    @exercise.mistake
    def unscaled(shape, rng):
        """The weights reach from −1 to 1 whatever the shape is: the width of the layer is not
        used.
        """
        return rng.uniform(-1, 1, size=shape)


def _mistakes_of_all(exercise: Exercise, wanted: Wanted) -> None:
    (textbook,) = exercise.reference

    @exercise.mistake
    def inverse(shape, rng):
        """The more inputs, the larger your weights get. With more inputs there are more products
        to add up: what has each of them to become?
        """
        return textbook(shape, rng) / wanted.variance(shape)

    @exercise.mistake
    def root_twice(shape, rng):
        """The weights are far too large: their variance is the root of what is asked for. One root
        leads from a variance to a standard deviation; count yours.
        """
        return textbook(shape, rng) / np.sqrt(wanted.deviation(shape))

    if wanted.formula.startswith("2"):

        @exercise.mistake
        def root_of_the_numerator(shape, rng):
            """The weights are far too small in wide layers: the root has been taken of the
            numerator alone. What else belongs under it?
            """
            return textbook(shape, rng) * np.sqrt(wanted.variance(shape) / 2)

    @exercise.mistake
    def fixed_size(shape, rng):
        """The weights have the same standard deviation in every layer. A fixed number such as 0.01
        or 0.1 suits one width at most; compute it from `shape`.
        """
        return 0.01 * textbook(shape, rng) / wanted.deviation(shape)

    @exercise.mistake
    def transposed(shape, rng):
        """W comes out with outputs in its rows, as books and libraries with `u = W z` have it.
        Here W has exactly the shape that was asked for, (n_in, n_out).
        """
        return textbook(shape, rng).T

    @exercise.mistake
    def single_number(shape, rng):
        """A single number came back. W holds one number for each pair of an input and an output:
        where do you say how many are to be drawn?
        """
        return textbook(shape, rng)[0, 0]

    @exercise.mistake
    def one_row(shape, rng):
        """W has a single axis: one number for each output. Each unit needs a weight for every
        input as well: where do you say how many are to be drawn?
        """
        return textbook(shape, rng)[0]

    @exercise.mistake
    def same_rows(shape, rng):
        """All rows are the same: one row was drawn and repeated. Draw in the full shape: the size
        is `shape`.
        """
        return np.ones((shape[0], 1)) * textbook(shape, rng)[0]

    @exercise.mistake
    def zeros(shape, rng):
        """All weights are 0. Each of them has to be drawn on its own."""
        return np.zeros(shape)

    @exercise.mistake
    def constant(shape, rng):
        """All weights are one and the same number, so all units stay the same. Each weight has to
        be drawn on its own.
        """
        return np.full(shape, textbook(shape, rng)[0, 0])

    @exercise.mistake
    def starts_anew(shape, rng):
        """Every call gives the same weights, because the generator starts anew inside the
        function. Draw from the `rng` you are given.
        """
        return textbook(shape, np.random.default_rng(0))
