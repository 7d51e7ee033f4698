"""``hard_negatives(distances, labels) -> indices``: the nearest sample of another class."""

import numpy as np

from grader.checking.contract import (
    Case,
    case,
    function,
    indices,
    shapes,
    slips,
    unchanged_inputs,
    values,
)


def hard_negatives(distances, labels):
    same = labels[:, None] == labels[None, :]
    masked = np.where(same, np.inf, distances)
    indices = masked.argmin(axis=1)
    return indices


def table(
    rng: np.random.Generator, about: str, labels: list[int], *, low: float = 0.0, size: float = 1.0
) -> Case:
    """Distances of which no two are alike, in random order; row i belongs to anchor i.

    Samples of the same class are mostly nearer than others, as after some training.
    """
    N = len(labels)
    t = np.array(labels) if len(set(labels)) < 2 else rng.permutation(labels)
    steps = rng.permuted(np.arange(N * N), axis=0).reshape(N, N) / N**2
    apart = t[:, None] != t[None, :]
    distances = low + size * (steps + rng.uniform(0, 0.5) / N**2 + 0.6 * apart)
    return case(about, distances=distances, labels=t)


def one_of_its_kind(rng: np.random.Generator, about: str, n: int) -> Case:
    """A single sample of another class, which is the farthest of all from all others."""
    made = table(rng, about, [3] * n)
    odd = int(rng.integers(1, n))
    made["labels"][odd] = 7
    made["distances"][np.arange(n) != odd, odd] += 2
    np.fill_diagonal(made["distances"], 0)
    made["distances"][0, odd] += 5  # the largest number of the table
    made["distances"][odd, 0] += 2  # its nearest is not the first of another class
    return made


def where_another_is(rng: np.random.Generator, about: str, labels: list[int]) -> Case:
    """The nearest sample of another class lies where the anchor does: their distance is 0."""
    made = table(rng, about, labels, low=0.1)
    distances, t = made["distances"], made["labels"]
    np.fill_diagonal(distances, 0)
    for i in range(len(t)):
        distances[i, rng.choice(np.flatnonzero(t != t[i]))] = 0
    return made


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    single = table(rng, "float32", [0, 1, 2, 0, 1, 2])
    single["distances"] = single["distances"].astype(np.float32)
    return {
        "two classes": [
            table(rng, "two of each class", [0, 0, 1, 1]),
            table(rng, "more of one class", [0, 1, 1, 1, 0, 1]),
        ],
        "several classes": [
            table(rng, "three classes", [-1, 0, 1, -1, 0, 1, -1]),
            table(rng, "labels far apart", [2, 9, 258, 2, 9, 258, 2, 265]),
            table(rng, "eight classes", [0, 1, 2, 3, 4, 5, 6, 7, 0, 1]),
            where_another_is(rng, "negatives at the distance 0", [0, 1, 2, 0, 1, 2, 2]),
        ],
        "a single negative, the farthest of all": [
            one_of_its_kind(rng, "one negative", int(rng.integers(4, 8))),
            one_of_its_kind(rng, "one negative of many", int(rng.integers(8, 17))),
        ],
        "distances in another unit": [
            table(rng, "distances of a trillion", [0, 1, 2, 0, 1, 2], low=2e12, size=1e13),
            table(rng, "distances of a millionth", [0, 1, 2, 0, 1, 2], low=2e-7, size=1e-6),
        ],
        "float32, by value": [single],
    }


exercise = function(
    hard_negatives,
    returns="indices",
    points=1,
    cases=cases,
    judge=[
        values("indices", weight=3, cases="two classes", title="two classes"),
        values("indices", weight=4, cases="several classes", title="several classes"),
        values(
            "indices",
            weight=2,
            cases="a single negative, the farthest of all",
            title="a single negative, the farthest of all",
            help="""Which entries of a row can be chosen at all? No other one may win, however near
            it is.""",
        ),
        values(
            "indices",
            weight=1,
            cases="distances in another unit",
            title="distances in another unit",
            help="""Distances have no largest value. Which number is larger than every distance, in
            any unit?""",
        ),
        values("indices", cases="float32, by value", title="float32"),
    ],
    form=(shapes(), indices("indices"), unchanged_inputs()),
    answers=("grader.exercises.ps22.hard_negatives",),  # training code has its own rule each
    hints=(
        "Row i has the distances of anchor i. Which entries of the row belong to samples of its "
        "own class? Compare `labels[:, None]` with `labels[None, :]`.",
        "A smaller example: labels [0, 0, 1] and the row of anchor 0 is [0, 2, 5]. The samples 0 "
        "and 1 have its class, so sample 2 is the only one to choose: the index is 2, although 5 "
        "is the largest distance.",
    ),
    grows=lambda rng, n: table(rng, "growing", list(range(max(n, 2) // 2)) * 2),
    mistakes=slips("""
masked = distances
    Each anchor finds itself: its distance to itself is the smallest. Which samples may be chosen?
masked = distances + np.where(np.eye(len(distances)) > 0, np.inf, 0)
    You leave out the anchor itself, but not the other samples of its class.
indices = np.where(same, -np.inf, distances).argmax(axis=1)
    You choose the farthest sample of another class. The hardest negative is the nearest one.
indices = np.where(same, distances, np.inf).argmin(axis=1)
    You choose among the samples of the anchor's OWN class.
indices = np.where(same, distances, -np.inf).argmax(axis=1)
    You choose the farthest sample of the anchor's own class. That is the hardest positive.
indices = masked.argmin(axis=0)
    You search each column. Row i has the distances of anchor i.
indices = np.full(len(masked), np.unravel_index(masked.argmin(), masked.shape)[1])
    All anchors get the same index. Each row has a nearest negative of its own.
masked = distances + np.inf * same
    You return the first sample of another class, however far it is. In a table, ∞ · 0 is nan:
    `np.where(mask, p, q)` takes p or q for each entry, without a product.
indices = np.array([row[ok].argmin() for row, ok in zip(distances, ~same)])
    Your indices count only the samples of other classes. Training needs the place in the whole row.
    Which places do these samples have there?
masked = np.where(same, distances.max(), distances)
    The largest distance stands in place of the anchor's own class. Where all others are as far,
    which of them wins?
masked = np.where(same, 100.0, distances)
    A number such as 100 hides the anchor's own class only while all distances are smaller.
masked = distances + 1000 * same
    You add a number to the distances of the anchor's own class. It hides them only while all
    distances are much smaller than this number.
masked = np.where(same, 0, distances)
    Distance 0 in place of the anchor's own class wins every search for the smallest one.
indices = masked.min(axis=1)
    You return the distances. The task asks for the indices, with which training finds the samples.
indices = masked.argmin(axis=1) + 1
    Your indices count from 1.
"""),
)
