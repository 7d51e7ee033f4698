"""Solutions of ``contrastive_loss(a, b, same, margin) -> (value, da, db)``.

Mean of ``1/2 (same d^2 + (1 - same) max(0, margin - d)^2)`` with the Euclidean distance d.
"""

import functools
import math

import numpy as np

from tests.programs.catalogue import Catalogue

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(a, b, same, margin):
    N = len(a)
    same = np.asarray(same).astype(a.dtype)
    r = a - b
    d = np.sqrt((r**2).sum(axis=1))
    short = np.maximum(0, margin - d)
    value = 0.5 * np.mean(same * d**2 + (1 - same) * short**2)
    slope = same * d - (1 - same) * short
    da = (slope / np.where(d > 0, d, 1))[:, None] * r / N
    return value, da, -da


@right
def pair_by_pair(a, b, same, margin):
    N, value, da, db = len(a), 0.0, np.zeros_like(a), np.zeros_like(b)
    for n in range(N):
        r = a[n] - b[n]
        d = float(np.linalg.norm(r))
        if same[n]:
            value += 0.5 * d * d
            da[n] += r / N
            db[n] -= r / N
        elif 0 < d < margin:
            value += 0.5 * (margin - d) ** 2
            da[n] -= (margin - d) / d * r / N
            db[n] += (margin - d) / d * r / N
        elif d == 0:
            value += 0.5 * margin**2
    return value / N, da, db


@right
def masks(a, b, same, margin):
    same = np.asarray(same) == 1
    r = np.subtract(a, b)
    d = np.sqrt(np.einsum("nd,nd->n", r, r))
    close = ~same & (d < margin)
    losses = np.zeros(len(a))
    losses[same] = d[same] ** 2 / 2
    losses[close] = (margin - d[close]) ** 2 / 2
    da = np.zeros_like(r)
    da[same] = r[same]
    da[close] = r[close] * (1 - margin / np.maximum(d[close], 1e-30))[:, None]
    da = (da / len(a)).astype(a.dtype)
    return losses.sum() / len(a), da, np.negative(da)


@right
def where(a, b, same, margin):
    d = np.linalg.norm(a - b, axis=-1)
    e = np.where(same, d, np.minimum(d - margin, 0))
    unit = np.divide(a - b, d[:, None], out=np.zeros_like(a), where=d[:, None] > 0)
    da = e[:, None] * unit / d.size
    return np.vdot(e, e) / (2 * d.size), da.astype(a.dtype), (-da).astype(b.dtype)


@right
def pure_python(a, b, same, margin):
    value, rows = [], []
    for p, q, s in zip(a.tolist(), b.tolist(), np.asarray(same).tolist(), strict=True):
        d = math.dist(p, q)
        e = d if s else min(d - float(margin), 0.0)
        value.append(e * e / 2)
        rows.append([e * (u - v) / (d or 1.0) / len(a) for u, v in zip(p, q, strict=True)])
    da = np.array(rows, dtype=a.dtype).reshape(a.shape)
    return [math.fsum(value) / len(a), da, 0 - da]


@right
def by_differences(a, b, same, margin):
    """In double precision; far too slow for training."""

    def loss(a, b):
        d = np.sqrt(np.sum((a - b) ** 2, axis=1))
        s = same.astype(float)
        return float(np.mean(0.5 * (s * d**2 + (1 - s) * np.maximum(0, margin - d) ** 2)))

    wide = a.astype(float), b.astype(float)
    gradients = []
    for k in range(2):
        g = np.zeros(a.shape)
        for i in np.ndindex(a.shape):
            up, down = [v.copy() for v in wide], [v.copy() for v in wide]
            up[k][i] += 1e-6
            down[k][i] -= 1e-6
            g[i] = (loss(*up) - loss(*down)) / 2e-6
        gradients.append(g.astype(a.dtype))
    return loss(*wide), *gradients


# --- right values in a deviating form ---------------------------------------------------------


@form
def nested_lists(a, b, same, margin):  # lists
    value, da, db = textbook(a, b, same, margin)
    return value, da.tolist(), db.tolist()


