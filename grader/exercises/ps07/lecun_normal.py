"""``lecun_normal(shape, rng) -> W``: normal weights of variance 1 / n_in.

The five initialisers are tried on the same cases and judged by the same quantities: whatever a
right program draws first, its weights have the demanded mean, variance and kind of distribution.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from course_lib.initializers import lecun_normal
from grader.checking import Case, Exercise, Mistake, Property, _, case, holds, shapes, values

# 6.7 standard deviations: right code leaves this band with probability below 2.1e-11 a case.
BAND = 6.7

FEW, WIDER, NARROWER = "5 inputs, 3200 outputs", "66 inputs, 242 outputs", "242 inputs, 66 outputs"
BIG = (WIDER, NARROWER, FEW)
SMALL = "two small layers from one generator"

SHAPE, MEAN, VARIANCE = "the shape of W", "the mean of W", "the variance of W"
KIND, LIMIT, DRAWS = "the distribution", "the range of W", "the second draw"


def cases(rng: np.random.Generator) -> list[Case]:
    """Matrices with so many numbers that chance does not show, and a small one drawn twice."""
    return [
        case(about, shape=shape, seed=int(rng.integers(2**31)))
        for about, shape in (
            (WIDER, [66, 242]),
            (NARROWER, [242, 66]),
            (FEW, [5, 3200]),
            (SMALL, [4, 6]),
        )
    ]


def run(initializer: Any, case: Case) -> dict[str, Any]:
    shape, rng = tuple(case["shape"]), np.random.default_rng(case["seed"])
    W = initializer(shape, rng)
    if case["about"] != "two small layers from one generator":
        return {"W": W}
    W = np.array(W)  # a copy: whoever hands out the same array twice is told so
    later = initializer(shape, rng)
    return {
        "W": W,
        "later": later,
        "again": initializer(shape, np.random.default_rng(case["seed"])),
    }


Variance = Callable[[int, int], float]


@dataclass(frozen=True)
class Wanted:
    """What an initialiser has to draw: the variance, as a formula too, and whether uniform."""

    formula: str
    variance: Variance
    uniform: bool = False

    def variances(self) -> dict[str, Variance]:
        """The right variance first, then those that mistakes lead to."""
        v = self.variance
        return {
            self.formula: v,
            "1 / n_in": lambda n_in, n_out: 1 / n_in,
            "2 / n_in": lambda n_in, n_out: 2 / n_in,
            "1 / n_out": lambda n_in, n_out: 1 / n_out,
            "2 / n_out": lambda n_in, n_out: 2 / n_out,
            "1 / (n_in + n_out)": lambda n_in, n_out: 1 / (n_in + n_out),
            "2 / (n_in + n_out)": lambda n_in, n_out: 2 / (n_in + n_out),
            "6 / (n_in + n_out)": lambda n_in, n_out: 6 / (n_in + n_out),
            f"the square of {self.formula}": lambda n_in, n_out: v(n_in, n_out) ** 2,
            f"the root of {self.formula}": lambda n_in, n_out: v(n_in, n_out) ** 0.5,
            f"1 / ({self.formula})": lambda n_in, n_out: 1 / v(n_in, n_out),
            f"a third of {self.formula}": lambda n_in, n_out: v(n_in, n_out) / 3,
            f"a quarter of {self.formula}": lambda n_in, n_out: v(n_in, n_out) / 4,
            f"a sixth of {self.formula}": lambda n_in, n_out: v(n_in, n_out) / 6,
            f"a twelfth of {self.formula}": lambda n_in, n_out: v(n_in, n_out) / 12,
            f"four times {self.formula}": lambda n_in, n_out: v(n_in, n_out) * 4,
            f"three times the square of {self.formula}": lambda n_in, n_out: (
                3 * v(n_in, n_out) ** 2
            ),
            "1": lambda n_in, n_out: 1.0,
            "1 / 3": lambda n_in, n_out: 1 / 3,
            "0.0001": lambda n_in, n_out: 1e-4,
        }

    def observe(self, case: Case, outputs: dict[str, Any]) -> dict[str, Any]:
        """What all right programs have in common, in words."""
        W, shape = in_shape(outputs["W"], case["shape"]), tuple(case["shape"])
        small = case["about"] == SMALL
        seen = {"W": blank(outputs["W"]), SHAPE: str(shape)}
        keys = (DRAWS,) if small else (MEAN, VARIANCE, KIND, *((LIMIT,) if self.uniform else ()))
        if W is None:
            why = f"unknown, since W is no array of shape {shape}"
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
        if self.uniform:
            seen[LIMIT] = self.limit_in_words(W)
        return seen

    def variance_in_words(self, found: float, shape: tuple[int, ...], band: float) -> str:
        """The first formula whose value the variance is compatible with."""
        for name, v in self.variances().items():
            if abs(found / v(*shape) - 1) <= band:
                return name
        return f"about {found:.2g}"

    def limit_in_words(self, W: np.ndarray) -> str:
        """Whether the limit is kept, and nearly reached on both sides."""
        limit = np.sqrt(3 * self.variance(*W.shape))
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


def told(name: str, title: str, weight: int, cases: Any = BIG, *, form: bool = False) -> Property:
    """The observation ``name`` is the reference's; the message has both."""

    def test(case: Case, got: dict[str, Any], want: dict[str, Any]) -> str | None:
        if got[name] == want[name]:
            return None
        return _("{name} is {got}; expected: {want}").format(
            name=name, got=got[name], want=want[name]
        )

    return holds(title, test, weight=weight, cases=cases, form=form)


