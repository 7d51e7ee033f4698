"""``initialise(shape, rng, *, rule, distribution) -> W``: the weights of LeCun, Glorot and He.

The weights of every right program have the required mean, variance and distribution.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from grader.checking.contract import (
    Case,
    Mistake,
    Property,
    case,
    drawn_anew,
    draws_in_words,
    holds,
    mistake,
    random,
    shapes,
    step,
    values,
)


def initialise(shape, rng, *, rule, distribution):
    n_in, n_out = shape
    variance = {"lecun": 1 / n_in, "glorot": 2 / (n_in + n_out), "he": 2 / n_in}[rule]
    deviation = np.sqrt(variance)
    a = np.sqrt(3) * deviation
    if distribution == "normal":
        return rng.normal(0, deviation, size=shape)
    return rng.uniform(-a, a, size=shape)


# 6.7 standard deviations: right code leaves this band with probability below 2.1e-11 a case.
BAND = 6.7

# With these widths, no two variances that mistakes lead to are closer than 6 %.
WIDTHS = {"normal": ([92, 427], [5, 6400]), "uniform": ([427, 92], [5, 6400])}
RULES = {"lecun": "1 / n_in", "glorot": "2 / (n_in + n_out)", "he": "2 / n_in"}
# A title and a message do not say the formula, which the student derives.
NORMAL = {rule: f"{rule!r}, normal: the variance" for rule in RULES}
UNIFORM = {rule: f"{rule!r}, uniform: the variance, from −a to a" for rule in RULES}
GROUPS = {"normal": NORMAL, "uniform": UNIFORM}
BIG = (*NORMAL.values(), *UNIFORM.values())
SMALL = "two small layers from one generator"

SHAPE, MEAN, VARIANCE = "the shape of W", "the mean of W", "the variance of W"
KIND, LIMIT, DRAWS = "the distribution", "the range of W", "the second draw"
IN_SHAPE = "W has the given shape"
KINDS = "the weights have the distribution that is asked for"
WITHOUT_MEAN = "the weights have mean 0"
DRAWN_ANEW = "every call draws new numbers, from rng alone"

OF_RULE = "that of the rule"
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
    "1 / (2 * n_in)": lambda n_in, n_out: 1 / (2 * n_in),
    "1 / (0.34 * n_in)": lambda n_in, n_out: 1 / (0.34 * n_in),
    "4 / n_in": lambda n_in, n_out: 4 / n_in,
    "4 / (n_in + n_out)": lambda n_in, n_out: 4 / (n_in + n_out),
    "2 / (n_in * n_out)": lambda n_in, n_out: 2 / (n_in * n_out),
    "(1 / n_in + 1 / n_out) / 2": lambda n_in, n_out: (1 / n_in + 1 / n_out) / 2,
    "1": lambda n_in, n_out: 1.0,
    "1 / 3": lambda n_in, n_out: 1 / 3,
}
FIXED_VARIANCES = (1e-4, 1e-2, 0.0025, 1 / 300, 1 / 30000)  # of 0.01, 0.1 and 0.05, and of limits


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    """Matrices with so many numbers that chance does not show, and small ones drawn twice."""

    def drawn(about: str, shape: list[int], **how: str) -> Case:
        return case(about, shape=shape, seed=int(rng.integers(2**31)), **how)

    return {
        GROUPS[kind][rule]: [
            drawn(f"{rule}, {kind}, {n} inputs, {m} outputs", [n, m], rule=rule, distribution=kind)
            for n, m in widths
        ]
        for kind, widths in WIDTHS.items()
        for rule in RULES
    } | {
        SMALL: [drawn(f"{SMALL}, {kind}", [4, 6], rule="he", distribution=kind) for kind in WIDTHS]
    }


def run(initialise: Any, case: Case) -> dict[str, Any]:
    shape, rng = tuple(case["shape"]), np.random.default_rng(case["seed"])
    how = {"rule": case["rule"], "distribution": case["distribution"]}
    W = initialise(shape, rng, **how)
    if not case["about"].startswith("two small layers"):
        return {"W": W}
    W = np.array(W)  # a copy: a function that returns one array twice must show
    later = initialise(shape, rng, **how)
    return {
        "W": W,
        "later": later,
        "again": initialise(shape, np.random.default_rng(case["seed"]), **how),
    }


@dataclass(frozen=True)
class Wanted:
    """What an initialiser has to draw: the formula of its variance, and whether uniform."""

    formula: str
    uniform: bool

    def variance(self, shape: tuple[int, ...]) -> float:
        return VARIANCES[self.formula](*shape)

    def limit(self, shape: tuple[int, ...]) -> float:
        """The a of the uniform distribution on [−a, a] that has this variance."""
        return float(np.sqrt(3 * self.variance(shape)))

    def variances(self) -> dict[str, Variance]:
        """The right variance first, then those that mistakes lead to."""
        v, name = VARIANCES[self.formula], OF_RULE
        return {
            name: v,
            **VARIANCES,
            f"the square of {name}": lambda n_in, n_out: v(n_in, n_out) ** 2,
            f"the root of {name}": lambda n_in, n_out: v(n_in, n_out) ** 0.5,
            f"the inverse of {name}": lambda n_in, n_out: 1 / v(n_in, n_out),
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

    def observe(self, case: Case, outputs: dict[str, Any]) -> dict[str, Any]:
        """What all right programs have in common, in words."""
        W, shape = in_shape(outputs["W"], case["shape"]), tuple(case["shape"])
        small = case["about"].startswith(SMALL)
        seen = {"W": blank(outputs["W"]), SHAPE: str(shape)}
        keys = (DRAWS,) if small else (MEAN, VARIANCE, KIND, *((LIMIT,) if self.uniform else ()))
        if W is None:
            why = f"unknown, since W is not an array of shape {shape}"
            return seen | {SHAPE: shape_in_words(outputs["W"], shape)} | dict.fromkeys(keys, why)
        if small:
            again, later = (in_shape(outputs[name], case["shape"]) for name in ("again", "later"))
            return seen | {DRAWS: draws_in_words(W, again, [later])}
        if fixed := pattern(W):
            return seen | dict.fromkeys(keys, f"unknown, since {fixed}")
        d = W - W.mean()
        squares = d * d
        variance = float(squares.mean())
        # 3 for a normal distribution, 9/5 for a uniform one
        kurtosis = float(np.mean(squares * squares)) / variance**2
        seen |= {MEAN: mean_in_words(W, variance), KIND: alike(W) or kind_in_words(kurtosis)}
        # Of 30,000 normal numbers, none lies so far away with probability below 1e-12.
        if seen[KIND] == "normal" and np.abs(d).max() < 3.3 * np.sqrt(variance):
            seen[KIND] = "normal, but cut off"
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
        """That of the rule if the variance is compatible with it, else the nearest formula."""
        far = {name: abs(found / v(*shape) - 1) for name, v in self.variances().items()}
        if far[OF_RULE] <= band:
            return OF_RULE
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


def alike(W: np.ndarray) -> str:
    """Whether single weights are not drawn on their own; float32 numbers meet a few times."""
    if (W == 0).any():
        return "some weights are exactly 0"
    return "many weights have the same size" * bool(np.unique(np.abs(W)).size < 0.9 * W.size)


def mean_in_words(W: np.ndarray, variance: float) -> str:
    mean = float(W.mean())
    if abs(mean) <= BAND * np.sqrt(variance / W.size):
        return "0"
    return "above 0" if mean > 0 else "below 0"


def kind_in_words(kurtosis: float) -> str:
    if abs(kurtosis - 3) < 0.35:
        return "normal"
    return "uniform" if abs(kurtosis - 1.8) < 0.15 else "neither normal nor uniform"


def property_of(
    names: tuple[str, ...],
    title: str,
    weight: int,
    cases: str | tuple[str, ...] = BIG,
    alone: bool = True,
) -> Property:
    """The observations are the reference's; the message has the first that is not."""

    def test(case: Case, got: dict[str, Any], want: dict[str, Any]) -> str | None:
        off = (f"{n} is {got[n]}; expected: {want[n]}" for n in names if got[n] != want[n])
        return next(off, None)

    return holds(title, test, weight=weight, cases=cases, alone=alone)