@form
def leading_axis(a, b, same, margin):  # (1, N, D)
    value, da, db = textbook(a, b, same, margin)
    return value, da[None], db[None]


@form
def difference_in_place(a, b, same, margin):  # a is changed
    results = textbook(a, b, same, margin)
    a -= b
    return results


# --- left open --------------------------------------------------------------------------------


@open_
def double_precision(a, b, same, margin):  # float64 from float32
    return textbook(a.astype(float), b.astype(float), same, margin)


# --- wrong ------------------------------------------------------------------------------------


def euclidean(a, b):
    return np.sqrt(((a - b) ** 2).sum(axis=1))


def unit(a, b):
    d = euclidean(a, b)
    return (a - b) / np.where(d > 0, d, 1)[:, None]


def variant(
    a,
    b,
    same,
    margin,
    *,
    kind=lambda s: s,
    distance=euclidean,
    loss=lambda s, d, m: s * d**2 / 2 + (1 - s) * np.maximum(m - d, 0) ** 2 / 2,
    slope=lambda s, d, m: s * d - (1 - s) * np.maximum(m - d, 0),
    direction=unit,
    share=lambda a, s: 1 / len(a),
    end=lambda value, da: (value, da, -da),
):
    """The loss with places to go wrong."""
    s = kind(np.asarray(same).astype(a.dtype))
    with np.errstate(all="ignore"):
        d = distance(a, b)
        value = np.sum(loss(s, d, margin)) * share(a, s)
        da = slope(s, d, margin)[:, None] * direction(a, b) * share(a, s)
    return end(value, da)


def both(loss, slope):
    return {"loss": loss, "slope": slope}


for name, spoilt in {
    "signs_expected": {"kind": lambda s: (1 + s) / 2},
    "all_of_one_kind": {"kind": np.ones_like},
    "all_of_two_kinds": {"kind": np.zeros_like},
    "mean_over_the_same": {"share": lambda a, s: 1 / max(s.sum(), 1)},
    "half_for_the_same_only": both(
        lambda s, d, m: s * d**2 / 2 + (1 - s) * np.maximum(m - d, 0) ** 2,
        lambda s, d, m: s * d - 2 * (1 - s) * np.maximum(m - d, 0),
    ),
    "not_squared": both(
        lambda s, d, m: (s * d + (1 - s) * np.maximum(m - d, 0)) / 2,
        lambda s, d, m: (s - (1 - s) * (d < m)) / 2,
    ),
    "squared_distance_for_distance": {"distance": lambda a, b: ((a - b) ** 2).sum(axis=1)},
    "mean_distance": {"distance": lambda a, b: np.sqrt(((a - b) ** 2).mean(axis=1))},
    "manhattan_distance": {"distance": lambda a, b: np.abs(a - b).sum(axis=1)},
    "distance_of_the_lengths": {
        "distance": lambda a, b: np.abs(np.linalg.norm(a, axis=1) - np.linalg.norm(b, axis=1))
    },
    "cosine_distance": {
        "distance": lambda a, b: (
            1 - (a * b).sum(1) / (np.linalg.norm(a, axis=1) * np.linalg.norm(b, axis=1) + 1e-12)
        )
    },
    "one_distance_for_all": {"distance": lambda a, b: np.full(len(a), np.linalg.norm(a - b))},
    "beyond_the_margin": both(
        lambda s, d, m: (s * d**2 + (1 - s) * np.maximum(d - m, 0) ** 2) / 2,
        lambda s, d, m: s * d + (1 - s) * np.maximum(d - m, 0),
    ),
    "margin_of_one": both(
        lambda s, d, m: (s * d**2 + (1 - s) * np.maximum(1 - d, 0) ** 2) / 2,
        lambda s, d, m: s * d - (1 - s) * np.maximum(1 - d, 0),
    ),
    "maximum_over_both": both(
        lambda s, d, m: np.maximum(s * d**2 + (1 - s) * (m - d), 0) / 2,
        lambda s, d, m: (s * 2 * d - (1 - s)) / 2,
    ),
    "same_pairs_have_a_margin": both(
        lambda s, d, m: (s * np.maximum(d - m, 0) ** 2 + (1 - s) * np.maximum(m - d, 0) ** 2) / 2,
        lambda s, d, m: s * np.maximum(d - m, 0) - (1 - s) * np.maximum(m - d, 0),
    ),
    "repulsion_forgotten": both(lambda s, d, m: s * d**2 / 2, lambda s, d, m: s * d),
    "direction_not_normed": {"direction": lambda a, b: a - b},
    "direction_over_the_square": {
        "direction": lambda a, b: (a - b) / np.maximum(((a - b) ** 2).sum(1), 1e-12)[:, None]
    },
    "direction_of_signs": {"direction": lambda a, b: np.sign(a - b)},
    "direction_of_a": {"direction": lambda a, b: a / np.linalg.norm(a, axis=1, keepdims=True)},
    "small_number_added_to_the_distance": {
        "distance": lambda a, b: np.sqrt(((a - b) ** 2).sum(1) + 1e-2)
    },
    "epsilon_inside_the_difference": {"distance": lambda a, b: euclidean(a + 0.02, b)},
    "gradients_only": {"end": lambda value, da: (da, -da)},
    "value_only": {"end": lambda value, da: value},
    "root_of_the_value": {"end": lambda value, da: (np.sqrt(value), da, -da)},
    "negative_value": {"end": lambda value, da: (-value, da, -da)},
    "gradients_summed_over_the_batch": {
        "end": lambda value, da: (value, da.sum(axis=0), -da.sum(axis=0))
    },
}.items():
    wrong.add(name, functools.partial(variant, **spoilt))


