"""``mixup(x, t, rng, alpha) -> (x, t)``: weighted means of samples and of their targets."""

from functools import partial

import numpy as np

from grader.checking.contract import (
    Case,
    Open,
    case,
    draws_in_words,
    dtype,
    float32,
    mistake,
    random,
    shapes,
    slips,
    unchanged_inputs,
    values,
)
from grader.exercises.drawn_arrays import blank, in_shape
from grader.exercises.image_draws import BAND, DRAWS, from_rng, pictures


def mixup(x, t, rng, alpha):
    lam = rng.beta(alpha, alpha)
    p = rng.permutation(len(x))
    mixed_x = lam * x + (1 - lam) * x[p]
    mixed_t = lam * t + (1 - lam) * t[p]
    return mixed_x.astype(x.dtype), mixed_t.astype(t.dtype)


FEW, SMALL, LARGE = "one batch", "many calls, alpha = 0.3", "many calls, alpha = 4"


def cases(rng: np.random.Generator) -> list[Case]:
    def batch(about: str, alpha: float, *shape: int) -> Case:
        t = rng.dirichlet(np.ones(3), size=shape[0])
        seed = int(rng.integers(2**31))
        return case(about, x=pictures(rng, *shape), t=t, alpha=alpha, seed=seed)

    return [
        batch(FEW, 2.0, 12, 4),
        batch("images", 2.0, 12, 8, 9, 6),
        float32(batch("float32", 2.0, 12, 4)),
        batch(SMALL, 0.3, 7, 3),
        batch(LARGE, 4.0, 7, 3),
    ]


MANY, BATCHES = (SMALL, LARGE), (FEW, "images", "float32")


def run(mixup, case):
    given_x, given_t = case["x"].copy(), case["t"].copy()

    def call(rng):
        x, t = mixup(given_x.copy(), given_t.copy(), rng, case["alpha"])
        return np.array(x), np.array(t)

    rng = np.random.default_rng(case["seed"])
    x, t = mixup(case["x"], case["t"], rng, case["alpha"])
    found = {"x": np.array(x), "t": np.array(t)}
    if case["about"].startswith("many calls"):
        found["calls"] = [call(rng)[0] for _ in range(400)]
    else:
        found["later"] = [call(rng)[0] for _ in range(3)]
        found["again"] = call(np.random.default_rng(case["seed"]))[0]
    return found


WHAT, WEIGHT, PARTNERS = "what x is made of", "the weight", "the other samples"
TARGETS, WEIGHTS = "the targets", "the weights of many calls"
EACH = "each sample is mixed with one of the batch"
ONE, OWN = "one for the whole batch", "another one for each sample"
PERMUTED, FIXED_ORDER = "a new permutation in each call", "the same in every call"
GOES_ALONG = "mixed as x is"
UNCHANGED, REORDERED = "unchanged", "put in another order, not mixed"
OTHERWISE = "something else"


def observe(case, outputs):
    """The weights and the partners are the student's draw; they are read off x."""
    x, t = case["x"].astype(np.float64), case["t"].astype(np.float64)
    y, mixed_t = in_shape(outputs["x"], x), in_shape(outputs["t"], t)
    if case["about"] in MANY:
        return {WEIGHTS: weights_in_words(x, outputs["calls"], case["alpha"])}
    found = {"x": hidden_as(outputs["x"], y), "t": hidden_as(outputs["t"], mixed_t)}
    if case["about"] == FEW:
        later = [in_shape(one, x) for one in outputs["later"]]
        again = in_shape(outputs["again"], x)
        same = partial(np.array_equal, equal_nan=True)
        found[DRAWS] = Open() if y is None else draws_in_words(y, again, later, same)
    found[WHAT], lam, p = read_off(x, y)
    if found[WHAT] == OTHERWISE:
        turned = (np.moveaxis(a, 1, 0) for a in (x, y))
        if read_off(*turned)[0] == EACH:
            found[WHAT] = "mixed along another axis"
    if found[WHAT] == UNCHANGED and mixed_t is not None:
        found[WHAT] += ", and so are the targets" * bool(np.abs(mixed_t - t).max() < 1e-6)
    if found[WHAT] != EACH:
        return found | dict.fromkeys((WEIGHT, PARTNERS, TARGETS), Open())
    moved = p != np.arange(len(p))
    found[WEIGHT] = ONE if np.ptp(lam[moved]) < 1e-3 else OWN
    found[PARTNERS] = PERMUTED
    if len(set(p.tolist())) < len(p):
        found[PARTNERS] = "one sample for all" if len(set(p.tolist())) < 3 else "with repetition"
        if moved.sum() < len(p) / 2:
            found[PARTNERS] = "only a few samples have one"
    elif case["about"] == FEW:
        orders = [read_off(x, one)[2] for one in later]
        if all(np.array_equal(p, order) for order in orders):
            found[PARTNERS] = FIXED_ORDER
    found[TARGETS] = targets_in_words(t, mixed_t, lam, p)
    return found


