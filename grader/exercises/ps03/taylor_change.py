"""``taylor_change(g, H, lr) -> change``: what a step does to the loss, to second order."""

from typing import Any

import numpy as np

from course_lib.descent import taylor_change
from grader.checking import Case, Exercise, Mistake, _, case, shapes, unchanged_inputs, values


def place(
    rng: np.random.Generator, about: str, curvatures: list[tuple[float, float]], lr: float
) -> Case:
    """A slope, and second derivatives with one eigenvalue out of each range, turned at random.

    If a curvature is negative, the loss bends down along the step.
    """
    lam = np.array([rng.uniform(low, high) for low, high in curvatures])
    n = len(lam)
    while True:
        Q, _R = np.linalg.qr(rng.normal(size=(n, n)))
        H = Q @ np.diag(lam) @ Q.T
        H = (H + H.T) / 2
        g = rng.uniform(0.5, 2, size=n) * rng.choice([-1.0, 1.0], size=n)
        found = case(about, g=g, H=H, lr=lr * float(rng.uniform(0.8, 1.2)))
        bends_down = g @ H @ g < -0.5
        if bends_down == (lam[0] < 0) and (n == 1 or can_be_told_apart(g, H, found["lr"])):
            return found


def can_be_told_apart(g: Any, H: Any, lr: float) -> bool:
    """Whether usual slips change the sum by more than rounding does."""
    bend, slope = lr**2 * (g @ H @ g) / 2, lr * (g @ g)
    diagonal, rows = lr**2 * (g**2 @ np.diag(H)) / 2, lr**2 * np.sum(H @ g) / 2
    elementwise = lr**2 * np.sum(H @ g**2) / 2
    numbers = [0.0, bend, slope, -slope + bend, diagonal, rows, elementwise]
    gaps = np.abs(np.subtract.outer(numbers, numbers))[np.triu_indices(len(numbers), 1)]
    return bool(gaps.min() > 0.01 * slope)


def cases(rng: np.random.Generator) -> list[Case]:
    steep = place(rng, "a rate that is too large", [(1.0, 2.0), (3.0, 4.0)], 1.0)
    g, H = steep["g"], steep["H"]
    steep["lr"] = 2.5 * float(g @ g) / float(g @ H @ g)
    still = place(rng, "where the slope is 0", [(-2.0, -1.0), (1.0, 2.0)], 0.3)
    still["g"] = np.zeros(2)
    even = place(rng, "no curvature", [(1.0, 2.0), (3.0, 4.0)], 0.3)
    even["H"] = np.zeros((2, 2))
    return [
        place(rng, "two coordinates", [(0.5, 1.0), (3.0, 5.0)], 0.2),
        place(rng, "one coordinate", [(1.5, 4.0)], 0.2),
        place(rng, "four coordinates", [(0.1, 0.3), (0.5, 1), (1.5, 2), (3, 4)], 0.3),
        place(rng, "near a saddle", [(-4.0, -3.0), (1.0, 2.0)], 0.4),
        steep,
        even,
        still,
    ]


BOWLS = ("two coordinates", "one coordinate", "four coordinates")


def run(taylor_change: Any, case: Case) -> dict[str, Any]:
    # A first call with other numbers: what is kept outside of the call would show.
    taylor_change(case["g"] + 1, case["H"] * 2, case["lr"])
    return {"change": taylor_change(case["g"], case["H"], case["lr"])}


def first_order(g: Any, H: Any, lr: float) -> Any:
    return -lr * (g @ g)


def fall_as_positive(g: Any, H: Any, lr: float) -> Any:
    return lr * (g @ g) - 0.5 * lr**2 * (g @ H @ g)


def uphill(g: Any, H: Any, lr: float) -> Any:
    return lr * (g @ g) + 0.5 * lr**2 * (g @ H @ g)


def both_fall(g: Any, H: Any, lr: float) -> Any:
    return -lr * (g @ g) - 0.5 * lr**2 * (g @ H @ g)


def no_half(g: Any, H: Any, lr: float) -> Any:
    return -lr * (g @ g) + lr**2 * (g @ H @ g)


def rate_not_squared(g: Any, H: Any, lr: float) -> Any:
    return -lr * (g @ g) + 0.5 * lr * (g @ H @ g)


def no_rate_in_the_second(g: Any, H: Any, lr: float) -> Any:
    return -lr * (g @ g) + 0.5 * (g @ H @ g)


def no_rate_at_all(g: Any, H: Any, lr: float) -> Any:
    return -(g @ g) + 0.5 * (g @ H @ g)


def half_of_both(g: Any, H: Any, lr: float) -> Any:
    return 0.5 * (-lr * (g @ g) + lr**2 * (g @ H @ g))


def length_not_squared(g: Any, H: Any, lr: float) -> Any:
    return -lr * np.linalg.norm(g) + 0.5 * lr**2 * (g @ H @ g)


def entry_by_entry(g: Any, H: Any, lr: float) -> Any:
    return -lr * (g @ g) + 0.5 * lr**2 * np.sum(g * H * g)


