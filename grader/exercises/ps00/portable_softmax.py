"""``portable_softmax(u) -> like u``: softmax on the arrays of whatever library u is from."""

from typing import Any

import numpy as np

from course_lib.backend import array_namespace
from grader.checking.contract import (
    Case,
    case,
    dtype,
    float32,
    form_step,
    function,
    shapes,
    step,
    unchanged_inputs,
    values,
)


def portable_softmax(u):
    xp = array_namespace(u)
    e = xp.exp(u - xp.max(u, axis=1, keepdims=True))
    return e / xp.sum(e, axis=1, keepdims=True)


NUMPY, OTHER = "NumPy", "another library"


def scores(rng: np.random.Generator, about: str, library: str, n: int, k: int) -> Case:
    return case(about, u=1.5 * rng.normal(size=(n, k)), library=library)


def far_apart(rng: np.random.Generator, about: str, library: str) -> Case:
    """Rows around 1000, -1000 and 0; in the last one, a score's exponential underflows to 0."""
    u = np.array([1000.0, -1000.0, 0.0])[:, None] + rng.normal(size=(3, 3))
    u[2, 1] -= 3000  # then their mean is too far below the largest, too
    return case(about, u=u, library=library)


def cases(rng: np.random.Generator) -> list[Case]:
    return [
        scores(rng, "one row", NUMPY, 1, 3),
        scores(rng, "more rows than columns", NUMPY, 4, 3),
        scores(rng, "as many rows as columns", NUMPY, 3, 3),
        far_apart(rng, "large scores", NUMPY),
        float32(scores(rng, "float32", NUMPY, 2, 4)),
        scores(rng, "an array of another library", OTHER, 2, 3),
        scores(rng, "another library, as many rows as columns", OTHER, 3, 3),
        far_apart(rng, "another library, large scores", OTHER),
        float32(scores(rng, "another library, float32", OTHER, 3, 4)),
    ]


