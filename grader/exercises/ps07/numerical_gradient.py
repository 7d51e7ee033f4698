"""``numerical_gradient(f, x, h)``: the gradient by central differences, for any shape of x."""

import numpy as np

from grader.checking.contract import (
    Case,
    Property,
    case,
    dtype,
    function,
    mistake,
    shapes,
    slip,
    slips,
    step,
    unchanged_inputs,
    values,
)


def numerical_gradient(f, x, h):
    gradient = np.zeros_like(x)
    for i in np.ndindex(*x.shape):
        step = np.zeros_like(x)
        step[i] = h
        gradient[i] = (f(x + step) - f(x - step)) / (2 * h)
    return gradient


def sum_of_waves(
    rng: np.random.Generator, about: str, shape: tuple[int, ...], h: float, *, waves: bool = True
) -> Case:
    """``f(x) = sum_m (c_m sin s_m + q_m s_m^2)`` with ``s = A x + b``, which mixes all elements.

    With c = 0 it is a quadratic: there central differences are exact at any step, and one-sided
    ones are off by h·|curvature|/2.
    """
    size = (4, *shape)
    while True:
        data = {
            "A": rng.uniform(0.5, 1.2, size=size) * rng.choice([-1.0, 1.0], size=size),
            "b": rng.normal(size=4),
            "c": rng.uniform(0.5, 1.5, size=4) * waves,
            "q": rng.uniform(0.5, 1.5, size=4),
            "x": rng.uniform(-1, 1, size=shape),
        }
        if has_both_signs(**data):
            return case(about, **data, h=h, transposed=False, halved=False)


def has_both_signs(A, b, c, q, x) -> bool:
    """Whether the true gradient has negative entries and, unless it is a number, positive ones."""
    s = np.tensordot(A, x, x.ndim) + b
    slope = np.tensordot(c * np.cos(s) + 2 * q * s, A, 1)
    return bool(slope.min() < -0.1 and (slope.max() > 0.1 or slope.size == 1))


EFFECT, SINGLE = "with half the step", "float32"


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    # A step that grows with x would be a tenth here.
    far = sum_of_waves(rng, "far from 0", (3,), 1e-4)
    far["x"], far["q"] = far["x"] + 1000, 0 * far["q"]
    single = sum_of_waves(rng, "float32", (2, 2), 1e-2)
    single["x"] = single["x"].astype(np.float32)
    turned = sum_of_waves(rng, "a transposed matrix", (2, 3), 1e-4)
    turned["x"], turned["transposed"] = turned["x"].T.copy(), True
    large = sum_of_waves(rng, "a large step on waves", (3,), 0.3) | {"halved": True}
    # The same for the smallest step of the notebook: all of it is shorter by as much.
    small = sum_of_waves(rng, "a tiny step on short waves", (3,), 1e-15) | {"halved": True}
    small["A"], small["x"] = small["A"] * (0.3 / 1e-15), small["x"] * (1e-15 / 0.3)
    return {
        "a vector": [sum_of_waves(rng, "a vector", (3,), 1e-4), far],
        "exact on a quadratic, as central differences are": [
            sum_of_waves(rng, "a large step on a quadratic", (2,), 0.1, waves=False)
        ],
        "the step h is used": [large, small],
        "a matrix": [
            sum_of_waves(rng, "two rows and three columns", (2, 3), 1e-4),
            sum_of_waves(rng, "a square matrix", (2, 2), 1e-3, waves=False),
        ],
        "a matrix stored column by column": [turned],
        SINGLE: [single],
        "a single number, shape ()": [sum_of_waves(rng, "a single number", (), 1e-5)],
    }


ARRAYS = ("a vector", "exact on a quadratic, as central differences are", "a matrix")


def run(numerical_gradient, case):
    x = case["x"].T if case["transposed"] else case["x"]
    shape = x.shape

    def f(z):
        if np.shape(z) != shape:
            raise ValueError(f"f got an array of shape {np.shape(z)}, but x has shape {shape}")
        s = np.tensordot(case["A"], z, len(shape)) + case["b"]
        return np.sum(case["c"] * np.sin(s) + case["q"] * s**2)

    outputs = {"gradient": numerical_gradient(f, x, case["h"])}
    if case["halved"]:  # the step is so large for these waves that it shows in the result
        outputs["with half the step"] = numerical_gradient(f, x, case["h"] / 2)
    return outputs