def judge(wanted: Wanted) -> list[Property]:
    """The properties of an initialiser; zeros of the right shape earn nothing."""
    kind = _("they are uniform") if wanted.uniform else _("they are normal")
    found = [
        told(VARIANCE, _("their variance is {v}").format(v=wanted.formula), 8),
        told(KIND, kind, 2),
        told(MEAN, _("the weights have mean 0"), 1),
        told(DRAWS, _("every call draws anew, from rng alone"), 2, SMALL),
        values(SHAPE, form=True, title=_("W has the shape that was asked for")),
        shapes("W", title=_("W is an array")),
    ]
    if wanted.uniform:
        found.insert(1, told(LIMIT, _("they reach from −a to a, with the a of that variance"), 2))
    return found


def root_forgotten(shape: Any, rng: Any) -> Any:
    return rng.normal(0, 1 / shape[0], size=shape)


def root_twice(shape: Any, rng: Any) -> Any:
    return rng.normal(0, np.sqrt(np.sqrt(1 / shape[0])), size=shape)


def by_outputs(shape: Any, rng: Any) -> Any:
    return rng.normal(0, np.sqrt(1 / shape[1]), size=shape)


def by_both(shape: Any, rng: Any) -> Any:
    return rng.normal(0, np.sqrt(2 / (shape[0] + shape[1])), size=shape)


def he(shape: Any, rng: Any) -> Any:
    return rng.normal(0, np.sqrt(2 / shape[0]), size=shape)


def multiplied(shape: Any, rng: Any) -> Any:
    return rng.standard_normal(shape) * np.sqrt(shape[0])


def unscaled(shape: Any, rng: Any) -> Any:
    return rng.standard_normal(shape)


def fixed_width(shape: Any, rng: Any) -> Any:
    return 0.01 * rng.standard_normal(shape)


def uniform_of_that_variance(shape: Any, rng: Any) -> Any:
    limit = np.sqrt(3 / shape[0])
    return rng.uniform(-limit, limit, size=shape)


def uniform_up_to_the_deviation(shape: Any, rng: Any) -> Any:
    std = np.sqrt(1 / shape[0])
    return rng.uniform(-std, std, size=shape)


def random_for_normal(shape: Any, rng: Any) -> Any:
    return rng.random(shape) * np.sqrt(1 / shape[0])


def without_signs(shape: Any, rng: Any) -> Any:
    return np.abs(rng.normal(0, np.sqrt(1 / shape[0]), size=shape))


def transposed(shape: Any, rng: Any) -> Any:
    n_in, n_out = shape
    return rng.normal(0, np.sqrt(1 / n_in), size=(n_out, n_in))


def same_rows(shape: Any, rng: Any) -> Any:
    return np.ones((shape[0], 1)) * rng.normal(0, np.sqrt(1 / shape[0]), size=shape[1])


def zeros(shape: Any, rng: Any) -> Any:
    return np.zeros(shape)


def own_generator(shape: Any, rng: Any) -> Any:
    return np.random.default_rng().normal(0, np.sqrt(1 / shape[0]), size=shape)


def fixed_seed(shape: Any, rng: Any) -> Any:
    return np.random.default_rng(0).normal(0, np.sqrt(1 / shape[0]), size=shape)


