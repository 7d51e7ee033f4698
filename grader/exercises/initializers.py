"""The family of the five initialisers, ``lecun_normal(shape, rng) -> W`` and its siblings.

They are tried on the same cases and judged by the same quantities: the weights of every right
program have the required mean, variance and distribution.
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
    drawn_anew,
    draws_in_words,
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
IN_SHAPE = "W has the given shape"
WITHOUT_MEAN, WITHIN = (
    "the weights have mean 0",
    "they fill the interval from −a to a, with the a of this variance",
)
DRAWN_ANEW = "every call draws new numbers, from rng alone"

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
    "2 / (n_in * n_out)": lambda n_in, n_out: 2 / (n_in * n_out),
    "(1 / n_in + 1 / n_out) / 2": lambda n_in, n_out: (1 / n_in + 1 / n_out) / 2,
    "1": lambda n_in, n_out: 1.0,
    "1 / 3": lambda n_in, n_out: 1 / 3,
}
FIXED_VARIANCES = (1e-4, 1e-2, 0.0025, 1 / 300, 1 / 30000)  # of 0.01, 0.1 and 0.05, and of limits

BY_OUTPUTS = (
    "Your variance depends on the number of outputs. Which entry of `shape` is the number of "
    "products that a unit adds up?"
)
# By the variance that is asked for: the variances that are taken for it, with their hints.
TAKEN_FOR = {
    "1 / n_in": {"1 / n_out": BY_OUTPUTS},
    "2 / n_in": {
        "2 / n_out": BY_OUTPUTS,
        "2 / (n_in + n_out)": "The variance is 2 / (n_in + n_out), Glorot's compromise. He's "
        "rule considers only the forward pass.",
        "4 / n_in": "The variance is 4 / n_in, twice too large. A factor before a root is "
        "squared in the variance. Is your whole fraction under the root?",
    },
    "2 / (n_in + n_out)": {
        "1 / n_in": "The variance is 1 / n_in, which suits the forward pass. Glorot's rule also "
        "considers the backward pass, where the gradient of every input is a sum over n_out "
        "weights.",
        "2 / n_in": "The denominator contains only the inputs: that is He's rule. Which other "
        "number belongs in the compromise?",
        "1 / n_out": "The variance is 1 / n_out, which suits only the backward pass. The "
        "compromise considers both passes.",
        "2 / (n_in * n_out)": "You divide by the product of n_in and n_out. Glorot's variance has "
        "their sum.",
        "1 / (n_in + n_out)": "The variance is half of what it should be. The denominator of "
        "Glorot's variance 1/mean is the mean of n_in and n_out, but yours is their sum.",
        "(1 / n_in + 1 / n_out) / 2": "The variance is the mean of 1 / n_in and 1 / n_out. "
        "Glorot's rule is 1 over a mean. The mean of which two numbers?",
        "4 / (n_in + n_out)": "The variance is 4 / (n_in + n_out), twice too large. A factor "
        "before a root is squared in the variance. Is your whole fraction under the root?",
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
            values(SHAPE, alone=False, title=IN_SHAPE),
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
            "Look at a histogram of many weights. Is it flat between two limits?"
            if self.uniform
            else "Look at a histogram of many weights. Is it highest at 0, with tails on both "
            "sides?"
        )
        return (
            step(
                "How many rows and columns does `shape` give, and how many does your W have?",
                IN_SHAPE,
            ),
            step(kind, self.titles[KIND]),
            step("Are negative weights as likely as positive ones in your W?", WITHOUT_MEAN),
            step(
                "Draw all random numbers from `rng`. Then the same seed gives the same weights, "
                "and the next call gives new ones.",
                DRAWN_ANEW,
            ),
        )

    def judge(self) -> list[Property]:
        """The properties of the values; zeros of the right shape earn nothing."""
        return [
            told(VARIANCE, self.titles[VARIANCE], 10),
            *([told(LIMIT, WITHIN, 2)] if self.uniform else []),
            told(KIND, self.titles[KIND], 2),
            told(MEAN, WITHOUT_MEAN, 1),
            drawn_anew(told(DRAWS, DRAWN_ANEW, 2, SMALL)),
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
            again, later = (in_shape(outputs[name], case["shape"]) for name in ("again", "later"))
            return seen | {DRAWS: draws_in_words(W, again, [later])}
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


def told(name: str, title: str, weight: int, cases: str | tuple[str, ...] = BIG) -> Property:
    """The observation ``name`` is the reference's; the message has both."""

    def test(case: Case, got: dict[str, Any], want: dict[str, Any]) -> str | None:
        return None if got[name] == want[name] else f"{name} is {got[name]}; expected: {want[name]}"

    return holds(title, test, weight=weight, cases=cases)