def run(portable_softmax: Any, case: Case) -> dict[str, Any]:
    if case["library"] == "NumPy":
        return {"y": portable_softmax(case["u"])}

    # An array library of our own. It has what the array API standard promises and almost nothing
    # else of NumPy, so code that relies on more than the standard fails here.
    def bare(value: Any) -> Any:
        if isinstance(value, Array):
            return value._numbers
        if isinstance(value, np.ndarray):
            raise TypeError("an array of NumPy and one of another library cannot be mixed")
        return type(value)(map(bare, value)) if isinstance(value, (list, tuple)) else value

    def wrapped(value: Any) -> Any:
        if isinstance(value, (list, tuple)):
            return type(value)(map(wrapped, value))
        return Array(np.asarray(value)) if isinstance(value, (np.ndarray, np.generic)) else value

    def refuse(*args: Any, **settings: Any) -> Any:
        raise TypeError(
            "NumPy was asked to compute with an array of another library, which it does not know"
        )

    class Array:
        __module__ = "another_library"
        __array__ = __array_ufunc__ = __array_function__ = refuse

        def __init__(self, numbers: Any) -> None:
            self._numbers, self.device = numbers, "elsewhere"
            self.shape, self.ndim, self.size = numbers.shape, numbers.ndim, numbers.size
            self.dtype = numbers.dtype

        def __getattr__(self, name: str) -> Any:
            if name in ("T", "mT") and self.ndim > 1:
                return Array(np.swapaxes(self._numbers, -1, -2))
            raise AttributeError(
                "arrays of the standard have no method or attribute of this name; the namespace "
                "may have a function for it"
            )

        def __array_namespace__(self, *, api_version: Any = None) -> Any:
            return xp

        def to_device(self, device: Any, *, stream: Any = None) -> Any:
            return self

        def __getitem__(self, key: Any) -> Any:
            return wrapped(self._numbers[bare(key)])

        def __setitem__(self, key: Any, value: Any) -> None:
            self._numbers[bare(key)] = bare(value)

        def __iter__(self) -> Any:
            raise TypeError("arrays of the standard cannot be iterated over and have no len()")

        __len__ = __iter__

    def operator(name: str) -> Any:
        def compute(self: Any, *others: Any) -> Any:
            return wrapped(getattr(self._numbers, name)(*map(bare, others)))

        return compute

    def in_place(name: str) -> Any:
        def change(self: Any, other: Any) -> Any:
            getattr(self._numbers, name)(bare(other))
            return self

        return change

    def one_number(name: str) -> Any:
        def convert(self: Any) -> Any:
            if self.ndim:
                raise TypeError("an array with axes is not a single number")
            return getattr(self._numbers, name)()

        return convert

    arithmetic = "add sub mul truediv floordiv mod pow matmul and or xor lshift rshift"
    others, numbers = "neg pos abs invert lt le gt ge eq ne", "float int bool complex index"
    for make, names in (
        (operator, f"{arithmetic} r{arithmetic.replace(' ', ' r')} {others}"),
        (in_place, f"i{arithmetic.replace(' ', ' i')}"),
        (one_number, numbers),
    ):
        for name in names.split():
            setattr(Array, f"__{name}__", make(f"__{name}__"))

    one_by_one = """abs acos acosh asin asinh atan atanh bitwise_invert ceil conj cos cosh exp expm1
        floor imag isfinite isinf isnan log log10 log1p log2 logical_not negative positive real
        reciprocal round sign signbit sin sinh sqrt square tan tanh trunc add atan2 bitwise_and
        bitwise_left_shift bitwise_or bitwise_right_shift bitwise_xor copysign divide equal
        floor_divide greater greater_equal hypot less less_equal logaddexp logical_and logical_or
        logical_xor maximum minimum multiply nextafter not_equal pow remainder subtract"""
    along_axes = """all any argmax argmin count_nonzero cumulative_prod cumulative_sum max mean min
        prod std sum var"""
    further = """arange argsort asarray broadcast_arrays broadcast_to can_cast clip concat diff
        empty empty_like expand_dims eye finfo flip full full_like iinfo isdtype linspace matmul
        matrix_transpose meshgrid moveaxis nonzero ones ones_like permute_dims repeat reshape
        result_type roll searchsorted sort squeeze stack take take_along_axis tensordot tile tril
        triu unique_values unstack vecdot where zeros zeros_like"""
    types = "bool int8 int16 int32 int64 uint8 uint16 uint32 uint64 float32 float64"
    standard = {*one_by_one.split(), *along_axes.split(), *further.split()}

    class Namespace:
        __name__ = "another_library"
        e, pi, inf, nan, newaxis = float(np.exp(1)), np.pi, np.inf, np.nan, None

        def astype(self, x: Any, dtype: Any, *, copy: bool = True, device: Any = None) -> Any:
            return Array(bare(x).astype(dtype))

        def __getattr__(self, name: str) -> Any:
            if name in types.split():
                return np.dtype(name)
            if name not in standard or not hasattr(np, name):
                raise AttributeError("the array API standard has no function of this name")

            def call(*args: Any, **settings: Any) -> Any:
                if name in along_axes.split() and len(args) > 1:
                    raise TypeError("the standard takes axis and keepdims by their names only")
                if name in one_by_one.split() and settings:
                    raise TypeError(f"the standard's {name} takes only arrays")
                settings = {key: bare(value) for key, value in settings.items() if key != "device"}
                return wrapped(getattr(np, name)(*map(bare, args), **settings))

            return call

    xp = Namespace()
    y = portable_softmax(Array(case["u"]))
    same = isinstance(y, Array)
    if isinstance(y, (list, tuple)):
        y = [row._numbers if isinstance(row, Array) else row for row in y]
    return {"y": y._numbers if same else y, "library": "that of u" if same else "not that of u"}