def along_the_axes(g: Any, H: Any, lr: float) -> Any:
    return -lr * (g @ g) + 0.5 * lr**2 * (g**2 @ np.diag(H))


def one_g_missing(g: Any, H: Any, lr: float) -> Any:
    return -lr * (g @ g) + 0.5 * lr**2 * np.sum(H @ g)


def only_the_second(g: Any, H: Any, lr: float) -> Any:
    return 0.5 * lr**2 * (g @ H @ g)


def the_bound(g: Any, H: Any, lr: float) -> Any:
    return -lr * (g @ g) + 0.5 * lr**2 * np.linalg.eigvalsh(H).max() * (g @ g)


def not_added_up(g: Any, H: Any, lr: float) -> Any:
    return -lr * g * g + 0.5 * lr**2 * g * (H @ g)


exercise = Exercise(
    name="taylor_change",
    takes=("taylor_change",),
    points=2,
    reference=(taylor_change,),
    cases=cases,
    run=run,
    judge=[
        values("change", weight=4, cases=BOWLS, title=_("a step down a bowl")),
        values(
            "change",
            weight=2,
            cases="near a saddle",
            title=_("a step where one direction bends down"),
        ),
        values(
            "change",
            cases="a rate that is too large",
            title=_("too large a rate: the loss rises, the change is positive"),
        ),
        # A function that knows the first term only is right there.
        values("change", cases="no curvature", form=True, title=_("no curvature")),
        values("change", cases="where the slope is 0", form=True, title=_("no slope, no change")),
        shapes("change"),
        unchanged_inputs(),
    ],
    mistakes=[
        Mistake(
            first_order,
            hint=_(
                "This is the first-order part alone, as in the proof that gradient descent "
                "descends. `H` is not used: what does the curvature add?"
            ),
        ),
        Mistake(
            fall_as_positive,
            hint=_(
                "The sign is turned: this is by how much the loss falls (old minus new). Asked for "
                "is its change, new minus old."
            ),
        ),
        Mistake(
            uphill,
            hint=_(
                "The first term has the sign of a step uphill. The step is Δw = −lr·g: put that "
                "into both terms of the expansion."
            ),
        ),
        Mistake(
            both_fall,
            hint=_(
                "The second term has a minus. Δw = −lr·g stands there twice: what becomes of the "
                "two signs?"
            ),
        ),
        Mistake(
            no_half,
            hint=_("The second term is twice too large. Which factor does Taylor's formula have?"),
        ),
        Mistake(
            rate_not_squared,
            hint=_(
                "The curvature's term has `lr` once. Δw = −lr·g stands there twice, once on either "
                "side of H."
            ),
        ),
        Mistake(
            no_rate_in_the_second,
            hint=_(
                "There is no `lr` in the second term, so it would stay the same for a tiny step. "
                "Put Δw = −lr·g into both terms."
            ),
        ),
        Mistake(
            no_rate_at_all,
            hint=_("`lr` is not used, as if the step were the whole gradient. Δw is −lr·g."),
        ),
        Mistake(
            half_of_both,
            hint=_("The first term is halved as well. The ½ belongs to the second one alone."),
        ),
        Mistake(
            length_not_squared,
            hint=_(
                "The first term has the length of g. A product of g with itself is the square of "
                "its length."
            ),
        ),
        Mistake(
            entry_by_entry,
            hint=_(
                "`*` multiplies entry by entry and stretches g over the rows of H. Between a "
                "vector and a matrix you need the product `@`."
            ),
        ),
        Mistake(
            along_the_axes,
            hint=_(
                "Only the diagonal of H takes part. The entries beside it say how the slope of one "
                "coordinate changes when another one moves, and the step moves all of them."
            ),
        ),
        Mistake(
            one_g_missing,
            hint=_(
                "In the second term one g is missing: H·g is a vector, and summing its entries "
                "does not project it onto the step."
            ),
        ),
        Mistake(
            only_the_second,
            hint=_("The first term is missing: what does the slope alone do to the loss?"),
        ),
        Mistake(
            the_bound,
            hint=_(
                "This takes the largest curvature, whatever the direction of the step: a bound. "
                "How much does the loss bend along g itself?"
            ),
        ),
        Mistake(
            not_added_up,
            hint=_("Each coordinate's share came back. The change of the loss is their sum."),
        ),
    ],
    answers=("course_lib.descent.taylor_change",),
    returns="change, one number",
    hints=(
        _("A step is Δw = −lr·g. Put it into Taylor's formula in place of Δw, twice."),
        _(
            "L(w + Δw) − L(w) ≈ g·Δw + ½ Δw·HΔw. The first term gets one factor −lr, the second "
            "one two of them."
        ),
        _(
            "Smaller: g = [1, 2], H = [[1, 0], [0, 3]], lr = 0.1. The step is [−0.1, −0.2]. First "
            "term −0.1 − 0.4 = −0.5; second ½·(1·0.01 + 3·0.04) = 0.065; together −0.435."
        ),
    ),
)
