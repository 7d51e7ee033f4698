"""``orthogonalise(G, steps) -> X``: all singular values near 1, by Newton-Schulz steps."""

from typing import Any

import numpy as np

from grader.checking.contract import Case, case, function, holds, shapes, slips, unchanged_inputs
from grader.checking.contract.properties import Held

LOW, HIGH = 0.65, 1.3  # Muon's own polynomial settles between 0.68 and 1.13


def orthogonalise(G, steps):
    start = G / np.sqrt(np.sum(G**2))
    X = start
    for _step in range(steps):
        cube = X @ X.T @ X
        new = 1.5 * X - 0.5 * cube
        X = new
    return X


def basis(rng: np.random.Generator, n: int) -> np.ndarray:
    """An orthogonal matrix; the entries of its first column are equally large."""
    columns = rng.normal(size=(n, n))
    columns[:, 0] = rng.choice([-1.0, 1.0], size=n)
    return np.linalg.qr(columns)[0]


def with_values(
    rng: np.random.Generator,
    about: str,
    shape: tuple[int, int],
    smallest: float,
    scale: float,
    second: float = 1.0,
) -> Case:
    """A matrix with singular values from ``smallest`` to ``second`` and 1, times a random factor.

    With a small ``second`` the largest entry is far below the largest singular value.
    """
    k = min(shape)
    left, right = (basis(rng, n)[:, :k] for n in shape)
    s = np.concatenate([[1.0, smallest], rng.uniform(smallest, second, size=k - 2)])
    return case(
        about, G=scale * float(rng.uniform(1, 2)) * (left * s) @ right.T, steps=12 + shape[0] % 2
    )


SQUARE, WIDE_TALL, SMALL = "square matrices", "wide and tall matrices", "a small singular value"


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    return {
        SQUARE: [
            with_values(rng, "3 by 3", (3, 3), 0.3, 5),
            with_values(rng, "6 by 6", (6, 6), 0.2, 0.1, second=0.3),
        ],
        WIDE_TALL: [
            with_values(rng, "wide", (3, 8), 0.3, 0.1),
            with_values(rng, "tall", (9, 4), 0.3, 5),
        ],
        SMALL: [with_values(rng, "", (5, 5), 0.05, 2)],
    }


def near_one(case: Case, got: dict[str, Any], want: dict[str, Any]) -> str | Held:
    """Uᵀ X V is near the identity: the singular values are near 1, the vectors those of G."""
    X = np.asarray(got["X"], dtype=float)
    if X.shape != case["G"].shape:
        return f"X has shape {X.shape}, and G has {case['G'].shape}"
    U, _, Vt = np.linalg.svd(case["G"], full_matrices=False)
    found = U.T @ X @ Vt.T
    if not np.all(np.isfinite(X)):
        return "X is not finite"
    values = np.linalg.svd(X, compute_uv=False)
    shown = f"the singular values go from {values.min():.2f} to {values.max():.2f}"
    if values.min() < LOW or values.max() > HIGH:
        return f"{shown}; expected {LOW} to {HIGH}"
    if np.max(np.abs(found - np.diag(np.diag(found)))) > 0.05 or np.min(np.diag(found)) < LOW:
        return f"{shown}, but the singular vectors are not those of G"
    return Held(f"{shown}.")


exercise = function(
    orthogonalise,
    returns="X",
    points=1,
    cases=cases,
    judge=[
        holds(
            SQUARE,
            near_one,
            weight=4,
            cases=SQUARE,
            help="""Divide G by its Frobenius norm first. Then repeat the step `steps` times, each
            time with the X of the step before.""",
        ),
        holds(
            WIDE_TALL,
            near_one,
            weight=2,
            cases=WIDE_TALL,
            help="For G of shape (n, m), which shapes have X Xᵀ and XᵀX? Which product is (n, m)?",
        ),
        holds(
            SMALL,
            near_one,
            weight=2,
            cases=SMALL,
            help="A small singular value grows by the same factor in each step. Which one is it?",
        ),
    ],
    form=(shapes("X"), unchanged_inputs()),
    answers=("course_lib.optimizers.orthogonalise",),
    hints="""
    Let X be a number s from 0 to 1. What does 1.5·s − 0.5·s³ do to 0.1, and to 1?

    s³ becomes X Xᵀ X, a product of three matrices.

    A smaller example: G = [[3, 0], [0, 4]] has the norm 5, so X = [[0.6, 0], [0, 0.8]] at first.
    One step gives the diagonal 1.5·0.6 − 0.5·0.216 = 0.792 and 1.5·0.8 − 0.5·0.512 = 0.944.
    """,
    mistakes=slips("""
start = G
    The result explodes. The step needs singular values of at most 1: by which norm can you divide
    G?
start = G / np.sum(G**2)
    You divide by the square of the norm. Which function of the sum of squares is the norm?
start = G / np.max(np.abs(G))
    You divide by the largest entry. A singular value may be larger than it. Which norm is never
    smaller than the largest singular value?
return start
    The matrix is only divided by its norm, which keeps the ratios of the singular values. What does
    each step do to them?
for _step in range(1):
    A single step is done. How often should it be repeated?
for _step in range(5):
    Your number of steps is always 5. `steps` says how many are needed.
cube = X**3
    `X**3` takes the cube of each entry. The cube of the singular values is a product of matrices.
cube = start @ start.T @ start
    The cube is always that of the first X. Each step needs the present X.
cube = X @ X.T
    The third factor is missing in the cube, so it has other axes than X.
cube = X @ X @ X
    Without a transpose, the product of three matrices does not take the cube of the singular
    values. Which factor has to be transposed?
new = 1.5 * X + 0.5 * cube
    The singular values explode, because the cube is added. Which sign lets 1 stay at 1?
new = 0.5 * X - 1.5 * cube
    The two factors are exchanged. With which does s = 1 stay at 1?
new = X - 0.5 * cube
    The first factor is 1, so no singular value ever grows. Which factor lets s = 1 stay at 1?
return X.T
    You return the transpose.
"""),
)