OURS = ("one row", "more rows than columns", "as many rows as columns", "float32")
THEIRS = (
    "an array of another library",
    "another library, as many rows as columns",
    "another library, float32",
)
FAR = "another library, large scores"

ON_NUMPY, ON_OTHERS = "values on NumPy arrays", "values on arrays of another library"
LARGE = ("large scores stay finite", "large scores in another library")
IN_FORM = ("shapes", "float type is kept", "inputs are left as they were")

exercise = function(
    portable_softmax,
    returns="y",
    points=1,
    library_names={"portable_softmax": "softmax"},
    cases=cases,
    run=run,
    judge=[
        values(
            "y",
            weight=2,
            cases=OURS,
            title=ON_NUMPY,
            help=(
                "Begin with NumPy arrays. Which two steps turn the scores of one row into positive "
                "numbers that sum to 1, and along which axis does the sum run?"
            ),
        ),
        values(
            "y",
            cases="large scores",
            title=LARGE[0],
            after=ON_NUMPY,
            help=(
                "Write down the three exponentials for the scores 1000, 1001 and 1002. The softmax "
                "stays the same if the same number is subtracted from all scores of a row."
            ),
        ),
        values(
            "y",
            weight=5,
            cases=THEIRS,
            title=ON_OTHERS,
            help=(
                "Which parts of your code work with NumPy only? Look for functions of `np`, and "
                "for "
                "methods and arguments that only NumPy has. The line with ✗ may name one."
            ),
        ),
        values("y", cases=FAR, title=LARGE[1]),
        values(
            "library",
            cases=(*THEIRS, FAR),
            alone=False,
            title="the result is an array of the library that u is from",
            help=(
                "The result is not an array of the library of u. Which step of your code leaves "
                "that "
                "library?"
            ),
        ),
    ],
    form=(shapes("y", cases=OURS), dtype("y"), unchanged_inputs(cases=OURS)),
    without=("in place",),  # the array given may be of another library
    answers=(
        "course_lib.functional.softmax",
        "course_lib.functional.log_softmax",
        "course_lib.losses.softmax_cross_entropy",
    ),
    hints=(
        step(
            "`xp = array_namespace(u)` gives the module whose functions fit `u`. y = exp(u − m) "
            "/ Σ exp(u − m), with the largest score m of each row, where `axis=1, keepdims=True` "
            "gives one number per row, as a column. Operators (−, /) work as they are.",
            ON_NUMPY,
            ON_OTHERS,
            *LARGE,
        ),
        step(
            "Smaller: u = [[0, log 3]] has m = [[log 3]], exp(u − m) = [[1/3, 1]], sum [[4/3]], y "
            "= [[1/4, 3/4]]. u = [[1000, 1000 + log 3]] gives the same.",
            ON_NUMPY,
            *LARGE,
        ),
        form_step(
            *IN_FORM,
        ),
    ),
    grows=lambda rng, n: scores(rng, "growing", NUMPY, n, 3),
)