def hidden_as(value, array):
    """Zeros in the form of an array that is the student's draw, or the value itself."""
    return value if array is None else blank(value)


def read_off(x, y):
    """In words what ``y`` is, with which weight each sample keeps itself, and with which other.

    A sample that is unchanged has the weight 1 and is its own partner.
    """
    n = len(x)
    nobody = np.ones(n), np.arange(n)
    if y is None or not np.isfinite(y).all():
        return "not an array of the shape of x", *nobody
    x, y = x.reshape(n, -1), y.reshape(n, -1)
    own = np.abs(y - x).max(axis=1) < 1e-6
    if own.all():
        return UNCHANGED, *nobody
    apart = x[:, None] - x[None]  # (n, m, D), from the partner m to the sample n
    square = np.sum(apart**2, axis=2) + np.eye(n)
    lam = np.sum((y[:, None] - x[None]) * apart, axis=2) / square
    off = np.abs(y[:, None] - x[None] - lam[..., None] * apart).max(axis=2)
    p = off.argmin(axis=1)  # its own partner is a sample only where it is unchanged
    p[own] = np.arange(n)[own]
    rows = np.arange(n)
    lam = np.where(own, 1.0, lam[rows, p])
    if off[rows, p].max() > 1e-3:
        return sums_in_words(x, y), *nobody
    if lam[~own].max() < 1e-6:
        return REORDERED, *nobody
    if lam.min() < -1e-3 or lam.max() > 1 + 1e-3:
        return "weights below 0 or above 1", *nobody
    return EACH, lam, p


def sums_in_words(x, y):
    """Whether each of ``y`` is a sum of itself and another, with weights that do not sum to 1."""
    found = []
    for n, row in enumerate(y):
        pairs = (np.stack([x[n], x[m]], axis=1) for m in range(len(x)) if m != n)
        fits = ((pair, np.linalg.lstsq(pair, row, rcond=None)[0]) for pair in pairs)
        off, weights = min(((np.abs(p @ w - row).max(), tuple(w)) for p, w in fits))
        if off > 1e-3:
            return two_others(x, y)
        found.append(weights)
    alike = np.median(np.abs(np.diff(found))) < 1e-3  # a fixed point shows the sum of both alone
    return "a sum whose weights are not 1 together" + ", both weights alike" * bool(alike)


def two_others(x, y):
    """Whether each of ``y`` lies between two samples, of which neither need be its own."""
    for row in y:
        away = row - x
        far = np.linalg.norm(away, axis=1)
        along = away / np.maximum(far, 1e-12)[:, None]
        if far.min() > 1e-6 and (along @ along.T).min() > -1 + 1e-8:  # opposite directions
            return OTHERWISE
    return "mixtures of two others"


def targets_in_words(t, mixed_t, lam, p):
    """How the targets were mixed, where x was mixed with weights ``lam`` and partners ``p``."""
    if mixed_t is None:
        return "not an array of the shape of t"
    w = lam[p != np.arange(len(p))].mean() if np.ptp(lam[p != np.arange(len(p))]) < 1e-3 else lam
    w = np.broadcast_to(w, lam.shape)[:, None]
    ways = {
        GOES_ALONG: w * t + (1 - w) * t[p],
        "unchanged": t,
        "the weights exchanged": (1 - w) * t + w * t[p],
        "those of the other sample": t[p],
        "the sum of both": t + t[p],
        "the mean of both": (t + t[p]) / 2,
    }
    for words, want in ways.items():
        if np.abs(mixed_t - want).max() < 1e-3:
            return words
    one_hot = np.isin(mixed_t, (0, 1)).all()
    said, _lam, q = read_off(t, mixed_t)
    if said == EACH and not one_hot:
        return "with another weight" if np.array_equal(p, q) else "with other samples"
    return "one-hot rows" if one_hot else "something else"


