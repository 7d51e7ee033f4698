"""``portable_softmax(u) -> like u``: softmax on the arrays of whatever library u is from."""

from typing import Any

import numpy as np

from course_lib.backend import array_namespace
from grader.checking.contract import (
    Case,
    dtype,
    float32,
    form_step,
    function,
    shapes,
    slip,
    slips,
    step,
    unchanged_inputs,
    values,
)
from grader.exercises.scores import SOFTMAX, far_apart, moderate_scores


def portable_softmax(u):
    xp = array_namespace(u)
    top = xp.max(u, axis=1, keepdims=True)
    e = xp.exp(u - top)
    total = xp.sum(e, axis=1, keepdims=True)
    return e / total


ON_NUMPY, ON_OTHERS = "values on NumPy arrays", "values on arrays of another library"
LARGE, LARGE_ON_OTHERS = "large scores stay finite", "large scores in another library"


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    numpy, other = {"library": "NumPy"}, {"library": "another library"}
    return {
        ON_NUMPY: [
            moderate_scores(rng, "one row", (1, 3)) | numpy,
            moderate_scores(rng, "more rows than columns", (4, 3)) | numpy,
            moderate_scores(rng, "as many rows as columns", (3, 3)) | numpy,
            float32(moderate_scores(rng, "float32", (2, 4))) | numpy,
        ],
        LARGE: [far_apart(rng, "large scores", [1000.0, -1000.0, 0.0]) | numpy],
        ON_OTHERS: [
            moderate_scores(rng, "an array of another library", (2, 3)) | other,
            moderate_scores(rng, "another library, as many rows as columns", (3, 3)) | other,
            float32(moderate_scores(rng, "another library, float32", (3, 4))) | other,
        ],
        LARGE_ON_OTHERS: [
            far_apart(rng, "another library, large scores", [1000.0, -1000.0, 0.0]) | other
        ],
    }


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

    arithmetic = "add sub mul truediv floordiv mod pow matmul and or xor lshift rshift"
    others, numbers = "neg pos abs invert lt le gt ge eq ne", "float int bool complex index"

    def method(name: str, in_place: bool = False) -> Any:
        def call(self: Any, *others: Any) -> Any:
            if name in numbers.split() and self.ndim:
                raise TypeError("an array with axes is not a single number")
            result = getattr(self._numbers, f"__{name}__")(*map(bare, others))
            return self if in_place else wrapped(result)

        return call

    for name in f"{arithmetic} {others} {numbers}".split():
        setattr(Array, f"__{name}__", method(name))
    for name in arithmetic.split():
        setattr(Array, f"__r{name}__", method(f"r{name}"))
        setattr(Array, f"__i{name}__", method(f"i{name}", in_place=True))

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