exercise.slips("""
xp = np
    Your function works on NumPy arrays only, because it calls functions of `np`. Get the namespace
    of the array `u` and call the functions of that namespace.
e = xp.exp(u - u.max(axis=1, keepdims=True))
    NumPy's arrays have methods such as `.max()` or `.sum()`; arrays of other libraries need not
    have them. The standard has functions instead. In which namespace, and with which first
    argument?
e = xp.exp(u - xp.max(u, 1, keepdims=True))
    Only NumPy accepts `xp.max(u, 1)`. In the standard, `axis` and `keepdims` have to be given by
    name.
e = xp.exp(u - xp.amax(u, axis=1, keepdims=True))
    You call a function that NumPy has, but the standard does not. Here `max`, `exp` and `sum` are
    all you need.
""")
exercise.slip(
    "e = ",
    "u = xp.asarray(u, dtype=xp.float64)\n    e = ",
    "The input is float32 and the result is float64. Which array in your code is float64?",
    needs=(ON_NUMPY, ON_OTHERS),
)
exercise.slips("""
e = xp.exp(u)
    Scores of 1000 give nan, since exp(1000) is infinite. Which number may you subtract from all
    scores of a row without changing its softmax?
e = xp.exp(u - xp.max(u))
    You subtract one number from all rows, so a row far below the largest score becomes 0/0.
    Subtract from each row its own maximum.
e = xp.exp(u - xp.min(u, axis=1, keepdims=True))
    A row with scores far apart overflows: if you subtract the smallest score or the mean, the
    largest exponent can still be 1000. Which number ensures that no exponent is above 0?
e = xp.exp(xp.clip(u, -500.0, 500.0))
    All scores beyond a limit become equal: 1000 and 1002 get the same probability. What may you
    subtract from a row without changing its softmax?
e = xp.exp(u - xp.max(u, dim=1, keepdim=True))
    `dim` and `keepdim` are the names in PyTorch. What are they called in NumPy and in the standard?
e = xp.exp(u - xp.maximum(u, axis=1, keepdims=True))
    `maximum` compares two arrays entry by entry. Which function finds the largest along an axis?
e = xp.exp(u) - xp.max(u, axis=1, keepdims=True)
    You subtract the largest score from the exponentials. The softmax stays the same only if you
    subtract it before `exp`.
return e / xp.sum(xp.exp(u), axis=1, keepdims=True)
    The rows do not sum to 1, because the exponentials in the sum are not those that are divided by
    it. Which exponentials have to be added up?
""")


@exercise.mistake
def over_rows(u):
    """The columns sum to 1. The probabilities of one sample are a row and should sum to 1. Which
    axis is that?
    """
    xp = array_namespace(u)
    e = xp.exp(u - xp.max(u, axis=0))
    return e / xp.sum(e, axis=0)


@exercise.mistake
def over_everything(u):
    """All entries together sum to 1. Each row should sum to 1."""
    xp = array_namespace(u)
    e = xp.exp(u - xp.max(u))
    return e / xp.sum(e)


exercise.slips("""
return e / xp.sum(e, axis=1)
    The sums have shape (N,), so dividing puts them along the rows (or fails, unless N = K). The
    sums of the rows have to be a column (N, 1). Which argument keeps the axis?
""")


@exercise.mistake
def both_without_their_axis(u):
    """Maximum and sum have shape (N,) and broadcast along the rows (or fail, unless N = K). Both
    have to be columns (N, 1). Which argument keeps the axis?
    """
    xp = array_namespace(u)
    e = xp.exp(u - xp.max(u, axis=1))
    return e / xp.sum(e, axis=1)


exercise.slips("""
e = xp.exp(u - xp.max(u, axis=1))
    The largest scores have shape (N,), so you subtract a different number from each column (or the
    code fails, unless N = K). Keep the axis over which you take the maximum.
return e / xp.sum(e)
    Each row is divided by the sum of all rows. Along which axis do the scores of one sample lie?
return u - xp.max(u, axis=1, keepdims=True) - xp.log(xp.sum(e, axis=1, keepdims=True))
    These are the logarithms of the probabilities. Which function turns a logarithm into the number
    itself?
return e
    The rows do not sum to 1 yet: by what are the exponentials divided?
e = u
    Scores divided by their sum can be negative. What makes them positive first?
u = -u
    The smallest score gets the largest probability. Which sign do the scores have in `exp`?
return e / xp.max(e, axis=1, keepdims=True) / u.shape[1]
    You divide by the largest exponential. Which division makes the sum 1?
""")
exercise.slip(
    "e = ",
    "u -= xp.max(u, axis=1, keepdims=True)\n    e = ",
    "The values are right, but `u -= …` changed the array that you were given. Write `u = u - "
    "…`, which makes a new one.",
    needs=(ON_NUMPY,),
)