def observe(case: Case, outputs: dict[str, Any]) -> dict[str, Any]:
    return Wanted(RULES[case["rule"]], case["distribution"] == "uniform").observe(case, outputs)


Draws = Callable[[np.random.Generator, float, tuple[int, ...]], Any]


def normal(rng: np.random.Generator, v: float, shape: tuple[int, ...]) -> Any:
    return rng.normal(0, np.sqrt(v), size=shape)


def uniform(rng: np.random.Generator, v: float, shape: tuple[int, ...]) -> Any:
    return within(rng, np.sqrt(3 * v), shape)


def within(rng: np.random.Generator, a: float, shape: tuple[int, ...]) -> Any:
    return rng.uniform(-a, a, size=shape)


def wrong_draws(
    name: str,
    hint: str,
    *,
    taken: Mapping[str, str | Variance] | None = None,
    normal: Draws = normal,
    uniform: Draws = uniform,
    needs: tuple[str, ...] = (),
) -> Mistake:
    """A wrong version: other variances for some rules, or other draws of a variance."""
    formulas = RULES | dict(taken or {})

    def wrong(shape, rng, *, rule, distribution):
        formula = formulas[rule]
        v = (VARIANCES[formula] if isinstance(formula, str) else formula)(*shape)
        return (normal if distribution == "normal" else uniform)(rng, v, shape)

    return mistake(wrong, name=name, hint=hint, needs=needs)