def weights_in_words(x, calls, alpha):
    """The spread of the weights of many calls, against that of Beta(alpha, alpha).

    Lambda and 1 - lambda lead to the same mixtures, so only the distance from 1/2 is judged.
    """
    squares, weights = [], []
    for call in calls:
        said, lam, p = read_off(x, in_shape(call, x))
        if said == EACH:
            weights.append(lam[p != np.arange(len(p))].mean())
            squares.append((weights[-1] - 0.5) ** 2)
        elif said in (UNCHANGED, REORDERED):  # a weight of almost 1 or 0 is a right one
            squares.append(0.25)
        else:
            return said
    spread, want = np.mean(squares), 1 / (4 * (2 * alpha + 1))
    if np.ptp(squares) < 1e-6:
        return FIXED_ORDER
    # The standard deviation of one (lambda - 1/2)^2 under the Beta distribution.
    fourth = 3 / (16 * (2 * alpha + 1) * (2 * alpha + 3))
    bar = BAND * np.sqrt((fourth - want**2) / len(calls))
    if abs(spread - want) < bar:
        return "those of Beta(alpha, alpha)"
    if abs(spread - 1 / 12) < 0.01:
        return "uniform, whatever alpha is"
    side = "below" if max(weights) < 0.5 + 1e-6 else "above" if min(weights) > 0.5 - 1e-6 else ""
    words = "too close to 1/2" if spread < want else "too far from 1/2"
    return words + f", all {side} 1/2" * bool(side)


MIXED = "each sample is a weighted mean of itself and another"


def order_along_another_axis(x, t, rng, alpha):
    """You exchange the features of each sample, or the rows of each image, not the samples. Which
    axis of x runs over the samples?
    """
    lam = rng.beta(alpha, alpha)
    q = rng.permutation(x.shape[1])
    return lam * x + (1 - lam) * np.take(x, q, axis=1), t


def a_single_pair(x, t, rng, alpha):
    """You mix only one or a few samples of the batch. Every sample gets a partner."""
    lam = rng.beta(alpha, alpha)
    i, j = rng.choice(len(x), 2, replace=False)
    x, t = x.copy(), t.copy()
    x[i], t[i] = lam * x[i] + (1 - lam) * x[j], lam * t[i] + (1 - lam) * t[j]
    return x, t