def _mistakes_of_a_deviation(exercise: Exercise, wanted: Wanted) -> None:
    """Those of the normal initialisers."""

    @exercise.mistake
    def root_forgotten(shape, rng):
        """The standard deviation of your weights has the value that their variance should have, so
        they are far too small. Does `rng.normal` take the variance or the standard deviation?
        """
        return rng.normal(0, wanted.variance(shape), size=shape)

    @exercise.mistake
    def limit_for_deviation(shape, rng):
        """The variance is three times too large: your standard deviation is the limit of a uniform
        distribution with the right variance. How large is this limit, compared with the standard
        deviation?
        """
        return rng.normal(0, wanted.limit(shape), size=shape)

    @exercise.mistake
    def unscaled(shape, rng):
        """The variance is 1 for every shape, because the layer width is not used. By which number
        do you multiply standard normal numbers?
        """
        return rng.standard_normal(shape)

    @exercise.mistake
    def deviation_as_the_mean(shape, rng):
        """The variance is 1, and the mean has the value that the standard deviation should have.
        The first argument of `rng.normal` is the mean. Which one is the standard deviation?
        """
        return rng.normal(wanted.deviation(shape), size=shape)

    @exercise.mistake
    def uniform_for_normal(shape, rng):
        """Your numbers are uniformly distributed between two limits. Here you need a normal
        distribution. Which method of `rng` draws from it?
        """
        return rng.uniform(-wanted.limit(shape), wanted.limit(shape), size=shape)

    @exercise.mistake
    def uniform_up_to_the_deviation(shape, rng):
        """There are two mistakes. Your numbers are uniform instead of normal, and you use the
        standard deviation as their limit, so the variance is a third of what it should be.
        """
        return rng.uniform(-wanted.deviation(shape), wanted.deviation(shape), size=shape)

    @exercise.mistake
    def random_for_normal(shape, rng):
        """No weight is negative: your numbers are uniform from 0 to the standard deviation. Normal
        numbers have both signs. Which method of `rng` draws them?
        """
        return rng.random(shape) * wanted.deviation(shape)

    @exercise.mistake
    def without_signs(shape, rng):
        """No weight is negative, so their mean is not 0. A normal distribution with mean 0 has both
        signs. Which step of your code removes the negative ones?
        """
        return np.abs(wanted.draw(shape, rng))

    @exercise.mistake
    def clipped(shape, rng):
        """No weight is farther from 0 than two standard deviations, so the variance is a little too
        small. The task has no such limit.
        """
        deviation = wanted.deviation(shape)
        return np.clip(wanted.draw(shape, rng), -2 * deviation, 2 * deviation)


