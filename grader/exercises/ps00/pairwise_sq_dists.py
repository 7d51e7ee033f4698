"""``pairwise_sq_dists(x, y) -> (N, M)``: all squared distances between two sets of points."""

import numpy as np

from grader.checking.contract import Case, case, float32, form_step, function, slips, step, values
from grader.checking.contract.texts import paragraphs


def pairwise_sq_dists(x, y):
    r = x[:, None, :] - y[None, :, :]
    d = (r**2).sum(axis=2)
    return d


def points(rng: np.random.Generator, about: str, n: int, m: int, d: int) -> Case:
    """Coordinates of both signs, none of them small."""
    signed = rng.uniform(0.5, 2, size=(n + m, d)) * rng.choice([-1.0, 1.0], size=(n + m, d))
    return case(about, x=signed[:n], y=signed[n:])


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    shared = points(rng, "some points in both sets", 4, 6, 5)
    near = points(rng, "points near each other", 3, 5, 4)
    near["x"], near["y"] = 1e-4 * near["x"], 1e-4 * near["y"]
    shared["y"][1], shared["y"][4] = shared["x"][2], shared["x"][0]
    return {
        "a single pair": [points(rng, "one point and one point", 1, 1, 2)],
        "every point of x with every point of y": [
            points(rng, "more points in x", 4, 2, 3),
            points(rng, "more points in y", 2, 5, 3),
            points(rng, "one feature", 3, 2, 1),
            float32(points(rng, "float32", 3, 4, 6)),
            near,
            points(rng, "a hundred points with seventy features", 100, 2, 70),
        ],
        "also where all lengths are equal": [points(rng, "N = M = D", 3, 3, 3)],
        "points that lie in both sets are at distance 0": [shared],
    }


VALUES = (
    "a single pair",
    "every point of x with every point of y",
    "also where all lengths are equal",
    "points that lie in both sets are at distance 0",
)