exercise = random(
    mixup,
    returns="x, t",
    points=1,
    cases=cases,
    run=run,
    observe=observe,
    judge=[
        values(
            WHAT,
            weight=4,
            cases=BATCHES,
            title=MIXED,
            help="""Which two samples are mixed, and what is the sum of their two weights?""",
        ),
        values(
            WEIGHT,
            weight=2,
            cases=BATCHES,
            title="one weight for the whole batch",
            after=MIXED,
            help="""How many numbers does your function draw from the Beta distribution?""",
        ),
        values(
            PARTNERS,
            weight=2,
            cases=BATCHES,
            title="a random permutation gives the partners",
            after=MIXED,
            help="""In a permutation, every sample is the partner of exactly one sample. Which
            method of `rng` draws one?""",
        ),
        values(
            TARGETS,
            weight=5,
            cases=BATCHES,
            title="the targets are mixed as the samples are",
            after=MIXED,
            help="""A sample that is 70 % a 3 and 30 % an 8: which target does it need? Compare the
            lines that mix x and t.""",
        ),
        values(
            WEIGHTS,
            weight=3,
            cases=MANY,
            title="weights of many calls as Beta(alpha, alpha)",
            after=MIXED,
            help="""Print the weights of ten calls for alpha = 0.3 and for alpha = 4. For which
            alpha should they be close to 1/2?""",
        ),
        from_rng(FEW),
    ],
    form=(shapes(), dtype(), unchanged_inputs()),
    answers=("course_lib.augmentation.mixup",),
    hints=(
        "The whole batch has one weight, `rng.beta(alpha, alpha)`, and one order, "
        "`rng.permutation(len(x))`.",
        "With the weight λ and the order p: λ·x + (1 - λ)·x[p], and the same line for t.",
        "A smaller example: x = [[0], [10]], λ = 0.8 and p = [1, 0] give [[2], [8]]. The targets "
        "[[1, 0], [0, 1]] become [[0.8, 0.2], [0.2, 0.8]].",
    ),
    mistakes=(
        *slips("""
lam = rng.random()
    Your weights are uniform between 0 and 1, whatever alpha is. Which distribution has the
    parameter alpha?
lam = rng.beta(alpha, 1)
    Your weights are not symmetric about 1/2. Which two numbers does Beta(alpha, alpha) have?
lam = alpha
    The weight is alpha itself. It should be drawn anew in each call.
lam = 0.5
    All mixtures are halves. The weight should be drawn anew in each call, with alpha.
lam = 0.5 * rng.beta(alpha, alpha)
    Your weights are never above 1/2, and not those of Beta(alpha, alpha). Do you divide the weight
    by 2?
lam = rng.beta(1 / alpha, 1 / alpha)
    Small alpha should give weights near 0 or 1, and large alpha weights near 1/2. Yours do the
    opposite.
lam = rng.beta(alpha, alpha, len(x))
mixed_x = (lam * x.T).T + ((1 - lam) * x[p].T).T
mixed_t = lam[:, None] * t + (1 - lam[:, None]) * t[p]
    Each sample has its own weight. Here one weight is drawn for the whole batch.
p = rng.integers(len(x), size=len(x))
    Some samples are the partner of two others, and some of none, because you draw the partners with
    repetition. Which method of `rng` gives every index once?
p = np.arange(len(x))[::-1]
    The partners are the same in every call. Draw an order of the batch from `rng`.
p = np.full(len(x), rng.integers(len(x)))
    The whole batch is mixed with a single sample. How many partners do N samples need?
p = np.arange(len(x))
    Every sample is mixed with itself, so nothing changes. Which other sample belongs to each one?
mixed_t = t
    The samples are mixed and the targets are not. What is the target of a picture that is 70 % a 3
    and 30 % an 8?
mixed_x = x
    The targets are mixed and the samples are not. The same two lines are needed for both.
mixed_t = (1 - lam) * t + lam * t[p]
    The two weights of the targets are exchanged: a sample that is mostly a 3 has mostly the target
    of its partner. Compare the two lines.
mixed_t = lam * t + (1 - lam) * t[rng.permutation(len(x))]
    The targets are mixed in another order than the samples. Draw the order once and use it for
    both.
mixed_t = t[p]
    The targets are those of one of the two samples alone. They need the same two weights as the
    samples.
mixed_t = np.eye(t.shape[1])[np.argmax(lam * t + (1 - lam) * t[p], axis=1)]
    The targets are one-hot again, so they name one class only. A mixture of a 3 and an 8 needs
    both: leave the weighted mean as it is.
p = rng.permutation(len(x)), rng.permutation(len(x))
mixed_x = lam * x[p[0]] + (1 - lam) * x[p[1]]
mixed_t = lam * t[p[0]] + (1 - lam) * t[p[1]]
    You mix two random orders of the batch. One is enough: sample n itself is one of the two that
    are mixed in row n.
mixed_x = lam * x + x[p]
mixed_t = lam * t + t[p]
    The two weights do not sum to 1. Which weight does the partner need?
mixed_x = lam * x + lam * x[p]
mixed_t = lam * t + lam * t[p]
    Both samples have the same weight, and the sum of the two is not 1. Which weight does the
    partner need?
mixed_t = (t + t[p]) / 2
    The targets of both count a half each. Which weights do the samples have?
mixed_t = t + t[p]
    The targets are added without weights, so a row sums to 2. Which weights do the samples have?
mixed_x = x[p]
mixed_t = t[p]
    The batch is only put in another order. A weighted mean of each sample and its partner is
    missing.
mixed_t = rng.beta(alpha, alpha) * (t - t[p]) + t[p]
    The targets have another weight than the samples. Draw the weight once and use it for both.
"""),
        mistake(order_along_another_axis),
        mistake(a_single_pair),
    ),
)