# Hints that the normal initialisers share; those of the uniform ones say the same of a limit.
HINT_ROOT = _(
    "Your standard deviation is what the variance should be, so the weights are far too small. "
    "Which of the two does the second argument of `rng.normal` mean?"
)
HINT_ROOT_TWICE = _(
    "The weights are far too large: their variance is the root of what is asked for. One root "
    "leads from a variance to a standard deviation; count yours."
)
HINT_BY_OUTPUTS = _(
    "The variance follows the number of outputs. Which entry of `shape` counts the products that a "
    "unit adds up?"
)
HINT_MULTIPLIED = _(
    "The more inputs, the larger your weights get. With more inputs there are more products to add "
    "up: what has each of them to become?"
)
HINT_UNSCALED = _(
    "The variance is 1 whatever the shape is: the width of the layer is not used. What multiplies "
    "the standard normal numbers?"
)
HINT_FIXED = _(
    "The weights are equally wide in every layer. A fixed number such as 0.01 suits one width at "
    "most; take it from `shape`."
)
HINT_UNIFORM = _(
    "The variance is right, but the numbers are spread evenly between two limits. The normal "
    "distribution is asked for: `rng.normal`, or `rng.standard_normal`."
)
HINT_UNIFORM_STD = _(
    "Two things: the numbers are uniform where normal ones are asked for, and the standard "
    "deviation serves as their limit, so that the variance is a third of what it should be."
)
HINT_RANDOM = _(
    "`rng.random` is uniform on [0, 1): no weight is negative. `rng.standard_normal` has mean 0 "
    "and variance 1."
)
HINT_SIGNS = _(
    "No weight is negative, so their mean is not 0 and the sum of many products grows with their "
    "number. What did `abs` do to the signs?"
)
HINT_TRANSPOSED = _(
    "W comes out with outputs in its rows, as books and libraries with `u = W z` have it. Here W "
    "has exactly the shape that was asked for, (n_in, n_out)."
)
HINT_ROWS = _(
    "All rows are the same: one row was drawn and repeated. Draw in the full shape: the size is "
    "`shape`."
)
HINT_ZEROS = _("All weights are the same number. Each of them has to be drawn on its own.")
HINT_GLOBAL = _(
    "The weights do not come from `rng`: with the same seed they must be the same again, or no "
    "experiment can be repeated."
)
HINT_SEED = _(
    "Every call gives the same weights, because the generator starts anew inside the function. "
    "Draw from the `rng` you are given."
)

wanted = Wanted("1 / n_in", lambda n_in, n_out: 1 / n_in)

exercise = Exercise(
    name="lecun_normal",
    takes=("lecun_normal",),
    points=1,
    reference=(lecun_normal,),
    cases=cases,
    run=run,
    observe=wanted.observe,
    judge=judge(wanted),
    mistakes=[
        Mistake(root_forgotten, hint=HINT_ROOT),
        Mistake(by_outputs, hint=HINT_BY_OUTPUTS),
        Mistake(
            he,
            hint=_(
                "The variance is 2 / n_in. That is meant for layers behind a ReLU; here nothing "
                "takes half of the signal away, so nothing has to make up for it."
            ),
        ),
        Mistake(
            by_both,
            hint=_(
                "The number of outputs is in your variance as well. That is Glorot's compromise; "
                "this one looks at the way forward alone."
            ),
        ),
        Mistake(multiplied, hint=HINT_MULTIPLIED),
        Mistake(root_twice, hint=HINT_ROOT_TWICE),
        Mistake(unscaled, hint=HINT_UNSCALED),
        Mistake(fixed_width, hint=HINT_FIXED),
        Mistake(uniform_of_that_variance, hint=HINT_UNIFORM),
        Mistake(uniform_up_to_the_deviation, hint=HINT_UNIFORM_STD),
        Mistake(random_for_normal, hint=HINT_RANDOM),
        Mistake(without_signs, hint=HINT_SIGNS),
        Mistake(transposed, hint=HINT_TRANSPOSED),
        Mistake(same_rows, hint=HINT_ROWS),
        Mistake(zeros, hint=HINT_ZEROS),
        Mistake(own_generator, hint=HINT_GLOBAL),
        Mistake(fixed_seed, hint=HINT_SEED),
    ],
    answers=("course_lib.initializers",),
    returns="an array of the given shape",
    hints=(
        _(
            "A unit adds up n_in products. Which entry of `shape` is n_in, and what variance must "
            "a weight have for their sum to be as wide as one input?"
        ),
        _(
            "`rng.normal(0, s, size=shape)` has the variance s². Which s has the variance that is "
            "asked for?"
        ),
        _(
            "Smaller: for shape (4, 3) the variance is 1/4 and the standard deviation 1/2, so a "
            "standard normal number 0.8 becomes the weight 0.4. Twelve of them are drawn."
        ),
    ),
)