def observe(case, outputs):
    """With such a step only whether it shows: formulas of higher order are right, too."""
    if not case["halved"]:
        return outputs
    try:
        both = np.asarray([outputs["gradient"], outputs[EFFECT]], np.float64)
    except (TypeError, ValueError):
        return {EFFECT: "no gradients"}
    if not np.isfinite(both).all():
        return {EFFECT: "no gradients"}
    if np.allclose(*both, rtol=1e-9, atol=0):
        return {EFFECT: "the same gradient"}
    for factor, words in ((0.5, "half of it"), (2, "twice as much")):
        of_another = case | {"h": factor * case["h"], "halved": False}
        if np.allclose(both[0], run(numerical_gradient, of_another)["gradient"], rtol=1e-9, atol=0):
            return {EFFECT: f"another gradient, but the step is {words}"}
    return {EFFECT: "another gradient"}


def gradient(group: str, weight: int, help: str = "") -> Property:
    """The values; central differences are within 2e-8 of the true gradient, by h^2/6 times the
    largest third derivative: any method of second order or better passes.
    """
    return values("gradient", weight=weight, cases=group, rtol=1e-6, atol=1e-7, help=help)


def a_step_that_grows_with_x(f, x, h):
    """Your step is h times the size of x. The task asks for the step h itself."""
    gradient = np.zeros_like(x)
    for i in np.ndindex(*x.shape):
        step = np.zeros_like(x)
        step[i] = h * max(1, abs(x[i]))
        gradient[i] = (f(x + step) - f(x - step)) / (2 * step[i])
    return gradient


def not_put_back(f, x, h):
    """You do not restore an element before you change the next one, so the later derivatives belong
    to another point.
    """
    x, gradient = x.copy(), np.zeros_like(x)
    for i in np.ndindex(*x.shape):
        x[i] += h
        above = f(x)
        x[i] -= 2 * h
        gradient[i] = (above - f(x)) / (2 * h)
    return gradient


def put_back_too_early(f, x, h):
    """After +h, subtracting h gives x again, not x − h, so the second value is f(x)."""
    x, gradient = x.copy(), np.zeros_like(x)
    for i in np.ndindex(*x.shape):
        x[i] += h
        above = f(x)
        x[i] -= h
        gradient[i] = (above - f(x)) / (2 * h)
        x[i] -= h
    return gradient


def changes_a_copy(f, x, h):
    """The gradient is 0 if x is stored column by column: flattening copies such an array, and
    changing the copy does not change x. How can you change a single element of x itself?
    """
    flat, gradient = x.reshape(-1), np.zeros(x.shape)
    for i, old in enumerate(flat.copy()):
        flat[i] = old + h
        above = f(x)
        flat[i] = old - h
        gradient.flat[i] = (above - f(x)) / (2 * h)
        flat[i] = old
    return gradient


