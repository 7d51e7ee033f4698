"""``max_stable_lr(H) -> lr``: the largest rate that is still stable on a quadratic."""

import numpy as np

from grader.checking.contract import (
    Case,
    case,
    function,
    shapes,
    slips,
    step,
    unchanged_inputs,
    values,
)


def max_stable_lr(H):
    lam = np.linalg.eigvalsh(H)
    return 2 / lam.max()


def bowl(rng: np.random.Generator, about: str, curvatures: list[tuple[float, float]]) -> Case:
    """Second derivatives with one eigenvalue out of each range, rotated at random."""
    lam = np.array([rng.uniform(low, high) for low, high in curvatures])
    n = len(lam)
    while True:
        Q, _R = np.linalg.qr(rng.normal(size=(n, n)))
        H = Q @ np.diag(lam) @ Q.T
        H = (H + H.T) / 2  # symmetric to the last bit
        # Rotated enough: neither the largest entry nor a row sum is the largest eigenvalue.
        if n == 1 or np.max(np.abs(H)) < 0.97 * lam.max():
            return case(about, H=H)


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    lam = np.array([2.0, 6.0, 0.5, 3.0])  # the second direction is the steepest
    return {
        "two directions": [bowl(rng, "two coordinates", [(0.5, 1.0), (3.0, 5.0)])],
        "directions along the axes": [
            case("a diagonal matrix", H=np.diag(lam + rng.uniform(0, 0.5, size=4)))
        ],
        "one coordinate": [bowl(rng, "", [(1.5, 4.0)])],
        "five directions": [
            bowl(rng, "five coordinates", [(0.1, 0.3), (0.5, 1), (1.5, 2), (2.5, 3), (6, 9)])
        ],
        "a nearly flat bowl: a large rate": [
            bowl(rng, "", [(0.001, 0.002), (0.005, 0.008), (0.015, 0.02)])
        ],
    }


exercise = function(
    max_stable_lr,
    returns="lr",
    points=1,
    cases=cases,
    judge=[
        values("lr", weight=4, cases="two directions"),
        values("lr", weight=2, cases="directions along the axes"),
        values("lr", cases="one coordinate"),
        values("lr", weight=2, cases="five directions"),
        values(
            "lr",
            cases="a nearly flat bowl: a large rate",
            help="If all curvatures are small, the rate may be large, even above 1.",
        ),
    ],
    form=(shapes("lr"), unchanged_inputs()),
    answers=("course_lib.descent",),
    hints=(
        step(
            "Along a direction of curvature λ one step multiplies the distance by 1 − lr·λ. For "
            "which rates does the distance not grow?",
            "two directions",
            "directions along the axes",
            "one coordinate",
            "five directions",
        ),
        "−1 ≤ 1 − lr·λ has to hold for every eigenvalue λ of H, so the largest one decides. "
        "`np.linalg.eigvalsh` has the eigenvalues of a symmetric matrix.",
        "A smaller example: H = [[2, 1], [1, 2]] has the eigenvalues 1 and 3. At lr = 0.7 the "
        "factors 1 − lr·λ are 0.3 and −1.1, so the distance grows along the second direction. At "
        "lr = 0.6 they are 0.4 and −0.8, and both shrink. The limit lies between.",
    ),
    mistakes=slips("""
return 1 / lam.max()
    Your numerator is 1. A rate of 1/λ leads in one step to the minimum along the direction of
    curvature λ. How much farther may a step go before it ends higher than it started?
return 2 / lam.min()
    This rate uses the smallest curvature. Put it into 1 − lr·λ for the largest curvature. What
    happens there?
lam = np.linalg.eigvals(H)[0]
    You take the first eigenvalue, but `eigvals` and `eig` return them in no particular order. Which
    of them do you need?
lam = np.linalg.eigvals(H)[-1]
    You take the last eigenvalue, but `eigvals` and `eig` return them in no particular order. Which
    of them do you need?
return 2 / np.max(H)
    You use the entries of H. Its diagonal holds the curvatures along the axes, but the direction of
    the largest curvature may lie between the axes.
return 2 / np.trace(H)
    You add up the curvatures of all directions. Each direction has its own factor 1 − lr·λ. Which
    of them leaves [−1, 1] first?
return 2 / np.linalg.norm(H)
    `np.linalg.norm` of a matrix is the root of the sum of all its squared entries, and mixes all
    curvatures. Only one of them decides.
return 2 / np.abs(H).sum(axis=1).max()
    The largest row sum is only an upper bound for the largest eigenvalue, so your rate is too
    small.
return 2 / lam.mean()
    The mean of the curvatures is taken. In a direction whose curvature is larger than the mean, the
    factor 1 − lr·λ is below −1. Which direction decides?
return 1 / lam.mean()
    This is 1 over the mean of the curvatures. Along which direction does the distance grow first,
    and how small may its factor 1 − lr·λ be?
return min(1, 2 / lam.max())
    Your rate is never above 1. How large may it be if all curvatures are small?
return 2 / (lam.min() + lam.max())
    This is the rate of the fastest convergence, at which the largest |1 − lr·λ| is smallest. The
    task asks for the largest rate that does not diverge.
return lam.max()
    This is a curvature, not a rate. The larger the curvature, the smaller the rate has to be.
return lam.max() / 2
    This is the reciprocal of the right rate. Try H = [[4]]: at lr = 2 the factor is 1 − 2·4 = −7.
return 2 / lam
    You return one limit per direction. A step uses one rate for all directions. Which of the limits
    has to hold?
lam = np.linalg.eigvalsh(H.T @ H)
    You use squared curvatures. H already holds the second derivatives, so do not multiply it by
    itself.
"""),
)
