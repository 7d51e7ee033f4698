"""``numerical_gradient(f, x, h)``: the gradient by central differences, for any shape of x."""

from typing import Any

import numpy as np

from course_lib.gradient_check import numerical_gradient
from grader.checking import (
    Case,
    Exercise,
    Mistake,
    _,
    case,
    holds,
    shapes,
    unchanged_inputs,
    values,
)


def function(
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
            return case(about, **data, h=h, transposed=False)


def has_both_signs(A: Any, b: Any, c: Any, q: Any, x: Any) -> bool:
    """Whether the true gradient falls somewhere, and rises somewhere unless it is one number."""
    s = np.tensordot(A, x, x.ndim) + b
    slope = np.tensordot(c * np.cos(s) + 2 * q * s, A, 1)
    return bool(slope.min() < -0.1 and (slope.max() > 0.1 or slope.size == 1))


LARGE = "a large step on waves"


def cases(rng: np.random.Generator) -> list[Case]:
    turned = function(rng, "a transposed matrix", (2, 3), 1e-4)
    turned["x"], turned["transposed"] = turned["x"].T.copy(), True
    return [
        function(rng, "a vector", (3,), 1e-4),
        function(rng, "a large step on a quadratic", (2,), 0.1, waves=False),
        function(rng, LARGE, (3,), 0.3),
        function(rng, "a matrix", (2, 3), 1e-4),
        function(rng, "a square matrix", (2, 2), 1e-3, waves=False),
        turned,
        function(rng, "a single number", (), 1e-5),
    ]


ARRAYS = ("a vector", "a large step on a quadratic", "a matrix", "a square matrix")


def run(numerical_gradient: Any, case: Case) -> dict[str, Any]:
    x = case["x"].T if case["transposed"] else case["x"]
    shape = x.shape

    def f(z: Any) -> Any:
        if np.shape(z) != shape:
            raise ValueError(f"f got an array of shape {np.shape(z)}, but x has shape {shape}")
        s = np.tensordot(case["A"], z, len(shape)) + case["b"]
        return np.sum(case["c"] * np.sin(s) + case["q"] * s**2)

    outputs = {"gradient": numerical_gradient(f, x, case["h"])}
    if case["h"] > 0.2:  # so large that it shows in the result
        outputs["with half the step"] = numerical_gradient(f, x, case["h"] / 2)
    return outputs


def uses_the_step(case: dict[str, Any], got: dict[str, Any], want: dict[str, Any]) -> str | None:
    """Whether the step shows: formulas of higher order than central differences pass, too."""
    large, half = got["gradient"], got["with half the step"]
    if not np.allclose(large, half, rtol=1e-9, atol=0):
        return None
    return _("h = {h} and h = {half} give the same gradient").format(
        h=case["h"], half=case["h"] / 2
    )


def differences(f: Any, x: Any, above: float, below: float, divisor: float) -> Any:
    """``(f(x + above e_i) - f(x - below e_i)) / divisor`` for each element i."""
    gradient = np.zeros(x.shape)
    for i in np.ndindex(*x.shape):
        e = np.zeros(x.shape)
        e[i] = 1
        gradient[i] = (f(x + above * e) - f(x - below * e)) / divisor
    return gradient


def fixed_step(f: Any, x: Any, h: float) -> Any:
    return differences(f, x, 1e-5, 1e-5, 2e-5)


def forward(f: Any, x: Any, h: float) -> Any:
    return differences(f, x, h, 0, h)


def backward(f: Any, x: Any, h: float) -> Any:
    return differences(f, x, 0, h, h)


def not_halved(f: Any, x: Any, h: float) -> Any:
    return differences(f, x, h, h, h)


def forward_halved(f: Any, x: Any, h: float) -> Any:
    return differences(f, x, h, 0, 2 * h)


def not_divided(f: Any, x: Any, h: float) -> Any:
    return differences(f, x, h, h, 1)


def only_halved(f: Any, x: Any, h: float) -> Any:
    return differences(f, x, h, h, 2)


def halved_times_h(f: Any, x: Any, h: float) -> Any:
    return differences(f, x, h, h, 2) * h


def swapped(f: Any, x: Any, h: float) -> Any:
    return differences(f, x, h, h, -2 * h)


def all_at_once(f: Any, x: Any, h: float) -> Any:
    return np.full(x.shape, (f(x + h) - f(x - h)) / (2 * h))


def whole_rows(f: Any, x: Any, h: float) -> Any:
    gradient = np.zeros(x.shape)
    for i in np.ndindex(*x.shape[:1]):
        e = np.zeros(x.shape)
        e[i] = h
        gradient[i] = (f(x + e) - f(x - e)) / (2 * h)
    return gradient


def not_put_back(f: Any, x: Any, h: float) -> Any:
    x, gradient = x.copy(), np.zeros(x.shape)
    for i in np.ndindex(*x.shape):
        x[i] += h
        above = f(x)
        x[i] -= 2 * h
        gradient[i] = (above - f(x)) / (2 * h)
    return gradient


def same_array(f: Any, x: Any, h: float) -> Any:
    gradient = np.zeros(x.shape)
    for i in np.ndindex(*x.shape):
        above = below = x.copy()
        above[i] += h
        below[i] -= h
        gradient[i] = (f(above) - f(below)) / (2 * h)
    return gradient


def put_back_too_early(f: Any, x: Any, h: float) -> Any:
    x, gradient = x.copy(), np.zeros(x.shape)
    for i in np.ndindex(*x.shape):
        x[i] += h
        above = f(x)
        x[i] -= h
        gradient[i] = (above - f(x)) / (2 * h)
        x[i] -= h
    return gradient


def integer_result(f: Any, x: Any, h: float) -> Any:
    return differences(f, x, h, h, 2 * h).astype(int)


def flat_for_f(f: Any, x: Any, h: float) -> Any:
    return differences(f, x.ravel(), h, h, 2 * h)


def flat_result(f: Any, x: Any, h: float) -> Any:
    return differences(f, x, h, h, 2 * h).ravel()


def changes_a_copy(f: Any, x: Any, h: float) -> Any:
    gradient = np.zeros(x.shape)
    flat = x.reshape(-1)
    for i in range(x.size):
        old = flat[i]
        flat[i] = old + h
        above = f(x)
        flat[i] = old - h
        gradient.flat[i] = (above - f(x)) / (2 * h)
        flat[i] = old
    return gradient


def one_number(f: Any, x: Any, h: float) -> Any:
    return np.sum(differences(f, x, h, h, 2 * h))


exercise = Exercise(
    name="numerical_gradient",
    takes=("numerical_gradient",),
    points=2,
    reference=(numerical_gradient,),
    cases=cases,
    run=run,
    # Central differences are within 2e-8 of the true gradient here, by h^2/6 times the largest
    # third derivative: any method of second order or better passes.
    judge=[
        values("gradient", weight=3, cases="a vector", rtol=1e-6, atol=1e-7, title=_("a vector")),
        values(
            "gradient",
            weight=3,
            cases="a large step on a quadratic",
            rtol=1e-6,
            atol=1e-7,
            title=_("exact on a quadratic, as central differences are"),
        ),
        # Form: what is wrong in another way may depend on h, too.
        holds(_("the step h is used"), uses_the_step, weight=2, cases=LARGE, form=True),
        values(
            "gradient",
            weight=3,
            cases=("a matrix", "a square matrix"),
            rtol=1e-6,
            atol=1e-7,
            title=_("a matrix"),
        ),
        values(
            "gradient",
            cases="a transposed matrix",
            rtol=1e-6,
            atol=1e-7,
            title=_("a matrix stored column by column"),
        ),
        values(
            "gradient",
            cases="a single number",
            rtol=1e-6,
            atol=1e-7,
            title=_("a single number, shape ()"),
        ),
        shapes("gradient", cases=ARRAYS),
        unchanged_inputs(cases=ARRAYS),
    ],
    mistakes=[
        Mistake(
            fixed_step,
            hint=_(
                "The result does not depend on `h`: with a large step, central differences are off "
                "by about h², and yours are not. Which step do you take?"
            ),
        ),
        Mistake(
            forward,
            hint=_(
                "This is the forward difference; its error shrinks like h. Step to both sides of x "
                "and it shrinks like h²."
            ),
        ),
        Mistake(
            backward,
            hint=_(
                "This is the backward difference: it looks only to the left of x. Look as far to "
                "the right, too."
            ),
        ),
        Mistake(
            not_halved,
            hint=_("Twice too large: how far apart are the two points x + h and x − h?"),
        ),
        Mistake(
            forward_halved,
            hint=_(
                "You divide by 2h, but the points x + h and x are only h apart. Where should the "
                "second one be?"
            ),
        ),
        Mistake(
            not_divided,
            hint=_("This is a difference. A slope is a difference divided by the way in between."),
        ),
        Mistake(
            only_halved,
            hint=_("Divided by 2, but a slope is per unit of x: where does h come in?"),
        ),
        Mistake(
            halved_times_h,
            hint=_("`a / 2 * h` is (a/2)·h in Python. Which brackets does the denominator need?"),
        ),
        Mistake(
            swapped,
            hint=_("The signs are turned: f to the right of x minus f to the left of it."),
        ),
        Mistake(
            all_at_once,
            hint=_(
                "`x + h` moves all elements together and gives the slope along (1, 1, …). A "
                "partial derivative moves one element and holds the others."
            ),
        ),
        Mistake(
            whole_rows,
            hint=_(
                "In a matrix whole rows are moved at a time. `np.ndindex(*x.shape)` runs over the "
                "single elements, whatever the shape."
            ),
        ),
        Mistake(
            not_put_back,
            hint=_(
                "An element that was moved is not put back before the next one is: the later "
                "slopes belong to another point."
            ),
        ),
        Mistake(
            same_array,
            hint=_(
                "The gradient is 0 everywhere: f was asked twice at the same point. `up = down = "
                "x.copy()` makes one copy with two names, and what moves one moves the other."
            ),
        ),
        Mistake(
            put_back_too_early,
            hint=_(
                "After +h, taking h off leads back to x, not to x − h: the second value is that at "
                "x itself."
            ),
        ),
        Mistake(
            integer_result,
            hint=_("The result was rounded to whole numbers: make its array one of floats."),
        ),
        Mistake(
            flat_for_f,
            hint=_(
                "`f` was handed a flattened x. It is a function of arrays of the shape of x: move "
                "an element without changing the shape."
            ),
        ),
        Mistake(
            flat_result,
            hint=_("The numbers are right but in one long row. Give them the shape of x."),
        ),
        Mistake(
            changes_a_copy,
            hint=_(
                "For some arrays the gradient is 0: `x.reshape(-1)` is a copy where x is not "
                "stored row by row, and moving the copy does not move x. How can a single element "
                "of the array itself be reached?"
            ),
        ),
        Mistake(
            one_number,
            hint=_("The partial derivatives were added up. Keep each in the place of its element."),
        ),
    ],
    answers=("course_lib.gradient_check.numerical_gradient",),
    returns="an array like x",
    hints=(
        _("One element at a time: move it a little both ways and see how much f changes."),
        _(
            "Copy x, add h to element i, call f; copy x again, subtract h, call f. Their "
            "difference belongs to a distance of 2h."
        ),
        _(
            "Smaller: f(x) = x1² + 3·x2 at x = [1, 5] with h = 0.1. First element: f(1.1, 5) = "
            "16.21, f(0.9, 5) = 15.81, slope 0.40/0.2 = 2. Second: (16.3 − 15.7)/0.2 = 3. "
            "Result [2, 3]."
        ),
    ),
)
