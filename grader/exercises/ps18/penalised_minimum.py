"""``penalised_minimum(a, h, lam1, lam2) -> w``: a parabola with an L1 and an L2 penalty."""

import numpy as np

from grader.checking.contract import (
    Case,
    case,
    dtype,
    float32,
    function,
    mistake,
    shapes,
    slips,
    unchanged_inputs,
    values,
)


def penalised_minimum(a, h, lam1, lam2):
    pull = h * a
    size = np.maximum(np.abs(pull) - lam1, 0)
    w = np.sign(pull) * size / (h + 2 * lam2)
    return w


POSITIVE = "a far above 0"
BOTH = "a of both signs, some near 0"
WEAK = "tiny curvature and penalties"
ONLY_L1 = "no L2 penalty"
ONLY_L2 = "no L1 penalty"
NEITHER = "no penalty at all"
ZERO = "an a of exactly 0"


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    def at(
        about: str, shape: tuple[int, ...], h: float, lam1: float, lam2: float, *, sign: int
    ) -> Case:
        """Every third |h a| is smaller than lam1; sign -1: every other pair of a is negative."""
        n = int(np.prod(shape))
        h, lam1, lam2 = (float(one * rng.uniform(0.9, 1.1)) for one in (h, lam1, lam2))
        size = np.where(np.arange(n) % 3 == 1, rng.uniform(0.3, 0.8, n), rng.uniform(1.3, 4.0, n))
        if sign > 0:
            size = rng.uniform(1.3, 4.0, n)
        signs = np.where(np.arange(n) // 2 % 2 == 0, 1, sign)
        return case(about, a=(lam1 / h * size * signs).reshape(shape), h=h, lam1=lam1, lam2=lam2)

    zero, weak, free = (at("", (2, 4), 1.7, 0.4, 0.6, sign=-1) for _ in range(3))
    for one in (zero, weak, free):
        one["a"].flat[[0, 4, 5]] = 0.0
    return {
        POSITIVE: [at("three weights", (3,), 2.3, 0.7, 0.4, sign=1)],
        BOTH: [
            at("seven weights", (7,), 1.6, 0.5, 0.9, sign=-1),
            at("a matrix", (4, 3), 0.3, 0.2, 0.1, sign=-1),
            at("a large curvature", (2, 5), 12.0, 3.0, 1.5, sign=-1),
            at("filters, four axes", (2, 2, 3, 2), 0.8, 1.4, 0.3, sign=-1),
            at("tiny numbers", (5,), 1.3, 2e-7, 0.4, sign=-1),
            at("strong penalties", (6,), 8.0, 30.0, 20.0, sign=-1),
            float32(at("float32", (3, 4), 2.5, 0.6, 0.7, sign=-1)),
        ],
        WEAK: [at("", (5,), 1.3e-8, 2e-8, 0.4e-8, sign=-1)],
        ONLY_L1: [at("", (7,), 1.6, 0.5, 0.9, sign=-1) | {"lam2": 0.0}],
        ONLY_L2: [weak | {"lam1": 0.0}],
        NEITHER: [free | {"lam1": 0.0, "lam2": 0.0}],
        ZERO: [zero],
    }


def one_after_the_other(a, h, lam1, lam2):
    """You first find the minimum with one penalty and then add the other one to a parabola around
    it. Both penalties act on the same loss: write one derivative with both of them.
    """
    shrunk = h * a / (h + 2 * lam2)
    return np.sign(shrunk) * np.maximum(np.abs(shrunk) - lam1 / h, 0)


exercise = function(
    penalised_minimum,
    returns="w",
    points=3,
    cases=cases,
    judge=[
        values(
            "w",
            weight=3,
            cases=POSITIVE,
            help="On the right of 0, |w| is w. What is the derivative of the whole sum there, and "
            "at which w is it 0?",
        ),
        values(
            "w",
            weight=5,
            cases=BOTH,
            help="There are three cases: the minimum is on the right of 0, on the left, or at 0. "
            "Which condition tells you that the formula for one side does not hold?",
        ),
        values("w", cases=WEAK, alone=False, help="Does your code have a smallest penalty?"),
        # What treats both penalties alike, or has only one of them, is right here.
        values("w", cases=ONLY_L1, alone=False),
        values("w", cases=ONLY_L2, alone=False),
        values("w", cases=NEITHER, alone=False, help="Where is the minimum of the parabola alone?"),
        values("w", cases=ZERO, alone=False, help="Do you divide by a or by |a|?"),
    ],
    form=(shapes(), dtype(cases="float32"), unchanged_inputs()),
    answers=("grader.exercises.ps18.penalised_minimum", "course_lib.regularizers"),
    hints="""
    Write the derivative of ½h(w − a)² + λ2·w² + λ1·|w| for w > 0, and once more for w < 0. Only the
    sign of λ1 differs. Set each of them to 0.

    The w that you find for the right side counts only if it is above 0, the one for the left side
    only if it is below 0. If neither holds, the minimum is at the kink.

    A smaller example: h = 2, λ1 = 1, λ2 = 1. a = 3 gives (2·3 − 1)/(2 + 2) = 1.25, a = −3 gives
    −1.25, and a = 0.4 gives 0, because 2·0.4 is less than λ1.
    """,
    mistakes=(
        *slips("""
size = np.abs(pull) - lam1
    Small weights land on the other side of 0. Is the minimum that you found for w > 0 above 0?
size = np.abs(pull)
    `lam1` is not used. What is the derivative of λ1·|w| for w > 0?
size = np.maximum(pull - lam1, 0)
    Your weights below 0 all end at 0. Repeat the calculation for w < 0.
w = np.where(np.abs(pull) > lam1, pull, 0) / (h + 2 * lam2)
    You set small weights to 0, but you do not move the large ones. What does λ1 add to the
    derivative?
w = np.where(np.abs(pull) > lam1, pull - lam1, 0) / (h + 2 * lam2)
    For an a below 0 your minimum is too far from 0. Which sign does the derivative of λ1·|w| have
    on the left of 0?
w = np.sign(pull) * np.maximum(np.abs(a) - lam1, 0) * h / (h + 2 * lam2)
    You compare λ1 with a. Compare it with the derivative of the parabola at w = 0.
w = size / (h + 2 * lam2)
    All your results are positive. Which sign does the minimum have for a negative a?
w = np.sign(pull) * size / (h + lam2)
    What is the derivative of λ2·w²? Compare its factor with yours.
w = np.sign(pull) * size / h
    `lam2` is not used. Its derivative contains w, so it changes the factor of w.
w = np.sign(pull) * size / (1 + 2 * lam2)
    Your denominator lacks the curvature. Collect all terms with w in the derivative.
w = np.sign(pull) * size / (2 * h + 2 * lam2)
    The ½ in front of the parabola cancels the 2 of the square's derivative. Where does your 2h come
    from?
w = np.sign(pull) * size - 2 * lam2
    You subtract the L2 penalty. Its derivative is 2·λ2·w: collect all terms with w on one side.
w = np.sign(pull) * size / (h + 2 * lam1)
    You divide by the strength of the L1 penalty. The derivative of which penalty contains w?
pull = a
    The derivative of the parabola is h(w − a). What is left of it at w = 0?
size = np.maximum(np.abs(pull) - lam1 / h, 0)
    You divide by h too early. Compare λ1 with the derivative of the parabola at w = 0.
size = np.maximum(np.abs(pull) - 2 * lam1, 0)
    The derivative of |w| has no factor 2.
size = np.maximum(np.abs(pull) - lam1 / 2, 0)
    The L1 penalty has no factor ½ here.
size = np.maximum(np.abs(pull) + lam1, 0)
    The L1 penalty moves your weights away from 0. Which sign does its derivative have for w > 0?
lam1, lam2 = lam2, lam1
    `lam1` and `lam2` are exchanged. Which of them belongs to |w|?
w = np.sign(a) * np.maximum(np.abs(a) - lam1 / h, 0) / (1 + 2 * lam2)
    You compute the minimum with L1 and divide it by a factor without h. Which factor has w in the
    derivative of the whole sum?
"""),
        mistake(one_after_the_other, name="one after the other"),
    ),
)