def _mistakes_of_a_limit(exercise: Exercise, wanted: Wanted) -> None:
    """Those of the uniform initialisers."""

    @exercise.mistake
    def deviation_for_limit(shape, rng):
        """You use the standard deviation as the limit, so the variance is a third of what it should
        be. How is the variance of a uniform distribution related to a²?
        """
        return rng.uniform(-wanted.deviation(shape), wanted.deviation(shape), size=shape)

    @exercise.mistake
    def root_forgotten(shape, rng):
        """Your limit is a², without the root, so the weights are far too small in wide layers. The
        variance is a² / 3; solve this for a.
        """
        limit = 3 * wanted.variance(shape)
        return rng.uniform(-limit, limit, size=shape)

    @exercise.mistake
    def width_for_limit(shape, rng):
        """Your limits are twice too large. The root of 12 times the variance is the whole width,
        from −a to a.
        """
        return 2 * wanted.draw(shape, rng)

    @exercise.mistake
    def from_zero(shape, rng):
        """No weight is negative, so their mean is not 0. Your interval starts at 0; it has to go
        from −a to a.
        """
        return rng.random(shape) * wanted.limit(shape)

    @exercise.mistake(needs=(wanted.titles[VARIANCE],))
    def from_zero_to_the_width(shape, rng):
        """The variance is right, but no weight is negative: your interval goes from 0 to 2a. How do
        you shift it to the interval from −a to a?
        """
        return 2 * rng.random(shape) * wanted.limit(shape)

    @exercise.mistake
    def half_as_wide(shape, rng):
        """Your limits are half of what they should be. An interval of width 1 around 0 ends at ½.
        By what do you have to multiply its numbers for the interval from −a to a?
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
        """The largest weights are near 1 for every shape. Which two limits does your uniform
        distribution have, and what is the upper one if you do not give it?
        """
        return rng.uniform(-wanted.limit(shape), size=shape)

    @exercise.mistake
    def normal_for_uniform(shape, rng):
        """Your weights are normal, so they have no limit. Here they have to be uniform from −a to
        a. Which method of `rng` draws such numbers?
        """
        return rng.normal(0, wanted.deviation(shape), size=shape)

    @exercise.mistake
    def normal_with_the_limit(shape, rng):
        """There are two mistakes. Your weights are normal instead of uniform, and you use the limit
        a as their standard deviation. `rng.uniform` takes limits.
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
        """The weights are between −1 and 1 for every shape, because the layer width is not used."""
        return rng.uniform(-1, 1, size=shape)


def _mistakes_of_all(exercise: Exercise, wanted: Wanted) -> None:
    (textbook,) = exercise.reference

    @exercise.mistake
    def inverse(shape, rng):
        """Your weights grow with the number of inputs. With more inputs a unit adds up more
        products. Do they have to become larger or smaller?
        """
        return textbook(shape, rng) / wanted.variance(shape)

    @exercise.mistake
    def root_twice(shape, rng):
        """The weights are far too large: their variance is the root of the required one. One root
        turns a variance into a standard deviation. How many roots does your code take?
        """
        return textbook(shape, rng) / np.sqrt(wanted.deviation(shape))

    if wanted.formula.startswith("2"):

        @exercise.mistake
        def root_of_the_numerator(shape, rng):
            """The weights are far too small in wide layers, because you take the root of the
            numerator alone. What else belongs under the root?
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
        """Your W has outputs in its rows, as in books and libraries with `u = W z`. Here W has
        exactly the given shape, (n_in, n_out).
        """
        return textbook(shape, rng).T

    @exercise.mistake
    def single_number(shape, rng):
        """You return a single number. W holds one number for each pair of an input and an output.
        Which argument says how many numbers to draw?
        """
        return textbook(shape, rng)[0, 0]

    @exercise.mistake
    def one_row(shape, rng):
        """W has a single axis: one number for each output. Each unit needs a weight for every
        input, too. Which argument says how many numbers to draw?
        """
        return textbook(shape, rng)[0]

    @exercise.mistake
    def same_rows(shape, rng):
        """All rows are equal, because you draw one row and repeat it. Draw in the full shape, with
        `size=shape`.
        """
        return np.ones((shape[0], 1)) * textbook(shape, rng)[0]

    @exercise.mistake
    def zeros(shape, rng):
        """All weights are 0. Draw each of them independently."""
        return np.zeros(shape)

    @exercise.mistake
    def constant(shape, rng):
        """All weights are the same number, so all units stay equal during training. Draw each
        weight independently.
        """
        return np.full(shape, textbook(shape, rng)[0, 0])

    @exercise.mistake
    def starts_anew(shape, rng):
        """Every call gives the same weights, because you make a new generator inside the function,
        or set `rng` back. Draw from the argument `rng`, whose state advances from call to call.
        """
        return textbook(shape, np.random.default_rng(0))
