"""``max_stable_lr(H) -> lr``: the largest rate that is still stable on a quadratic."""

from typing import Any

import numpy as np

from course_lib.descent import max_stable_lr
from grader.checking import Case, Exercise, Mistake, _, case, shapes, unchanged_inputs, values


def bowl(rng: np.random.Generator, about: str, curvatures: list[tuple[float, float]]) -> Case:
    """Second derivatives with one eigenvalue out of each range, turned at random."""
    lam = np.array([rng.uniform(low, high) for low, high in curvatures])
    n = len(lam)
    while True:
        Q, _R = np.linalg.qr(rng.normal(size=(n, n)))
        H = Q @ np.diag(lam) @ Q.T
        H = (H + H.T) / 2  # symmetric to the last bit
        # Well turned: neither the largest entry nor a sum of a row is the largest eigenvalue.
        if n == 1 or np.max(np.abs(H)) < 0.97 * lam.max():
            return case(about, H=H)


def along_the_axes(rng: np.random.Generator, about: str) -> Case:
    """The steepest direction is the second one, and the flattest the third."""
    lam = [rng.uniform(low, low + 0.5) for low in (2.0, 6.0, 0.5, 3.0)]
    return case(about, H=np.diag(lam))


def cases(rng: np.random.Generator) -> list[Case]:
    return [
        bowl(rng, "two coordinates", [(0.5, 1.0), (3.0, 5.0)]),
        along_the_axes(rng, "a diagonal matrix"),
        bowl(rng, "one coordinate", [(1.5, 4.0)]),
        bowl(rng, "five coordinates", [(0.1, 0.3), (0.5, 1), (1.5, 2), (2.5, 3), (6, 9)]),
        bowl(rng, "a bowl that is nearly flat", [(0.001, 0.002), (0.005, 0.008), (0.015, 0.02)]),
    ]


def run(max_stable_lr: Any, case: Case) -> dict[str, Any]:
    # A first call with other numbers: what is kept outside of the call would show.
    max_stable_lr(case["H"] * 2)
    return {"lr": max_stable_lr(case["H"])}


def half_of_it(H: Any) -> Any:
    return 1 / np.linalg.eigvalsh(H).max()


def flattest(H: Any) -> Any:
    return 2 / np.linalg.eigvalsh(H).min()


def first_of_unsorted(H: Any) -> Any:
    return 2 / np.linalg.eigvals(H)[0]


def last_of_unsorted(H: Any) -> Any:
    return 2 / np.linalg.eigvals(H)[-1]


def on_the_diagonal(H: Any) -> Any:
    return 2 / np.max(H)


def sum_of_all(H: Any) -> Any:
    return 2 / np.trace(H)


def frobenius(H: Any) -> Any:
    return 2 / np.linalg.norm(H)


def row_sums(H: Any) -> Any:
    return 2 / np.abs(H).sum(axis=1).max()


def fastest_rate(H: Any) -> Any:
    lam = np.linalg.eigvalsh(H)
    return 2 / (lam[0] + lam[-1])


def curvature_itself(H: Any) -> Any:
    return np.linalg.eigvalsh(H).max()


def half_the_curvature(H: Any) -> Any:
    return np.linalg.eigvalsh(H).max() / 2


def one_per_direction(H: Any) -> Any:
    return 2 / np.linalg.eigvalsh(H)


def of_the_square(H: Any) -> Any:
    return 2 / np.linalg.eigvalsh(H.T @ H).max()


exercise = Exercise(
    name="max_stable_lr",
    takes=("max_stable_lr",),
    points=1,
    reference=(max_stable_lr,),
    cases=cases,
    run=run,
    judge=[
        values("lr", weight=4, cases="two coordinates", title=_("two directions")),
        values("lr", weight=2, cases="a diagonal matrix", title=_("directions along the axes")),
        values("lr", cases="one coordinate", title=_("one coordinate")),
        values("lr", weight=2, cases="five coordinates", title=_("five directions")),
        values(
            "lr", cases="a bowl that is nearly flat", title=_("a nearly flat bowl: a large rate")
        ),
        shapes("lr"),
        unchanged_inputs(),
    ],
    mistakes=[
        Mistake(
            half_of_it,
            hint=_(
                "Half of what is possible. At this rate one step leads right to the bottom of the "
                "steepest direction. How much farther may it go before the other side is higher "
                "than where it began?"
            ),
        ),
        Mistake(
            flattest,
            hint=_(
                "This rate suits the flattest direction. Put it into 1 − lr·λ for the steepest "
                "one: what happens there?"
            ),
        ),
        Mistake(
            first_of_unsorted,
            hint=_(
                "The first of the eigenvalues is taken, and `eigvals` and `eig` hand them over in "
                "no particular order. Which of them do you need?"
            ),
        ),
        Mistake(
            last_of_unsorted,
            hint=_(
                "The last of the eigenvalues is taken, and `eigvals` and `eig` hand them over in "
                "no particular order. Which of them do you need?"
            ),
        ),
        Mistake(
            on_the_diagonal,
            hint=_(
                "This looks at the entries of H, which are curvatures along the axes. The steepest "
                "direction may lie between them, and is steeper then."
            ),
        ),
        Mistake(
            sum_of_all,
            hint=_(
                "The curvatures of all directions are added up. Each direction has a multiplier of "
                "its own; which of them is the first to leave [−1, 1]?"
            ),
        ),
        Mistake(
            frobenius,
            hint=_(
                "`np.linalg.norm` of a matrix is the root of the sum of all its squared entries, "
                "and mixes all curvatures. Only one of them decides."
            ),
        ),
        Mistake(
            row_sums,
            hint=_(
                "The largest sum of a row is a bound for the largest eigenvalue, and above it. The "
                "rate is too careful."
            ),
        ),
        Mistake(
            fastest_rate,
            hint=_(
                "This is the rate at which the worst of the multipliers is smallest, the fastest "
                "one. Asked for is the largest that does not yet diverge."
            ),
        ),
        Mistake(
            curvature_itself,
            hint=_("This is a curvature. The larger it is, the smaller the rate has to be."),
        ),
        Mistake(
            half_the_curvature,
            hint=_("Upside down: try H = [[4]]. At lr = 2 the multiplier is 1 − 2·4 = −7."),
        ),
        Mistake(
            one_per_direction,
            hint=_(
                "There is a limit for every direction. One step has one rate for all of them: "
                "which limit counts?"
            ),
        ),
        Mistake(
            of_the_square,
            hint=_(
                "The curvature enters squared. H is a matrix of second derivatives as it stands "
                "and needs no product with itself."
            ),
        ),
    ],
    answers=("course_lib.descent.max_stable_lr",),
    returns="lr, one number",
    hints=(
        _(
            "Along a direction of curvature λ one step multiplies the distance by 1 − lr·λ. For "
            "which rates does the distance not grow?"
        ),
        _(
            "−1 ≤ 1 − lr·λ has to hold for every eigenvalue λ of H, so the largest one decides. "
            "`np.linalg.eigvalsh` has the eigenvalues of a symmetric matrix."
        ),
        _(
            "Smaller: H = [[2, 1], [1, 2]] has the eigenvalues 1 and 3. At lr = 0.7 the "
            "multipliers are 0.3 and −1.1: the second direction grows. At lr = 0.6 they are 0.4 "
            "and −0.8, and both shrink. The limit lies between."
        ),
    ),
)
