"""Solutions of ``info_nce(a, b, temperature) -> (value, da, db)``, one direction, mean over N."""

import math

import numpy as np

from tests.programs.catalogue import Catalogue

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(a, b, temperature):
    N = len(a)
    length_a, length_b = (np.linalg.norm(v, axis=1, keepdims=True) for v in (a, b))
    p, q = a / length_a, b / length_b
    s = p @ q.T / temperature
    e = np.exp(s - s.max(axis=1, keepdims=True))
    y = e / e.sum(axis=1, keepdims=True)
    right_class = np.arange(N)
    log_sum = np.log(e.sum(axis=1)) + s.max(axis=1)
    value = np.mean(log_sum - s[right_class, right_class])
    ds = y.copy()
    ds[right_class, right_class] -= 1
    ds /= N * temperature
    dp, dq = ds @ q, ds.T @ p
    da = (dp - p * (dp * p).sum(axis=1, keepdims=True)) / length_a
    db = (dq - q * (dq * q).sum(axis=1, keepdims=True)) / length_b
    return value, da.astype(a.dtype), db.astype(b.dtype)


@right
def row_by_row(a, b, temperature):
    """The gradient of each cosine written out: d cos/da = (q - cos p)/|a|."""
    N = len(a)
    value, da, db = 0.0, np.zeros(a.shape), np.zeros(b.shape)
    unit = [[v / math.sqrt(v @ v) for v in rows.astype(float)] for rows in (a, b)]
    for i in range(N):
        p = unit[0][i]
        cosines = np.array([p @ q for q in unit[1]])
        scores = cosines / temperature
        shares = np.exp(scores - scores.max())
        value += math.log(shares.sum()) + scores.max() - scores[i]
        shares /= shares.sum()
        for j in range(N):
            weight = (shares[j] - (i == j)) / (N * temperature)
            q = unit[1][j]
            da[i] += weight * (q - cosines[j] * p) / np.linalg.norm(a[i])
            db[j] += weight * (p - cosines[j] * q) / np.linalg.norm(b[j])
    return value / N, da.astype(a.dtype), db.astype(b.dtype)


@right
def with_jacobians(a, b, temperature):
    """The Jacobian of each normalisation as a matrix."""
    N, D = a.shape
    outer = [
        np.stack([(np.eye(D) - np.outer(u, u) / (u @ u)) / np.linalg.norm(u) for u in v])
        for v in (a, b)
    ]
    p, q = (v / np.linalg.norm(v, axis=1)[:, None] for v in (a, b))
    s = np.einsum("id,jd->ij", p, q) / temperature
    log_y = s - np.logaddexp.reduce(s, axis=1)[:, None]
    ds = (np.exp(log_y) - np.eye(N)) / temperature / N
    da = np.einsum("ikd,id->ik", outer[0], ds @ q)
    db = np.einsum("ikd,id->ik", outer[1], ds.T @ p)
    return -np.trace(log_y) / N, da.astype(a.dtype), db.astype(b.dtype)


# --- wrong ------------------------------------------------------------------------------------


@wrong
def temperature_of_the_first_call(a, b, temperature, kept=[]):  # noqa: B006
    kept.append(temperature)
    return textbook(a, b, kept[0])


programs.beside_the_point = [
    "return np.mean(np.sum((a - b) ** 2, axis=1)), 2 * (a - b) / len(a), 2 * (b - a) / len(a)",
    "return np.log(len(a)), 0 * a, 0 * b",
]
