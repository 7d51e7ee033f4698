"""``max_stable_lr(H) -> lr``: the largest rate that is still stable on a quadratic."""

import numpy as np

from grader.checking.contract import Case, case, function, shapes, step, unchanged_inputs, values


def max_stable_lr(H):
    return 2 / np.linalg.eigvalsh(H).max()


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


SOME = ("two directions", "directions along the axes", "one coordinate", "five directions")
FLAT = "a nearly flat bowl: a large rate"

exercise = function(
    max_stable_lr,
    returns="lr",
    points=1,
    cases=cases,
    judge=[
        values("lr", weight=4, cases="two coordinates", title="two directions"),
        values("lr", weight=2, cases="a diagonal matrix", title="directions along the axes"),
        values("lr", cases="one coordinate", title="one coordinate"),
        values("lr", weight=2, cases="five coordinates", title="five directions"),
        values("lr", cases="a bowl that is nearly flat", title=FLAT),
    ],
    form=(shapes("lr"), unchanged_inputs()),
    answers=("course_lib.descent.max_stable_lr",),
    hints=(
        step(
            "Along a direction of curvature λ one step multiplies the distance by 1 − lr·λ. For "
            "which rates does the distance not grow?",
            *SOME,
        ),
        step("Where all curvatures are small, the rate may be large, also above 1.", FLAT),
        "−1 ≤ 1 − lr·λ has to hold for every eigenvalue λ of H, so the largest one decides. "
        "`np.linalg.eigvalsh` has the eigenvalues of a symmetric matrix.",
        "Smaller: H = [[2, 1], [1, 2]] has the eigenvalues 1 and 3. At lr = 0.7 the "
        "multipliers are 0.3 and −1.1: the second direction grows. At lr = 0.6 they are 0.4 "
        "and −0.8, and both shrink. The limit lies between.",
    ),
)

exercise.slip(
    "2 /",
    "1 /",
    "Half of what is possible. At this rate one step leads right to the bottom of the "
    "steepest direction. How much farther may it go before the other side is higher than "
    "where it began?",
)
exercise.slip(
    ".max()",
    ".min()",
    "This rate suits the flattest direction. Put it into 1 − lr·λ for the steepest one: what "
    "happens there?",
)
exercise.slip(
    "eigvalsh(H).max()",
    "eigvals(H)[0]",
    "The first of the eigenvalues is taken, and `eigvals` and `eig` hand them over in no "
    "particular order. Which of them do you need?",
)
exercise.slip(
    "eigvalsh(H).max()",
    "eigvals(H)[-1]",
    "The last of the eigenvalues is taken, and `eigvals` and `eig` hand them over in no "
    "particular order. Which of them do you need?",
)
exercise.slip(
    "np.linalg.eigvalsh(H).max()",
    "np.max(H)",
    "This looks at the entries of H, which are curvatures along the axes. The steepest "
    "direction may lie between them, and is steeper then.",
)
exercise.slip(
    "np.linalg.eigvalsh(H).max()",
    "np.trace(H)",
    "The curvatures of all directions are added up. Each direction has a multiplier of its "
    "own; which of them is the first to leave [−1, 1]?",
)
exercise.slip(
    "np.linalg.eigvalsh(H).max()",
    "np.linalg.norm(H)",
    "`np.linalg.norm` of a matrix is the root of the sum of all its squared entries, and "
    "mixes all curvatures. Only one of them decides.",
)
exercise.slip(
    "np.linalg.eigvalsh(H).max()",
    "np.abs(H).sum(axis=1).max()",
    "The largest sum of a row is a bound for the largest eigenvalue, and above it. The rate "
    "is too careful.",
)
exercise.slip(
    ".max()",
    ".mean()",
    "The mean of the curvatures is taken. In a direction that is steeper than the mean the "
    "multiplier is below −1: which direction decides?",
)
exercise.slip(
    "2 / np.linalg.eigvalsh(H).max()",
    "1 / np.linalg.eigvalsh(H).mean()",
    "This is one over the mean of the curvatures. Which direction is the first to grow, and how "
    "small may its multiplier be?",
)
exercise.slip(
    "2 / np.linalg.eigvalsh(H).max()",
    "min(1, 2 / np.linalg.eigvalsh(H).max())",
    "The rate is never above 1. In a bowl that is nearly flat, how large may it be?",
)
exercise.slip(
    ".max()",
    "[[0, -1]].sum()",
    "This is the rate at which the worst of the multipliers is smallest, the fastest one. "
    "Asked for is the largest that does not yet diverge.",
)
exercise.slip("2 / ", "", "This is a curvature. The larger it is, the smaller the rate has to be.")
exercise.slip(
    "2 / np.linalg.eigvalsh(H).max()",
    "np.linalg.eigvalsh(H).max() / 2",
    "Upside down: try H = [[4]]. At lr = 2 the multiplier is 1 − 2·4 = −7.",
)
exercise.slip(
    ".max()",
    "",
    "There is a limit for every direction. One step has one rate for all of them: which limit"
    " counts?",
)
exercise.slip(
    "eigvalsh(H)",
    "eigvalsh(H.T @ H)",
    "The curvature enters squared. H is a matrix of second derivatives as it stands and needs"
    " no product with itself.",
)