exercise = function(
    portable_softmax,
    returns="y",
    points=1,
    cases=cases,
    run=run,
    judge=[
        values(
            "y",
            weight=2,
            cases=ON_NUMPY,
            help="""Begin with NumPy arrays. Which two steps turn the scores of one row into
            positive numbers that sum to 1, and along which axis does the sum run?""",
        ),
        values(
            "y",
            cases=LARGE,
            after=ON_NUMPY,
            help="""Write down the three exponentials for the scores 1000, 1001 and 1002. The
            softmax stays the same if the same number is subtracted from all scores of a row.""",
        ),
        values(
            "y",
            weight=5,
            cases=ON_OTHERS,
            help="""Which parts of your code work with NumPy only? Look for functions of `np`, and
            for methods and arguments that only NumPy has. The line with ✗ may name one.""",
        ),
        values("y", cases=LARGE_ON_OTHERS),
        values(
            "library",
            cases=(ON_OTHERS, LARGE_ON_OTHERS),
            alone=False,
            title="the result is an array of the library that u is from",
            after=ON_OTHERS,
            help="""The result is not an array of the library of u. Which step of your code leaves
            that library?""",
        ),
    ],
    form=(
        shapes("y", cases=ON_NUMPY),
        dtype("y"),
        unchanged_inputs(cases=ON_NUMPY),
    ),
    without=("in place",),  # the array given may be of another library
    answers=(f"{SOFTMAX[0]}:softmax", *SOFTMAX[1:]),
    hints=(
        step(
            "`xp = array_namespace(u)` gives the module whose functions fit `u`. y = exp(u − m) "
            "/ Σ exp(u − m), with the largest score m of each row, where `axis=1, keepdims=True` "
            "gives one number per row, as a column. Operators (−, /) work as they are.",
            ON_NUMPY,
            ON_OTHERS,
            LARGE,
            LARGE_ON_OTHERS,
        ),
        step(
            "A smaller example: u = [[0, log 3]] has m = [[log 3]], exp(u − m) = [[1/3, 1]], sum "
            "[[4/3]], y = [[1/4, 3/4]]. u = [[1000, 1000 + log 3]] gives the same.",
            ON_NUMPY,
            LARGE,
            LARGE_ON_OTHERS,
        ),
        form_step("shapes", "float type is kept", "inputs are left as they were"),
    ),
    grows=lambda rng, n: moderate_scores(rng, "growing", (n, 3)) | {"library": "NumPy"},
    mistakes=(
        *slips("""
xp = np
    Your function works on NumPy arrays only, because it calls functions of `np`. Get the namespace
    of the array `u` and call the functions of that namespace.
top = u.max(axis=1, keepdims=True)
    NumPy's arrays have methods such as `.max()` or `.sum()`; arrays of other libraries need not
    have them. The standard has functions instead. In which namespace, and with which first
    argument?
top = xp.max(u, 1, keepdims=True)
    Only NumPy accepts `xp.max(u, 1)`. In the standard, `axis` and `keepdims` have to be given by
    name.
top = xp.amax(u, axis=1, keepdims=True)
    You call a function that NumPy has, but the standard does not. Here `max`, `exp` and `sum` are
    all you need.
top = 0
    Scores of 1000 give nan, since exp(1000) is infinite. Which number may you subtract from all
    scores of a row without changing its softmax?
top = xp.max(u)
    You subtract one number from all rows, so a row far below the largest score becomes 0/0.
    Subtract from each row its own maximum.
top = xp.min(u, axis=1, keepdims=True)
    A row with scores far apart overflows: if you subtract the smallest score or the mean, the
    largest exponent can still be 1000. Which number ensures that no exponent is above 0?
e = xp.exp(xp.clip(u, -500.0, 500.0))
    All scores beyond a limit become equal: 1000 and 1002 get the same probability. What may you
    subtract from a row without changing its softmax?
top = xp.max(u, dim=1, keepdim=True)
    `dim` and `keepdim` are the names in PyTorch. What are they called in NumPy and in the standard?
top = xp.maximum(u, axis=1, keepdims=True)
    `maximum` compares two arrays entry by entry. Which function finds the largest along an axis?
e = xp.exp(u) - top
    You subtract the largest score from the exponentials. The softmax stays the same only if you
    subtract it before `exp`.
total = xp.sum(xp.exp(u), axis=1, keepdims=True)
    The rows do not sum to 1, because the exponentials in the sum are not those that are divided by
    it. Which exponentials have to be added up?
top = xp.max(u, axis=0)
total = xp.sum(e, axis=0)
    The columns sum to 1. The probabilities of one sample are a row and should sum to 1. Which axis
    is that?
top = xp.max(u)
total = xp.sum(e)
    All entries together sum to 1. Each row should sum to 1.
total = xp.sum(e, axis=1)
    The sums have shape (N,), so dividing puts them along the rows (or fails, unless N = K). The
    sums of the rows have to be a column (N, 1). Which argument keeps the axis?
top = xp.max(u, axis=1)
total = xp.sum(e, axis=1)
    Maximum and sum have shape (N,) and broadcast along the rows (or fail, unless N = K). Both have
    to be columns (N, 1). Which argument keeps the axis?
top = xp.max(u, axis=1)
    The largest scores have shape (N,), so you subtract a different number from each column (or the
    code fails, unless N = K). Keep the axis over which you take the maximum.
total = xp.sum(e)
    Each row is divided by the sum of all rows. Along which axis do the scores of one sample lie?
return u - top - xp.log(total)
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
"""),
        *slips(
            """
e = xp.exp(xp.asarray(u - top, dtype=xp.float64))
    The input is float32 and the result is float64. Which array in your code is float64?
""",
            needs=(ON_NUMPY, ON_OTHERS),
        ),
        slip(
            "e = ",
            "u -= top\n    top = 0\n    e = ",
            "The values are right, but `u -= …` changed the array that you were given. Write "
            "`u = u - …`, which makes a new one.",
            needs=(ON_NUMPY,),
        ),
    ),
)