def all_rules(change: Callable[[Variance], Variance]) -> dict[str, str | Variance]:
    return {rule: change(VARIANCES[formula]) for rule, formula in RULES.items()}


def transposed(shape, rng, *, rule, distribution):
    """Your W has outputs in its rows, as in books and libraries with `u = W z`. Here W has
    exactly the given shape, (n_in, n_out).
    """
    return initialise(shape, rng, rule=rule, distribution=distribution).T


def single_number(shape, rng, *, rule, distribution):
    """You return a single number. W holds one number for each pair of an input and an output.
    Which argument says how many numbers to draw?
    """
    return initialise(shape, rng, rule=rule, distribution=distribution)[0, 0]


def one_row(shape, rng, *, rule, distribution):
    """W has a single axis: one number for each output. Each unit needs a weight for every
    input, too. Which argument says how many numbers to draw?
    """
    return initialise(shape, rng, rule=rule, distribution=distribution)[0]


def same_rows(shape, rng, *, rule, distribution):
    """All rows are equal, because you draw one row and repeat it. Draw in the full shape, with
    `size=shape`.
    """
    return np.ones((shape[0], 1)) * one_row(shape, rng, rule=rule, distribution=distribution)


def zeros(shape, rng, *, rule, distribution):
    """All weights are 0. Draw each of them independently."""
    return np.zeros(shape)


def constant(shape, rng, *, rule, distribution):
    """All weights are the same number, so all units stay equal during training. Draw each
    weight independently.
    """
    return np.full(shape, single_number(shape, rng, rule=rule, distribution=distribution))


def starts_anew(shape, rng, *, rule, distribution):
    """Every call gives the same weights, because you make a new generator inside the function,
    or set `rng` back. Draw from the argument `rng`, whose state advances from call to call.
    """
    return initialise(shape, np.random.default_rng(0), rule=rule, distribution=distribution)