@wrong
def labels_as_a_column(a, b, same, margin):
    # (N,) against (N, 1): every pair with the kind of every other.
    s, d = np.asarray(same).astype(a.dtype)[:, None], euclidean(a, b)
    value = np.mean(s * d**2 + (1 - s) * np.maximum(margin - d, 0) ** 2) / 2
    return value, *textbook(a, b, same, margin)[1:]


@wrong
def large_number_in_the_root(a, b, same, margin):
    r = a - b
    d = np.sqrt((r * r).sum(axis=1) + 0.01)
    s = same.astype(a.dtype)
    short = np.maximum(margin - d, 0)
    da = ((s - (1 - s) * short / d)[:, None] * r) / len(a)
    return np.mean(s * d**2 + (1 - s) * short**2) / 2, da, -da


@wrong
def mean_over_each_kind(a, b, same, margin):
    value, da, db = textbook(a, b, same, margin)
    n_same = max(np.sum(same == 1), 1)
    factor = np.where(same == 1, len(a) / n_same, len(a) / max(len(a) - n_same, 1))[:, None]
    return value, da * factor, db * factor


wrong.edit("no_value", textbook, "return value, da", "return None, da")
wrong.edit(
    "distances_over_columns", textbook, "return value", "return np.mean(np.sum(r**2, 0)) / 2"
)
wrong.edit(
    "losses_not_averaged",
    textbook,
    "np.mean(same * d**2 + (1 - same) * short**2)",
    "(same * d**2 + (1 - same) * short**2)",
)
# ~1 is -2.
wrong.edit(
    "complement_of_whole_numbers", textbook, "(1 - same) * short**2", "~same.astype(int) * short**2"
)


@wrong
def kind_of_the_first_pair(a, b, same, margin):
    return textbook(a, b, np.full(len(a), np.asarray(same)[0]), margin)


@wrong
def neighbours_for_pairs(a, b, same, margin):
    # Each a against the next b: right for N = 1.
    return textbook(a, np.roll(b, 1, axis=0), same, margin)


@wrong
def summed_over_calls(a, b, same, margin, total=[0.0]):  # noqa: B006
    value, da, db = textbook(a, b, same, margin)
    total[0] += value
    return total[0], da, db


@wrong
def two_mistakes(a, b, same, margin):
    return variant(a, b, same, margin, kind=lambda s: 1 - s, share=lambda a, s: 1.0)


programs.carry(right.programs["textbook"], n=3)