exercise = function(
    pairwise_sq_dists,
    returns="d",
    points=4,
    cases=cases,
    # The expansion leaves rounding errors of either sign where a distance is 0: all of that lies
    # far within the tolerance, clipped or not.
    judge=[
        values("d", cases="a single pair"),
        values("d", weight=4, cases="every point of x with every point of y"),
        values("d", weight=2, cases="also where all lengths are equal"),
        values("d", cases="points that lie in both sets are at distance 0"),
    ],
    answers=("course_lib.preprocessing.pairwise_sq_dists", "course_lib.losses.alignment"),
    hints=(
        *(
            step(text, *VALUES)
            for text in paragraphs("""
            What are the shapes of x, of y, of the result? The result has an axis for the points of
            x and one for the points of y. What happens to the axis of the features?

            Either all differences at once: x as (N, 1, D) and y as (1, M, D) broadcast to (N, M,
            D), and the sum runs over the last axis. Or multiply out: Σ(x − y)² = Σx² − 2Σxy + Σy²,
            where the middle sum, for all pairs, is one matrix product.

            A smaller example: x = [[1, 2]], y = [[1, 0], [4, 6]]. Differences: [0, 2] and [−3, −4].
            Squares added up: d = [[4, 25]]. Expanded, for the second: 5 − 2·16 + 52 = 25.
            """)
        ),
        form_step("shapes", "float type is kept", "inputs and results stay as they were"),
    ),
    grows=lambda rng, n: points(rng, "growing", n, 3, 2),
    mistakes=(
        *slips("""
return np.sqrt(d)
    These are distances. The square was asked for: leave the root away.
d = (r**2).mean(axis=2)
    All values are D times too small. Add the squares up instead of averaging them.
d = r.sum(axis=2)
    You add up the differences themselves, so those of opposite sign cancel. What has to happen to
    each difference before the sum?
d = np.abs(r).sum(axis=2)
    You add up absolute values |x − y|, which is the Manhattan distance. Here every difference is
    squared.
d = r.sum(axis=2) ** 2
    The sum is squared. Square each difference first, then add up.
d = r[:, :, -1] ** 2
    Only the last feature counts. Does your loop add up the squares of all features, or does each
    one replace the one before?
return np.cumsum(d).reshape(d.shape)
    Each distance but the first also contains all those before it. Where do you set the sum of a
    pair to 0?
return d * np.eye(*d.shape)
    Only d[0, 0], d[1, 1] and so on are filled in. With how many points of y do you have to compare
    each point of x?
return d * (np.arange(len(x)) == 0)[:, None]
    Only the first row is filled in. Does your loop over the points of x run to its end?
d = (r**2).max(axis=2)
    Only the largest squared difference remains. The sum runs over all D of them.
d = (r**2).sum(axis=0)
    The sum ran over the points of x. In an array of shape (N, M, D), which axis has the features,
    and which two have to stay?
d = (r**2).sum(axis=1)
    The sum ran over the points of y. In an array of shape (N, M, D), which axis has the features,
    and which two have to stay?
d = (r**2).sum()
    The sum runs over all pairs and gives one number. Over which axis should it run?
return d.T
    Your rows belong to y and your columns to x. It should be the other way round.
return ((x - y) ** 2).sum(axis=1)
    Each point of x is compared with one point of y only, the one of the same number. For all pairs,
    x needs another axis. Which shapes broadcast to (N, M, D)?
return (x**2).sum(axis=1)[:, None] + 2 * x @ y.T + (y**2).sum(axis=1)
    The products of x and y come with the wrong sign. Multiply out (a − b)² once more.
return (x**2).sum(axis=1)[:, None] - x @ y.T + (y**2).sum(axis=1)
    Multiply out (a − b)² once more: how often does a·b occur?
return (x**2).sum(axis=1)[:, None] - 2 * x @ y.T - (y**2).sum(axis=1)
    The squared lengths of the points of y have the wrong sign. Multiply out (a − b)² once more.
return (x**2).sum() - 2 * x @ y.T + (y**2).sum()
    The squared lengths of all points were added up to one number for x and one for y. Over which
    axis does the squared length of each point run?
return (x**2).sum(axis=1)[:, None] + (y**2).sum(axis=1)
    You only add the squared lengths, as in Pythagoras' theorem, which holds for a right angle. (a −
    b)² has a third term.
return (x**2).sum(axis=1)[:, None] - (y**2).sum(axis=1)
    These are differences of squared lengths. a² − b² is (a − b)(a + b). How do you expand (a − b)²?
return -2 * x @ y.T + (y**2).sum(axis=1)
    The squared lengths of the points of x are missing. (To find the nearest y you could leave them
    out. Why?)
return (x**2).sum(axis=1)[:, None] - 2 * x @ y.T
    The squared lengths of the points of y are missing. Which terms has (a − b)²?
return x @ y.T
    These are the dot products, one of three terms of the expanded square. Which are the others?
return np.linalg.norm(x, axis=1)[:, None] - 2 * x @ y.T + np.linalg.norm(y, axis=1)
    You used lengths where squared lengths belong: `np.linalg.norm` takes the root.
return (x**2).sum(axis=1) - 2 * x @ y.T + (y**2).sum(axis=1)
    The squared lengths of x have shape (N,) and are broadcast along the rows. Each row needs its
    own, so give them the shape (N, 1).
return (x**2).sum(axis=1) - 2 * x @ y.T + (y**2).sum(axis=1)[:, None]
    The squared lengths of x are added along the rows and those of y down the columns. Exchange the
    two shapes.
return (x**2).sum(axis=1)[:, None] - 2 * x @ y.T + (y**2).sum(axis=1)[:, None]
    The squared lengths of x and those of y both have the shape of a column. Which of the two axes
    of (N, M) belongs to the points of y?
return (x**2).sum(axis=0)[:, None] - 2 * x @ y.T + (y**2).sum(axis=0)
    The squares were added up down the columns (axis 0), over the points. The squared length of a
    point is a sum over its features.
r = x[:, None, :] - x
    These are distances from x to x. Where does your code use y?
return d.astype(int)
    The distances are whole numbers, because their decimals were cut off. Which dtype has the array
    that holds them?
"""),
        *slips(
            """
return d.astype(float)
    The values are right, but the inputs are float32 and the result is float64. `np.zeros(shape)` is
    float64 unless you say `dtype=x.dtype`; a result of `x - y` keeps the dtype.
""",
            needs=("every point of x with every point of y",),
        ),
    ),
)