OTHER_FORMULAS = (
    (
        "he",
        "1 / n_in",
        "For 'he' the variance is 1 / n_in, as for 'lecun'. A ReLU halves the mean square. Which "
        "factor of the variance compensates for it?",
    ),
    (
        "he",
        "1 / (2 * n_in)",
        "For 'he' the variance is 1 / (2 n_in). A ReLU halves the mean square. Do the weights have "
        "to be smaller or larger to make up for it?",
    ),
    (
        "he",
        "1 / (0.34 * n_in)",
        "For 'he' you divide by 0.34, the share of the variance that a ReLU leaves. Which quantity "
        "of its output does the formula of section 2 contain?",
    ),
    (
        "he",
        "2 / (n_in + n_out)",
        "For 'he' the variance is 2 / (n_in + n_out), Glorot's compromise. He's rule considers "
        "only the forward pass.",
    ),
    (
        "he",
        "2 / n_out",
        "For 'he' the variance depends on the number of outputs. Which entry of `shape` is the "
        "number of products that a unit adds up?",
    ),
    (
        "lecun",
        "1 / n_out",
        "For 'lecun' the variance depends on the number of outputs. Which entry of `shape` is the "
        "number of products that a unit adds up?",
    ),
    (
        "glorot",
        "1 / n_in",
        "For 'glorot' the variance is 1 / n_in, which suits the forward pass. Glorot's rule also "
        "considers the backward pass, where the gradient of every input is a sum over n_out "
        "weights.",
    ),
    (
        "glorot",
        "2 / n_in",
        "For 'glorot' the denominator contains only the inputs: that is He's rule. Which other "
        "number belongs in the compromise?",
    ),
    (
        "glorot",
        "1 / n_out",
        "For 'glorot' the variance is 1 / n_out, which suits only the backward pass. The "
        "compromise considers both passes.",
    ),
    (
        "glorot",
        "2 / (n_in * n_out)",
        "For 'glorot' you divide by the product of n_in and n_out. Glorot's variance has their "
        "sum.",
    ),
    (
        "glorot",
        "1 / (n_in + n_out)",
        "For 'glorot' the variance is half of what it should be. The denominator of Glorot's "
        "variance 1/mean is the mean of n_in and n_out, but yours is their sum.",
    ),
    (
        "glorot",
        "(1 / n_in + 1 / n_out) / 2",
        "For 'glorot' the variance is the mean of 1 / n_in and 1 / n_out. Glorot's rule is 1 over "
        "a mean. The mean of which two numbers?",
    ),
)


