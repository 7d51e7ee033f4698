"""``soft_threshold(w, amount) -> z``: every weight moves towards 0, but not beyond it."""

import numpy as np

from grader.checking.contract import Case, case, float32, function, slip, slips, values


def soft_threshold(w, amount):
    size = np.maximum(np.abs(w) - amount, 0)
    z = np.sign(w) * size
    return z


POSITIVE = "weights above 0"
BOTH = "weights of both signs"
ZEROS = "weights of exactly 0"
INSIDE = "no weight larger than amount"
UNMOVED = "an amount of 0"


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    def weights(
        about: str, shape: tuple[int, ...], amount: float, sizes: tuple[float, float], *, sign: int
    ) -> Case:
        """One entry in three is smaller than amount; sign -1: every other pair is negative."""
        n = int(np.prod(shape))
        amount = float(amount * rng.uniform(0.9, 1.1))
        below, above = sizes
        size = amount * np.where(
            np.arange(n) % 3 == 1, rng.uniform(0.2, below, n), rng.uniform(1.3, above, n)
        )
        signs = np.where(np.arange(n) // 2 % 2 == 0, 1, sign)
        return case(about, w=(size * signs).reshape(shape), amount=amount)

    usual = (0.8, 3.0)
    with_zeros = weights("", (3, 4), 0.3, usual, sign=-1)
    with_zeros["w"].flat[[2, 5, 7]] = 0.0
    unmoved = weights("", (2, 3), 0.3, usual, sign=-1) | {"amount": 0.0}
    inside = weights("", (2, 4), 0.3, usual, sign=-1)
    inside["w"] *= 0.3
    return {
        POSITIVE: [weights("three weights", (3,), 0.2, usual, sign=1)],
        BOTH: [
            weights("seven weights", (7,), 0.4, usual, sign=-1),
            weights("a matrix", (4, 3), 0.03, (0.8, 9.0), sign=-1),
            weights("a large amount", (2, 5), 1.7, usual, sign=-1),
            weights("filters, four axes", (2, 2, 3, 2), 0.5, usual, sign=-1),
            float32(weights("float32", (3, 4), 0.6, usual, sign=-1)),
        ],
        ZEROS: [with_zeros],
        INSIDE: [inside],
        UNMOVED: [unmoved],
    }


exercise = function(
    soft_threshold,
    returns="z",
    points=2,
    cases=cases,
    judge=[
        values(
            "z",
            weight=2,
            cases=POSITIVE,
            help="Mark amount and the three weights on a line. How far can each of them move "
            "towards 0 before it arrives there?",
        ),
        values(
            "z",
            weight=4,
            cases=BOTH,
            help="In which direction does a negative weight move, and when does it stop?",
        ),
        values(
            "z",
            cases=ZEROS,
            after=BOTH,
            help="A weight that is 0 stays 0. Does your formula divide by |w|?",
        ),
        # Zeros satisfy the first, the given weights the second.
        values("z", cases=INSIDE, alone=False),
        values("z", cases=UNMOVED, alone=False, help="What moves if amount is 0?"),
    ],
    answers=("course_lib.regularizers",),
    hints="""
    Each weight keeps its sign, and its size |w| falls by amount. If |w| is smaller than amount, the
    weight arrives at 0 and stays there.

    `np.abs`, `np.maximum(…, 0)` and `np.sign` work on arrays of any shape.

    A smaller example: w = [2, −0.5, −3] and amount = 1 give [1, 0, −2].
    """,
    mistakes=(
        *slips("""
z = size
    All your weights are positive or 0. A negative weight moves towards 0, too, but from the other
    side. Where does your result keep the sign?
z = w * size
    You multiply the new size by w itself. Only the sign of w is still needed.
size = np.maximum(np.abs(w - amount), 0)
    You take |w − amount|, which is never below 0. What falls by amount is |w|: where does the
    second bar stand?
z = -np.sign(w) * size
    The signs are all exchanged. A weight moves towards 0, not past it to the other side.
size = np.abs(w) - amount
    Small weights move past 0 and change their sign. At 0 they should stop.
z = w - amount
    Every weight moves to the left, the negative ones away from 0. On which side of 0 is a step to
    the left right, and what happens at 0?
z = np.where(np.abs(w) > amount, w, 0)
    You set small weights to 0 and leave the large ones as they are. This is *hard* thresholding.
    Here the large ones move, too.
z = np.where(np.abs(w) > amount, w - np.sign(w) * amount, w)
    The large weights move, but the small ones stay where they are. How far is 0 from a weight that
    is smaller than amount?
z = np.where(np.abs(w) > amount, w - amount, 0)
    A negative weight moves to the left, away from 0. To get nearer to 0, it has to move to the
    right.
z = np.clip(w, -amount, amount)
    You return the move itself, which is never longer than amount. What is left of w after this
    move?
z = np.maximum(w - amount, 0)
    All negative weights become 0. A large negative weight should only get nearer to 0 by amount.
z = np.where(w > amount, w - amount, w)
    Only weights above 0 move, and of these only the large ones. What should −3 and 0.5 become with
    amount = 1?
z = np.maximum(w - amount, 0) - np.maximum(w + amount, 0)
    You add a part for positive weights and one for negative weights. For a large positive weight,
    the second part has to be 0: what is yours?
size = np.abs(w) + amount
    Your weights move away from 0. Should |w| grow or shrink?
size = np.maximum(amount - np.abs(w), 0)
    You compute amount − |w|: large weights become 0, and small ones remain. Which should it be?
size = np.minimum(np.abs(w) - amount, 0)
    `np.minimum(…, 0)` keeps what is below 0. Which of the two numbers, |w| − amount or 0, is wanted
    for a large weight?
size = np.maximum(np.abs(w) - 2 * amount, 0)
    The weights move twice as far as amount. The slope of w² has a factor 2, that of |w| has none.
size = np.maximum(np.abs(w) - amount / 2, 0)
    The weights move half of amount. The ½ of the parabola has already been used in the formula.
size = np.maximum(np.abs(w) - amount**2, 0)
    The weights move by the square of amount. Which unit does amount have?
size = np.maximum(np.abs(w) - amount * np.max(np.abs(w)), 0)
    You use amount as a share of the largest weight. It is a distance, in the unit of w.
size = np.maximum(np.abs(w) - amount / w.size, 0)
    You divide amount by the number of weights. Each weight moves by the whole amount.
size = np.maximum(np.abs(w) - 1, 0)
    `amount` is not used: your weights always move by 1.
z = (1 - amount) * w
    Each weight loses the same share of its size, as in weight decay with L2. Such a weight never
    becomes 0. Which step does not depend on the size of w?
z = w / (1 + amount)
    You divide by 1 + amount, so no weight becomes 0. Do not divide: subtract.
z = w / (1 + 2 * amount)
    This is the exact step of the L2 penalty, amount·w². For L1, the step has the same length for
    all weights that do not arrive at 0.
z = w * np.maximum(1 - amount / np.sqrt(np.sum(w**2)), 0)
    You move the array as one vector, by its norm, so all its weights shrink by one factor. Here
    every weight moves for itself.
z = np.where(np.abs(w) > amount, np.sign(w), 0)
    Your result contains only −1, 0 and 1: the size of the weights is lost.
z = np.abs(w) > amount
    You return whether a weight is larger than amount, not where it moves.
z = w / np.abs(w) * size
    A weight of 0 becomes nan, because w / |w| is 0/0 there. NumPy has a function for the sign of a
    number.
return z.ravel()
    You return one long vector. Return the shape of w.
return np.count_nonzero(z == 0)
    You return the number of weights that become 0. Return the weights themselves; the count comes
    later.
"""),
        slip(
            "    size =",
            "    if w > amount:\n        return w - amount\n    size =",
            "`if w > amount` asks one question about a whole array, and NumPy answers with an "
            "error. Compute with the whole array: `np.maximum`, `np.sign`, `np.where`.",
        ),
        slip(
            "    size =",
            "    rows, columns = w.shape\n    size =",
            "Your function expects a matrix. The weights may have one axis or four: filters, "
            "for instance. `w.shape` then has another length.",
        ),
    ),
)
