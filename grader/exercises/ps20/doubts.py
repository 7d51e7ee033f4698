"""``doubts(f, z, drop_prob, rng) -> doubt``: which images do thinned networks get wrong?

All masks of a drawn network are tried, so the probability of an error is known for each image, and
so is the expected area under the curve of any ranking: nothing depends on luck.
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from grader.checking.contract import (
    Case,
    Open,
    case,
    function,
    holds,
    mistake,
    shapes,
    slips,
    unchanged_inputs,
)
from grader.checking.contract.compare import as_numbers
from grader.checking.contract.properties import Answer, earns
from grader.checking.contract.wire import Kept
from grader.exercises.ps20.dropout_forward import dropout_forward

FULL, NONE = 0.8, 0.5  # of what the right ranking is ahead of the best bare one
WORTH, AREA, LIKE = "the points of the ranking", "its area under the curve", "what it ranks by"


@dataclass(frozen=True, repr=False)
class Truth(Kept):
    """The probability that each image is wrong, and the area of the best ranking and a bare one.

    Beside them the rankings of wrong programs, with all masks in place of some.
    """

    wrong: tuple[float, ...] = ()
    others: tuple[tuple[str, tuple[float, ...]], ...] = ()
    best: float = 1.0
    bare: float = 0.5


def doubts(f, z, drop_prob, rng):
    answers = np.argmax(f(z), axis=1)
    n_masks, errors = 400, np.zeros(len(z))
    for _ in range(n_masks):
        thinned, _cache = dropout_forward(z, drop_prob, rng, training=True)
        other = np.argmax(f(thinned), axis=1)
        errors += other != answers
    return errors / n_masks


@dataclass(frozen=True)
class Area(Open):
    """The expected area under the curve; it is shown, and rankings of the same kind are alike."""

    value: float = field(default=0.0, compare=False)


def softmax(u: np.ndarray) -> np.ndarray:
    e = np.exp(u - u.max(axis=-1, keepdims=True))
    return np.asarray(e / e.sum(axis=-1, keepdims=True))


def network(V: Any, W: Any, bent: bool) -> Any:
    """The function from hidden values to scores."""

    def f(z):
        return (np.maximum(z @ V, 0) if bent else z) @ W

    return f


def area(score: np.ndarray, wrong: np.ndarray) -> float:
    """Expected area under the curve, if image n is wrong with the probability wrong[n]."""
    pairs = wrong[:, None] * (1 - wrong)
    np.fill_diagonal(pairs, 0)
    if not pairs.any():  # all images are right, or all are wrong: such a draw is not used
        return 0.5
    ahead = np.sign(score[:, None] - score)
    return float(np.sum(pairs * (1 + ahead)) / 2 / np.sum(pairs))


def not_sure(f, z, drop_prob, rng):
    """Your order is nearly that of the confidence of the whole network. Multiply all values of an
    image by ten: its confidence becomes 1, and which masks change its class?
    """
    return -softmax(f(z)).max(axis=1)


def near_the_border(f, z, drop_prob, rng):
    """Your order is nearly that of the margin of the whole network. A margin, also that of the mean
    scores, does not show on how many units an image relies.
    """
    u = np.sort(f(z), axis=1)
    return u[:, -2] - u[:, -1]


def spread_of_probabilities(f, z, drop_prob, rng):
    """Your order is nearly that of how much a probability varies. Where all scores are small, it
    varies little, although every other mask changes the class. What is an error of a thinned
    network?
    """
    q = softmax(f(z))
    own = q.argmax(axis=1)
    drawn = [
        softmax(f(dropout_forward(z, drop_prob, rng, training=True)[0]))[np.arange(len(z)), own]
        for _ in range(200)
    ]
    return np.std(drawn, axis=0)


def spread_of_scores(f, z, drop_prob, rng):
    """Your order is nearly that of how much the scores vary. Compare this with how far the largest
    score is above the others: does a mask change the class?
    """
    drawn = [f(dropout_forward(z, drop_prob, rng, training=True)[0]) for _ in range(200)]
    return np.std(drawn, axis=0).mean(axis=1)


CONFIDENCE, MARGIN, MEAN = "the confidence", "the margin", "the mean probabilities"
PROBABILITY, SCORES, CLASS = "the spread of a probability", "the spread of scores", "class 0"
NUMBER = "the spread of the class number"
BARE = (CONFIDENCE, MARGIN, PROBABILITY, SCORES)
SAME, FEW, REVERSED = "nothing", "one mask", "right answers"


def rankings(f: Any, z: np.ndarray, masks: np.ndarray, chance: np.ndarray, p: float) -> Any:
    """The probability of an error, and what other programs rank by, each with all masks."""
    whole = f(z)
    own, rows = whole.argmax(axis=1), np.arange(len(z))
    u = f((z[:, None] * masks / (1 - p)).reshape(-1, z.shape[1])).reshape(len(z), len(masks), -1)
    classes, q = u.argmax(axis=2), softmax(u)
    top = np.sort(whole, axis=1)
    mean = np.einsum("m,nmk->nk", chance, q)

    def spread(of: np.ndarray) -> np.ndarray:
        middle = np.einsum("m,nmk->nk", chance, of)
        return np.asarray(np.sqrt(np.einsum("m,nmk->nk", chance, (of - middle[:, None]) ** 2)))

    return (classes != own[:, None]) @ chance, {
        CONFIDENCE: -softmax(whole).max(axis=1),
        MARGIN: top[:, -2] - top[:, -1],
        PROBABILITY: spread(q)[rows, own],
        SCORES: spread(u).mean(axis=1),
        MEAN: -np.sum(mean * np.log(np.maximum(mean, 1e-300)), axis=1),
        CLASS: (classes != 0) @ chance,
        NUMBER: spread(classes[..., None])[:, 0],
    }


def ranks_of(score: np.ndarray) -> np.ndarray:
    return np.asarray(np.sign(score[:, None] - score).sum(axis=1))


def like(score: np.ndarray, truth: Truth) -> str:
    """By what these numbers rank the images, if it is one of the known mistakes."""
    if np.ptp(score) == 0:
        return SAME
    if len(np.unique(score)) == 2:
        return FEW
    known = {"errors": truth.wrong, REVERSED: [-one for one in truth.wrong], **dict(truth.others)}
    mine = ranks_of(score)
    same = {
        name: float(np.corrcoef(mine, ranks_of(np.array(of)))[0, 1]) for name, of in known.items()
    }
    nearest = max(same, key=lambda name: same[name])
    # Something else is like nothing but itself.
    return nearest if same[nearest] > 0.9 else f"{nearest} with the correlation {same[nearest]:.4f}"


def images(
    rng: np.random.Generator,
    about: str,
    drop_prob: float,
    other: float,
    n: int = 9,
    K: int = 6,
    *,
    bent: bool = False,
) -> Case:
    """Hidden values of images, some of which rely on few units, with a contrast of their own.

    The ranking by errors is clearly ahead of those that look at one part of it, and of one by the
    errors with the drop probability ``other``. The numbers of the classes say nothing.
    """
    masks = np.array(list(np.ndindex(*[2] * n)))

    def chance(p: float) -> np.ndarray:
        return np.asarray(np.prod(np.where(masks == 1, 1 - p, p), axis=1))

    while True:
        V, W = rng.normal(size=(n, 16)) / np.sqrt(n), rng.normal(size=(16 if bent else n, K))
        f = network(V, W, bent)
        z = rng.gamma(0.7, size=(300, n))
        u = f((z[:, None] * masks).reshape(-1, n)).reshape(len(z), len(masks), K)
        classes = u.argmax(axis=2)
        errors = classes != classes[:, -1:]
        # Half of the images are wrong more often than the other probability says, half less often.
        order = np.argsort(
            ranks_of(errors @ chance(drop_prob)) - 0.8 * ranks_of(errors @ chance(other))
        )
        chosen = rng.permutation(np.concatenate([order[:40], order[-40:]]))
        z, classes, errors = z[chosen], classes[chosen], errors[chosen]
        # The contrast hides the margin: a fragile image looks as sure as any other.
        u = np.sort(f(z), axis=1)
        margin = u[:, -1] - u[:, -2]
        if not margin.all():
            continue  # some image activates no unit, so it has no class
        z = z * (np.exp(rng.normal(-1, 3, size=80)) / margin)[:, None]
        votes = np.stack([(classes == k) @ chance(drop_prob) for k in range(K)], axis=1)
        names = min(
            (rng.permutation(K) for _ in range(20)),  # the numbers of the classes
            key=lambda c: area(votes @ c**2 - (votes @ c) ** 2, errors @ chance(drop_prob)),
        )
        W = W[:, np.argsort(names)]
        f = network(V, W, bent)
        wrong, others = rankings(f, z, masks, chance(drop_prob), drop_prob)
        best = area(wrong, wrong)
        bare = max(0.5, *(area(others[one], wrong) for one in BARE))
        rest = max(area(errors @ chance(other), wrong), area(others[NUMBER], wrong))
        if best - bare > 0.15 and rest < bare + NONE * (best - bare):
            kept = tuple((name, tuple(of.tolist())) for name, of in others.items())
            truth = Truth("kept by the judge", tuple(wrong.tolist()), kept, best, bare)
            seed = int(rng.integers(1 << 30))
            given = {"V": V, "W": W, "bent": bent, "z": z, "drop_prob": drop_prob}
            return case(about, **given, seed=seed, truth=truth)


LINEAR, BENT = "a linear layer behind the mask", "two layers behind the mask"


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    return {
        LINEAR: [
            images(rng, "eight of ten units dropped", 0.8, 0.5),
            images(rng, "one of ten units dropped", 0.1, 0.7),
        ],
        BENT: [
            images(rng, "two layers, seven of ten dropped", 0.7, 0.3, bent=True),
            images(rng, "two layers, 15 % dropped", 0.15, 0.6, bent=True),
        ],
    }


def run(doubts, case):
    V, W, z = case["V"], case["W"], case["z"]

    def network(W):
        return lambda z: (np.maximum(z @ V, 0) if case["bent"] else z) @ W

    def ranked(W, z):
        rng = np.random.default_rng(case["seed"])
        return doubts(network(W), z, case["drop_prob"], rng)

    ranked(-W, z + 1)  # shows what is kept between calls
    return {"doubt": ranked(W, z)}


def observe(case: Case, out: dict[str, Any]) -> dict[str, Any]:
    """What the ranking is worth: 0 for the best bare one, 1 for the best possible."""
    truth, given = case["truth"], as_numbers(out["doubt"])
    if given is None or given.size != len(truth.wrong) or not np.isfinite(given).all():
        return {"doubt": out["doubt"], WORTH: -1.0, LIKE: "no number for each image"}
    score = given.ravel().astype(float)
    found = area(score, np.array(truth.wrong))
    share = ((found - truth.bare) / (truth.best - truth.bare) - NONE) / (FULL - NONE)
    zeros = np.zeros(given.shape)
    # The numbers are drawn. Only their order counts: what it is worth, and what it looks like.
    return {
        "doubt": zeros if isinstance(out["doubt"], np.ndarray) else zeros.tolist(),
        WORTH: round(min(max(share, 0.0), 1.0), 2),
        LIKE: like(score, truth),
        AREA: Area("any order", found),
    }


def ranks(case: Case, got: dict[str, Any], want: dict[str, Any]) -> Answer:
    truth = case["truth"]
    if got[WORTH] < 0:
        return f"expected one number for each of the {len(truth.wrong)} images, none of them nan"
    words = (
        f"area under the curve {got[AREA].value:.2f}; possible is {truth.best:.2f}, and rankings "
    )
    return earns(got[WORTH], words + f"that count no errors reach {truth.bare:.2f}")


def one_mask(f, z, drop_prob, rng):
    """Your doubts have only two values, as if there was one mask. An error of one thinned network
    says little: which share of many masks leads to an error?
    """
    thinned, _ = dropout_forward(z, drop_prob, rng, training=True)
    return (np.argmax(f(thinned), axis=1) != np.argmax(f(z), axis=1)) * 1.0


def entropy_of_the_mean(f, z, drop_prob, rng):
    """Your order is nearly that of the mean probabilities of the thinned networks. Where all scores
    are small, they are near 1/K, also if every mask leads to the same class.
    """
    drawn = [softmax(f(dropout_forward(z, drop_prob, rng, training=True)[0])) for _ in range(200)]
    q = np.mean(drawn, axis=0)
    return -np.sum(q * np.log(np.maximum(q, 1e-300)), axis=1)


def in_test_mode(f, z, drop_prob, rng):
    """All your doubts are equal, as if no mask changed a class. In which mode does dropout draw a
    mask? Do you count the errors of each image?
    """
    return np.zeros(len(z))


exercise = function(
    doubts,
    returns="doubt",
    points=5,
    cases=cases,
    run=run,
    observe=observe,
    judge=[
        holds(LINEAR, ranks, weight=5, cases=LINEAR),
        holds(BENT, ranks, weight=5, cases=BENT),
    ],
    form=(shapes("doubt"), unchanged_inputs()),
    uses=("dropout_forward",),
    answers=("grader.exercises.ps20.doubts",),
    hints=(
        "What does the whole network answer, and what a network with a mask? Compare the two "
        "answers of one image, then count over many masks.",
        "A mask of its own for each value of `z` comes from `dropout_forward(z, drop_prob, rng, "
        "training=True)`. With f you get the scores of all images at once, so one loop over the "
        "masks is enough. A hundred masks are enough, too.",
        "A smaller example: z = [[6, 0, 0], [2, 2, 2]], and the scores are z @ [[1, 0], [1, 0], "
        "[1, 0]] + [0, 1]. Print the classes of five thinned networks for both images at drop_prob "
        "½, and beside them the classes of the whole one. In how many do they differ?",
    ),
    mistakes=(
        mistake(not_sure),
        mistake(near_the_border),
        mistake(spread_of_probabilities),
        mistake(spread_of_scores),
        mistake(one_mask),
        mistake(entropy_of_the_mean),
        mistake(in_test_mode),
        *slips("""
errors += other == answers
    You count the masks with the **same** class, so the surest images have the largest doubt.
answers = 0
    You count how often a thinned network does not answer class 0. What is the right class of an
    image here?
"""),
    ),
)