exercise = random(
    initialise,
    returns="an array of the given shape",
    points=3,
    cases=cases,
    run=run,
    observe=observe,
    judge=[
        *(property_of((VARIANCE,), group, 4, group) for group in NORMAL.values()),
        *(property_of((VARIANCE, LIMIT), group, 2, group) for group in UNIFORM.values()),
        # Zeros, and weights of a wrong size, satisfy them.
        property_of((KIND,), KINDS, 2, alone=False),
        property_of((MEAN,), WITHOUT_MEAN, 1, alone=False),
        drawn_anew(property_of((DRAWS,), DRAWN_ANEW, 2, SMALL, alone=False)),
    ],
    form=(
        values(SHAPE, alone=False, title=IN_SHAPE),
        shapes("W", title="W is an array"),
    ),
    without=("fixed seed",),
    answers=("course_lib.initializers",),
    hints=(
        step(
            "How many rows and columns does `shape` give, and how many does your W have?", IN_SHAPE
        ),
        step(
            "Look at a histogram of many weights. A normal one is highest at 0, a uniform one is "
            "flat between two limits. Which of the two does `distribution` ask for?",
            KINDS,
        ),
        step("Are negative weights as likely as positive ones in your W?", WITHOUT_MEAN),
        step(
            "Draw all random numbers from `rng`. Then the same seed gives the same weights, and "
            "the next call gives new ones.",
            DRAWN_ANEW,
        ),
        step(
            "First compute the variance that the rule asks for, then what `rng.normal` and "
            "`rng.uniform` expect for this variance.",
            *BIG,
        ),
        step(
            "A smaller example: for shape (6, 2), Glorot's variance is 1/4. The standard deviation "
            "is then 1/2, and uniform weights reach up to √(3/4) = 0.87.",
            *BIG,
        ),
    ),
    mistakes=(
        # the variance of a rule
        *(
            wrong_draws(f"{rule} {formula}", hint, taken={rule: formula})
            for rule, formula, hint in OTHER_FORMULAS
        ),
        wrong_draws(
            "widths exchanged",
            "The variances of 'lecun' and 'he' depend on the number of outputs. Which entry "
            "of `shape` is the number of products that a unit adds up?",
            taken={"lecun": "1 / n_out", "he": "2 / n_out"},
        ),
        wrong_draws(
            "lecun and he exchanged",
            "'lecun' gets the variance of 'he', and 'he' that of 'lecun'. Which of the two "
            "rules is for ReLU, which halves the mean square?",
            taken={"lecun": "2 / n_in", "he": "1 / n_in"},
        ),
        *(
            wrong_draws(
                f"always {rule}",
                f"All three rules give the variance of {rule!r}. Does your code use `rule`? "
                '(`rule == "a" or "b"` is always true.)',
                taken=dict.fromkeys(RULES, formula),
            )
            for rule, formula in RULES.items()
        ),
        wrong_draws(
            "brackets forgotten",
            "For 'glorot' the weights grow with the number of outputs. A fraction on one line "
            "needs brackets around its denominator. What does your code divide by what?",
            taken={"glorot": lambda n_in, n_out: 2 / n_in + n_out},
        ),
        wrong_draws(
            "numerator outside of the root",
            "For 'glorot' and 'he' the variance is twice too large. A factor before a root is "
            "squared in the variance. Is your whole fraction under the root?",
            taken={"glorot": "4 / (n_in + n_out)", "he": "4 / n_in"},
        ),
        wrong_draws(
            "root of the numerator",
            "The weights are far too small in wide layers, because you take the root of the "
            "numerator alone. What else belongs under the root?",
            taken={
                "lecun": lambda n_in, n_out: 1 / n_in**2,
                "glorot": lambda n_in, n_out: 2 / (n_in + n_out) ** 2,
                "he": lambda n_in, n_out: 2 / n_in**2,
            },
        ),
        wrong_draws(
            "inverse",
            "Your weights grow with the number of inputs. With more inputs a unit adds up "
            "more products. Do they have to become larger or smaller?",
            taken=all_rules(lambda v: lambda n_in, n_out: 1 / v(n_in, n_out)),
        ),
        wrong_draws(
            "root twice",
            "The weights are far too large: their variance is the root of the required one. "
            "One root turns a variance into a standard deviation. How many roots does your "
            "code take?",
            taken=all_rules(lambda v: lambda n_in, n_out: v(n_in, n_out) ** 0.5),
        ),
        # from the variance to the draws
        wrong_draws(
            "root forgotten in both",
            "You use the variance itself as the standard deviation and, times 3, as a². Which "
            "root is missing, in both distributions?",
            normal=lambda rng, v, shape: rng.normal(0, v, size=shape),
            uniform=lambda rng, v, shape: within(rng, 3 * v, shape),
        ),
        wrong_draws(
            "variance for both sizes",
            "You use the variance as the standard deviation of normal weights and as the "
            "limit of uniform ones. `rng.normal` expects the standard deviation s, with the "
            "variance s². Which variance has a uniform distribution from −a to a?",
            normal=lambda rng, v, shape: rng.normal(0, v, size=shape),
            uniform=lambda rng, v, shape: within(rng, v, shape),
        ),
        wrong_draws(
            "root forgotten",
            "The standard deviation of your normal weights has the value that their variance "
            "should have, so they are far too small. Does `rng.normal` take the variance or "
            "the standard deviation?",
            normal=lambda rng, v, shape: rng.normal(0, v, size=shape),
        ),
        wrong_draws(
            "limit for the deviation",
            "The variance of your normal weights is three times too large: their standard "
            "deviation is the limit of a uniform distribution with the right variance. How "
            "large is this limit, compared with the standard deviation?",
            normal=lambda rng, v, shape: rng.normal(0, np.sqrt(3 * v), size=shape),
        ),
        wrong_draws(
            "deviation as the mean",
            "The variance of your normal weights is 1, and their mean has the value that the "
            "standard deviation should have. The first argument of `rng.normal` is the mean. "
            "Which one is the standard deviation?",
            normal=lambda rng, v, shape: rng.normal(np.sqrt(v), size=shape),
        ),
        wrong_draws(
            "deviation for the limit",
            "Your uniform weights reach up to the standard deviation, so their variance is a "
            "third of what it should be. How is the variance of a uniform distribution "
            "related to a²?",
            uniform=lambda rng, v, shape: within(rng, np.sqrt(v), shape),
        ),
        wrong_draws(
            "root of the limit forgotten",
            "The limit of your uniform weights is a², without the root, so they are far too "
            "small in wide layers. The variance is a² / 3; solve this for a.",
            uniform=lambda rng, v, shape: within(rng, 3 * v, shape),
        ),
        wrong_draws(
            "divided by the root of 3",
            "Your uniform weights are too small: their limit is the standard deviation "
            "divided by √3. The variance is a² / 3; solve this for a.",
            uniform=lambda rng, v, shape: within(rng, np.sqrt(v / 3), shape),
        ),
        wrong_draws(
            "three outside of the root",
            "Your uniform weights are too large: you multiply by 3 instead of √3. The "
            "variance is a² / 3; solve this for a.",
            uniform=lambda rng, v, shape: within(rng, 3 * np.sqrt(v), shape),
        ),
        wrong_draws(
            "width for the limit",
            "The limits of your uniform weights are twice too large. The root of 12 times the "
            "variance is the whole width, from −a to a.",
            uniform=lambda rng, v, shape: within(rng, np.sqrt(12 * v), shape),
        ),
        wrong_draws(
            "Glorot's limit for all",
            "Your uniform weights have the variance of 'glorot' for every rule. Does your "
            "limit a depend on `rule`?",
            uniform=lambda rng, v, shape: within(rng, np.sqrt(6 / sum(shape)), shape),
        ),
        wrong_draws(
            "from zero",
            "No uniform weight of yours is negative, so their mean is not 0. Your interval "
            "starts at 0; it has to go from −a to a.",
            uniform=lambda rng, v, shape: rng.random(shape) * np.sqrt(3 * v),
        ),
        wrong_draws(
            "half as wide",
            "The limits of your uniform weights are half of what they should be. An interval "
            "of width 1 around 0 ends at ½. By what do you have to multiply its numbers for "
            "the interval from −a to a?",
            uniform=lambda rng, v, shape: (rng.random(shape) - 0.5) * np.sqrt(3 * v),
        ),
        wrong_draws(
            "upper limit forgotten",
            "Your largest uniform weights are near 1 for every shape. Which two limits does "
            "your uniform distribution have, and what is the upper one if you do not give it?",
            uniform=lambda rng, v, shape: rng.uniform(-np.sqrt(3 * v), size=shape),
        ),
        wrong_draws(
            "always normal",
            "Your weights are normal even if `distribution` is 'uniform'. Does your code use "
            "`distribution`?",
            uniform=normal,
        ),
        wrong_draws(
            "always uniform",
            "Your weights are uniform even if `distribution` is 'normal'. Does your code use "
            "`distribution`?",
            normal=uniform,
        ),
        wrong_draws(
            "distributions exchanged",
            "'normal' gives uniform weights, and 'uniform' gives normal ones. Which branch of "
            "your code is for which distribution?",
            normal=uniform,
            uniform=normal,
        ),
        wrong_draws(
            "normal with the limit",
            "For 'uniform' there are two mistakes. Your weights are normal, and you use the "
            "limit a as their standard deviation. `rng.uniform` takes limits.",
            uniform=lambda rng, v, shape: rng.normal(0, np.sqrt(3 * v), size=shape),
        ),
        wrong_draws(
            "normal around the limit",
            "For 'uniform' your weights are normal, with the mean −a and the standard "
            "deviation a. `rng.normal` takes a mean and a standard deviation; which method of "
            "`rng` takes two limits?",
            uniform=lambda rng, v, shape: rng.normal(-np.sqrt(3 * v), np.sqrt(3 * v), size=shape),
        ),
        wrong_draws(
            "unscaled",
            "The weights have the same size for every shape and every rule, because the layer "
            "width is not used. By which number do you multiply the random numbers?",
            normal=lambda rng, v, shape: rng.standard_normal(shape),
            uniform=lambda rng, v, shape: rng.uniform(-1, 1, size=shape),
        ),
        wrong_draws(
            "fixed size",
            "The weights have the same standard deviation in every layer. A fixed number such "
            "as 0.01 or 0.1 suits one width at most; compute it from `shape`.",
            taken=dict.fromkeys(RULES, lambda n_in, n_out: 1e-4),
        ),
        wrong_draws(
            "without signs",
            "No weight is negative, so their mean is not 0. Both distributions here have both "
            "signs. Which step of your code removes the negative ones?",
            normal=lambda rng, v, shape: np.abs(normal(rng, v, shape)),
            uniform=lambda rng, v, shape: np.abs(uniform(rng, v, shape)),
        ),
        wrong_draws(
            "clipped",
            "No normal weight is farther from 0 than two standard deviations, so their "
            "variance is a little too small. The task has no such limit.",
            normal=lambda rng, v, shape: np.clip(
                normal(rng, v, shape), -2 * np.sqrt(v), 2 * np.sqrt(v)
            ),
        ),
        # the shape, and independent draws
        mistake(transposed),
        mistake(single_number),
        mistake(one_row),
        mistake(same_rows),
        mistake(zeros),
        mistake(constant),
        mistake(starts_anew),
    ),
)
