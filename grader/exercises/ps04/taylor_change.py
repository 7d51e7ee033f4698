"""``taylor_change(g, H, lr) -> change``: change of the loss by one step, to second order."""

import numpy as np

from grader.checking.contract import Case, case, function, shapes, slips, unchanged_inputs, values


def taylor_change(g, H, lr):
    slope = -lr * (g @ g)
    bend = 0.5 * lr**2 * (g @ H @ g)
    return slope + bend


def place(
    rng: np.random.Generator, about: str, curvatures: list[tuple[float, float]], lr: float
) -> Case:
    """A gradient, and second derivatives with one eigenvalue out of each range, rotated at random.
    If one is negative, the curvature along the step is negative.
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


def can_be_told_apart(g: np.ndarray, H: np.ndarray, lr: float) -> bool:
    """Whether usual slips change the sum by more than rounding does."""
    bend, slope = lr**2 * (g @ H @ g) / 2, lr * (g @ g)
    diagonal, rows = lr**2 * (g**2 @ np.diag(H)) / 2, lr**2 * np.sum(H @ g) / 2
    elementwise = lr**2 * np.sum(H @ g**2) / 2
    numbers = [0.0, bend, slope, -slope + bend, diagonal, rows, elementwise]
    gaps = np.abs(np.subtract.outer(numbers, numbers))[np.triu_indices(len(numbers), 1)]
    return bool(gaps.min() > 0.01 * slope)


SLOW = "a tiny gradient, a tiny change"


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    steep = place(rng, "a rate that is too large", [(0.3, 0.6), (0.9, 1.2)], 1.0)
    g, H = steep["g"], steep["H"]
    steep["lr"] = 2.5 * float(g @ g) / float(g @ H @ g)
    still = place(rng, "where the gradient is 0", [(-2.0, -1.0), (1.0, 2.0)], 0.3)
    still["g"] = np.zeros(2)
    even = place(rng, "no curvature", [(1.0, 2.0), (3.0, 4.0)], 0.3)
    even["H"] = np.zeros((2, 2))
    slow = place(rng, "", [(0.5, 1.0), (3.0, 5.0)], 0.2)
    slow["g"] = 1e-7 * slow["g"]
    short = place(rng, "a tiny rate on a steep slope", [(0.5, 1.0), (3.0, 5.0)], 0.2)
    short |= {"H": 1e6 * short["H"], "lr": 1e-6 * short["lr"]}
    return {
        SLOW: [slow, short],
        "a step down a bowl": [
            place(rng, "two coordinates", [(0.5, 1.0), (3.0, 5.0)], 0.2),
            place(rng, "one coordinate", [(1.5, 4.0)], 0.2),
            place(rng, "four coordinates", [(0.1, 0.3), (0.5, 1), (1.5, 2), (3, 4)], 0.3),
        ],
        "a step where one curvature is negative": [
            place(rng, "near a saddle", [(-4.0, -3.0), (1.0, 2.0)], 0.4)
        ],
        "too large a rate: the loss rises, the change is positive": [steep],
        "no curvature": [even],
        "without a gradient the loss does not change": [still],
    }


exercise = function(
    taylor_change,
    returns="change",
    points=2,
    cases=cases,
    judge=[
        values(
            "change",
            weight=4,
            cases="a step down a bowl",
            help="A step is Δw = −lr·g. Put it into Taylor's formula in place of Δw, twice.",
        ),
        values(
            "change",
            weight=2,
            cases="a step where one curvature is negative",
            help="If the curvature along g is negative, the second term is negative, too.",
        ),
        values(
            "change",
            weight=2,
            cases="too large a rate: the loss rises, the change is positive",
            help="The change is positive where the second term is the larger one.",
        ),
        values(
            "change",
            cases=SLOW,
            atol=0.0,
            after="a step down a bowl",
            help="The change is exactly 0 only where g is 0. Does your code treat small numbers as "
            "if they were 0?",
        ),
        # A function with only the first term is right there.
        values(
            "change",
            cases="no curvature",
            alone=False,
            help="Without curvature the second term is 0, and only the gradient term remains.",
        ),
        values(
            "change",
            cases="without a gradient the loss does not change",
            alone=False,
            help="Where g is 0 there is no step. Do you divide by the length of g?",
        ),
    ],
    form=(shapes("change"), unchanged_inputs()),
    answers=("course_lib.descent",),
    hints="""
    L(w + Δw) − L(w) ≈ g·Δw + ½ Δw·HΔw. The first term gets one factor −lr, the second term two.

    A smaller example: g = [1, 2], H = [[1, 0], [0, 3]], lr = 0.1. The step is [−0.1, −0.2]. First
    term −0.1 − 0.4 = −0.5; second ½·(1·0.01 + 3·0.04) = 0.065; together −0.435.
    """,
    mistakes=slips("""
return slope
    This is the first-order part alone, as in the proof that gradient descent descends. `H` is not
    used. Which term does the curvature add?
return -slope - bend
    The sign is reversed: this is by how much the loss falls (old minus new). The task asks for its
    change, new minus old.
slope = lr * (g @ g)
    The first term has the sign of a step uphill. The step is Δw = −lr·g: put that into both terms
    of the expansion.
return slope - bend
    The second term has a minus sign. Δw = −lr·g occurs twice in it. What is the product of the two
    signs?
bend = lr**2 * (g @ H @ g)
    The second term is twice too large. Which factor does Taylor's formula have?
bend = 0.5 * lr * (g @ H @ g)
    The second term has only one factor `lr`. Δw = −lr·g occurs in it twice, once on each side of H.
bend = 0.5 * (g @ H @ g)
    The second term does not contain `lr`, so it would stay the same for a tiny step. Put Δw = −lr·g
    into both terms.
slope = -g @ g
bend = 0.5 * (g @ H @ g)
    `lr` is not used, as if the step were −g. Δw is −lr·g.
slope = -0.5 * lr * (g @ g)
    The first term is halved, too. The ½ belongs only to the second term.
slope = 0.5 * lr * (g @ g)
    The first term is positive and halved. Which sign has the step, and which of the two terms has
    the ½ of Taylor's formula?
return min(0, slope + bend)
    The change is never positive. Does the loss rise or fall if the step is too long?
bend = 0.5 * lr**2 * abs(g @ H @ g)
    The second term is never negative. Which sign does it have if the curvature along g is negative?
slope = -lr * np.linalg.norm(g)
    The first term contains the length of g. The product of g with itself is its squared length.
bend = 0.5 * lr**2 * np.sum(g * H * g)
    `*` multiplies entry by entry and broadcasts g over the rows of H. For the product of a vector
    and a matrix you need `@`.
bend = 0.5 * lr**2 * (g * H * g)
    The change is a whole matrix. Which products of two vectors and a matrix give one number?
bend = 0.5 * lr**2 * (g**2 @ np.diag(H))
    You use only the diagonal of H. The other entries say how the derivative in one coordinate
    changes when another coordinate changes, and the step changes all of them.
bend = 0.5 * lr**2 * np.sum(H @ g)
    The second term lacks a factor g: H·g is a vector, and you need its product with g, not the sum
    of its entries.
return bend
    The first term is missing. By how much does the loss change without curvature?
bend = 0.5 * lr**2 * np.linalg.eigvalsh(H).max() * (g @ g)
    You use the largest curvature for every direction of the step, which gives only a bound. What is
    the curvature along g?
slope = -lr * g * g
bend = 0.5 * lr**2 * g * (H @ g)
    You return the share of each coordinate. The change of the loss is their sum.
"""),
)