exercise = function(
    numerical_gradient,
    returns="an array like x",
    points=2,
    cases=cases,
    run=run,
    observe=observe,
    judge=[
        gradient("a vector", 3),
        gradient(
            "exact on a quadratic, as central differences are",
            3,
            """On a parabola a central difference is exact, however large h is. Where are your two
            points relative to x, and how far apart are they?""",
        ),
        # A function with another mistake may depend on h, too.
        values(
            EFFECT,
            weight=3,
            cases="the step h is used",
            alone=False,
            help="""With a large step, the error of a central difference shows. Where does your code
            use the argument `h`?""",
        ),
        gradient("a matrix", 3),
        gradient(
            "a matrix stored column by column",
            2,
            """Here x is stored column by column, as after `.T`. Do you change an element of x
            itself or of a copy, and which of the two do you pass to f?""",
        ),
        gradient(
            "a single number, shape ()",
            1,
            "An array of shape () has one element. Which index has this element?",
        ),
        values(
            "gradient",
            cases=SINGLE,
            rtol=2e-3,
        ),
    ],
    form=(
        shapes("gradient", cases=ARRAYS),
        dtype("gradient", cases=("a vector", SINGLE)),
        unchanged_inputs(cases=ARRAYS),
    ),
    answers=("course_lib.gradient_check.numerical_gradient",),
    hints=(
        step(
            "Change one element at a time by a small amount, up and down, and measure how much f "
            "changes.",
            *("a vector", "a matrix"),
        ),
        "Copy x, add h to element i, call f; copy x again, subtract h, call f. Divide their "
        "difference by the distance 2h.",
        "A smaller example: f(x) = x1² + 3·x2 at x = [1, 5] with h = 0.1. First element: f(1.1, 5) "
        "= 16.21, f(0.9, 5) = 15.81, derivative 0.40/0.2 = 2. Second: (16.3 − 15.7)/0.2 = 3. "
        "Result [2, 3].",
    ),
    mistakes=(
        *slips("""
h = 1e-5
    The result does not depend on `h`: half the step gives exactly the same gradient. Which step
    does your code use?
h = h / 2
    Your two points are h apart. The formula has x + h and x − h, which are 2h apart.
h = max(h, 1e-12)
    Small steps are made larger: with 1e-15 and with half of it you get exactly the same gradient.
    Use the `h` that you are given, whatever its size is.
h = min(h, 1e-3)
    Large steps are made smaller: with 0.3 and with half of it you get exactly the same gradient.
    Use the `h` that you are given, whatever its size is.
gradient[i] = (f(x + step) - f(x)) / h
    This is the forward difference, whose error is proportional to h. Use points on both sides of x;
    then the error is proportional to h².
gradient[i] = (f(x) - f(x - step)) / h
    This is the backward difference, which uses only a point to the left of x. Use a point at the
    same distance to the right, too.
gradient[i] = (f(x + step) - f(x - step)) / h
    The result is twice too large. How far apart are the two points x + h and x − h?
gradient[i] = (f(x + step) - f(x)) / (2 * h)
    You divide by 2h, but the points x + h and x are only h apart. Where should the second point be?
gradient[i] = (f(x + step) - f(x - step))
    This is only a difference. A finite difference quotient divides it by the distance between the
    points.
gradient[i] = f(x + step) - f(x - step) / (2 * h)
    `a - b / c` is a − (b/c) in Python, so only one of the two values is divided. Which brackets
    does the numerator need?
gradient[i] = (f(x + step) - f(x - step)) / 2
    You divide by 2, but the two points are 2h apart. Where does h belong?
gradient[i] = (f(x + step) - f(x - step)) / 2 * h
    `a / 2 * h` is (a/2)·h in Python. Which brackets does the denominator need?
gradient[i] = (f(x - step) - f(x + step)) / (2 * h)
    The sign is reversed: subtract f on the left of x from f on the right of it.
step = np.full_like(x, h)
    `x + h` changes all elements together and gives the derivative along (1, 1, …). A partial
    derivative changes one element and keeps the others fixed.
for i in np.ndindex(*x.shape[:1]):
    For a matrix you change whole rows at a time. How can you loop over the single elements of an
    array of any shape?
gradient[i] = 0 * f(x)
    The gradient is 0 everywhere, because you evaluate f twice at the same point. Which array do you
    change, which one do you pass to f, and how many copies of x are there?
gradient = np.zeros_like(x, dtype=int)
    The result is rounded to whole numbers. Give its array a float dtype.
x = x.ravel()
    You pass a flattened x to `f`, but `f` takes arrays of the shape of x. Change an element without
    changing the shape.
return gradient.ravel()
    The result is flat. Give it the shape of x.
return np.sum(gradient)
    The result is one number, the sum of all partial derivatives. Which shape has a gradient?
"""),
        mistake(a_step_that_grows_with_x),
        mistake(not_put_back),
        mistake(put_back_too_early),
        mistake(changes_a_copy, needs=("a vector", "a matrix")),
        slip(
            "for i in np.ndindex(*x.shape):\n        step = np.zeros_like(x)",
            "step = np.zeros_like(x)\n    for i in np.ndindex(*x.shape):",
            "The first element is right. For the others, the elements before them are still "
            "moved. Make new copies of `x` for each element, or move an element back before "
            "the next one.",
            needs=("a single number, shape ()",),
        ),
    ),
)
