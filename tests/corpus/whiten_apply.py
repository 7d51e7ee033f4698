"""Solutions of ``whiten_fit(x, eps) -> stats`` and ``whiten_apply(x, stats)``, as pairs.

PCA or ZCA, with the covariance over N and ``1 / sqrt(eigenvalue + eps)``.
"""

import functools
from types import SimpleNamespace
from typing import Any

import numpy as np

from .carriers import carried
from .tables import Table, own, put

RIGHT: Table = {}
FORM: Table = {}
WRONG: Table = {}
EITHER: Table = {}


def covariance(x):
    r = x - x.mean(axis=0)
    return r.T @ r / len(x)


def fit(
    x,
    eps,
    *,
    mean=lambda x: x.mean(axis=0),
    C=covariance,
    scale=lambda lam, eps: 1 / np.sqrt(lam + eps),
    zca=True,
):
    """Whitening with places to go wrong."""
    lam, V = np.linalg.eigh(C(x))
    with np.errstate(all="ignore"):
        s = scale(np.maximum(lam, 0), float(eps))
    W = (V * s) @ V.T if zca else V * s
    return {"mean": mean(x), "W": W.astype(x.dtype)}


def apply(x, stats):
    return (x - stats["mean"]) @ stats["W"]


pca = functools.partial(fit, zca=False)
RIGHT["textbook"] = (pca, apply)
RIGHT["turned_back"] = (fit, apply)


@own(RIGHT)
def rotated_then_scaled():
    def fit(x, eps):
        mu = x.mean(axis=0)
        xc = x - mu
        eigenvalues, U = np.linalg.eigh(np.dot(xc.T, xc) / x.shape[0])
        return mu, U, np.sqrt(np.clip(eigenvalues, 0, None) + float(eps))

    def apply(x, stats):
        mu, U, root = stats
        return np.dot(x - mu, U) / root

    return fit, apply


@own(RIGHT)
def singular_values():
    def fit(x, eps):
        mean = np.mean(x, axis=0)
        _, s, Vt = np.linalg.svd(x - mean, full_matrices=True)
        lam = np.zeros(x.shape[1], dtype=x.dtype)
        lam[: len(s)] = s**2 / len(x)
        return {"mean": mean, "Vt": Vt, "lam": lam, "eps": float(eps)}

    def apply(x, stats):
        projected = (x - stats["mean"]) @ stats["Vt"].T
        return projected / np.sqrt(stats["lam"] + stats["eps"])

    return fit, apply


@own(RIGHT)
def eps_on_the_diagonal():
    # The eigenvalues of C + eps I are lambda + eps.
    def fit(x, eps):
        C = np.cov(x, rowvar=False, bias=True).reshape(x.shape[1], x.shape[1])
        U, s, _ = np.linalg.svd(C + eps * np.eye(len(C)))
        return x.mean(axis=0), (U @ np.diag(s**-0.5) @ U.T).astype(x.dtype)

    def apply(x, stats):
        return (x - stats[0]) @ stats[1]

    return fit, apply


@own(RIGHT)
def inverse_root_by_iteration():
    # Denman and Beavers: Y goes to the root of A, Z to its inverse.
    def fit(x, eps):
        A = covariance(x.astype(float)) + eps * np.eye(x.shape[1])
        Y, Z = A, np.eye(len(A))
        for _ in range(60):
            Y, Z = (Y + np.linalg.inv(Z)) / 2, (Z + np.linalg.inv(Y)) / 2
        return SimpleNamespace(mean=x.mean(axis=0), Z=Z.astype(x.dtype))

    def apply(x, stats):
        return (x - stats.mean) @ stats.Z

    return fit, apply


@own(RIGHT)
def largest_first_as_a_closure():
    def fit(x, eps):
        mean = x.mean(0)
        lam, V = np.linalg.eigh(covariance(x))
        order = np.argsort(lam)[::-1]
        lam, V = np.maximum(lam[order], 0), V[:, order]
        return lambda new: ((new - mean) @ V) / np.sqrt(lam + float(eps))

    def apply(x, stats):
        return stats(x)

    return fit, apply


@own(RIGHT)
def bias_form():
    def fit(x, eps):
        stats = pca(x, eps)
        return stats["W"], -stats["mean"] @ stats["W"]

    def apply(x, stats):
        W, b = stats
        return x @ W + b

    return fit, apply


@own(RIGHT)
def columns_as_samples_and_loops():
    def fit(x, eps):
        D = x.shape[1]
        mean = x.mean(axis=0)
        C = np.zeros((D, D))
        for row in x:
            C += np.outer(row - mean, row - mean)
        lam, V = np.linalg.eigh(C / len(x))
        return {"mean": mean, "P": np.diag((np.abs(lam) + eps) ** -0.5) @ V.T}

    def apply(x, stats):
        z = [stats["P"] @ (row - stats["mean"]) for row in x]
        return np.array(z, dtype=x.dtype)

    return fit, apply


@own(RIGHT)
def data_kept_until_it_is_needed():
    def keep(x, eps):
        return x.copy(), eps

    def white(x, stats):
        return apply(x, pca(*stats))

    return keep, white


@own(RIGHT)
def signs_made_positive():
    def fit(x, eps, largest_positive=True):
        stats = pca(x, eps)
        W = stats["W"]
        if largest_positive:
            W = W * np.where(W.sum(axis=0) < 0, -1, 1).astype(W.dtype)
        return {"mean": stats["mean"], "W": W}

    return fit, apply


# --- right values in a deviating form ---------------------------------------------------------


@put(FORM, fit)
def nested_lists(x, stats):  # lists
    return apply(x, stats).tolist()


@put(FORM, fit)
def leading_axis(x, stats):  # (1, N, D)
    return apply(x, stats)[None]


@put(FORM, fit)
def centred_in_place(x, stats):  # x is changed
    x -= stats["mean"]
    return x @ stats["W"]


@put(FORM, fit)
def double_precision(x, stats):  # float64 from float32
    return apply(x.astype(float), stats)


# --- left open --------------------------------------------------------------------------------


# Neither PCA nor ZCA, but white; with eps the covariance differs by a rotation.
@own(EITHER)
def cholesky():
    def fit(x, eps):
        L = np.linalg.cholesky(covariance(x) + float(eps) * np.eye(x.shape[1], dtype=x.dtype))
        return x.mean(axis=0), L

    def apply(x, stats):
        return np.linalg.solve(stats[1], (x - stats[0]).T).T

    return fit, apply


# float64 from float32 where eps is a numpy.float64.
@own(EITHER)
def eps_as_given():
    def fit(x, eps):
        lam, V = np.linalg.eigh(covariance(x))
        return {"mean": x.mean(axis=0), "W": V / np.sqrt(lam + eps)}

    return fit, apply


# --- wrong ------------------------------------------------------------------------------------


def raw_moment(x):
    return x.T @ x / len(x)


for name, spoilt in {
    "unbiased_covariance": {"C": lambda x: covariance(x) * len(x) / max(len(x) - 1, 1)},
    "covariance_not_divided": {"C": lambda x: covariance(x) * len(x)},
    "divided_by_the_features": {"C": lambda x: covariance(x) * len(x) / x.shape[1]},
    "covariance_not_centred": {"C": raw_moment},
    "centred_by_rows": {"C": lambda x: raw_moment(x - x.mean(axis=1, keepdims=True))},
    "centred_by_one_number": {"C": lambda x: raw_moment(x - x.mean())},
    "mean_forgotten": {"mean": lambda x: np.zeros_like(x[0])},
    "one_mean_for_all": {"mean": lambda x: np.full_like(x[0], x.mean())},
    "mean_negated": {"mean": lambda x: -x.mean(axis=0)},
    "eps_outside_the_root": {"scale": lambda lam, eps: 1 / (np.sqrt(lam) + eps)},
    "eps_forgotten": {"scale": lambda lam, eps: np.nan_to_num(1 / np.sqrt(lam))},
    "eps_squared": {"scale": lambda lam, eps: 1 / np.sqrt(lam + eps**2)},
    "eps_fixed": {"scale": lambda lam, eps: 1 / np.sqrt(lam + 1e-5)},
    "eps_subtracted": {"scale": lambda lam, eps: 1 / np.sqrt(np.abs(lam - eps))},
    "eps_as_a_lower_bound": {"scale": lambda lam, eps: 1 / np.sqrt(np.maximum(lam, eps))},
    "eps_times_the_largest": {"scale": lambda lam, eps: 1 / np.sqrt(lam + eps * lam.max())},
    "root_forgotten": {"scale": lambda lam, eps: 1 / (lam + eps)},
    "fourth_root": {"scale": lambda lam, eps: (lam + eps) ** -0.25},
    "multiplied": {"scale": lambda lam, eps: np.sqrt(lam + eps)},
    "rotated_only": {"scale": lambda lam, eps: np.ones_like(lam), "zca": False},
    "centred_only": {"scale": lambda lam, eps: np.ones_like(lam)},
    "eigenvalues_in_reverse": {"scale": lambda lam, eps: 1 / np.sqrt(lam[::-1] + eps)},
    "largest_component_for_all": {
        "scale": lambda lam, eps: np.full_like(lam, (lam[-1] + eps) ** -0.5)
    },
    "smallest_component_left_out": {
        "scale": lambda lam, eps: np.where(np.arange(len(lam)) > 0, (lam + eps) ** -0.5, 0)
    },
    "eps_on_every_entry": {
        "C": lambda x: covariance(x) + 0.01,
        "scale": lambda lam, eps: lam**-0.5,
    },
    "standardised_only": {"C": lambda x: np.diag(np.diag(covariance(x)))},
    "correlation_for_covariance": {
        "C": lambda x: covariance(x / np.sqrt(np.diag(covariance(x)) + 1e-12))
    },
}.items():
    WRONG[name] = (functools.partial(fit, **spoilt), apply)  # type: ignore[arg-type]


@own(WRONG)
def correlation_with_eps():
    # Standardised first: white for eps = 0 only.
    def fit(x, eps):
        std = x.std(axis=0) + 1e-12
        stats = pca(x / std, eps)
        return {"mean": x.mean(axis=0), "W": stats["W"] / std[:, None]}

    return fit, apply


@own(WRONG)
def eigenvectors_as_rows():
    # V for V^T: right for D = 1.
    def fit(x, eps):
        lam, V = np.linalg.eigh(covariance(x))
        return {"mean": x.mean(axis=0), "W": V.T / np.sqrt(np.maximum(lam, 0) + eps)}

    return fit, apply


@own(WRONG)
def scaled_before_the_rotation():
    def fit(x, eps):
        lam, V = np.linalg.eigh(covariance(x))
        return {"mean": x.mean(axis=0), "W": V / np.sqrt(np.maximum(lam, 0) + eps)[:, None]}

    return fit, apply


@own(WRONG)
def samples_for_features():
    # rowvar left at its default.
    def fit(x, eps):
        lam, V = np.linalg.eigh(np.atleast_2d(np.cov(x, bias=True)))
        return x.mean(axis=0), V / np.sqrt(np.maximum(lam, 0) + eps)

    def apply(x, stats):
        return ((x - stats[0]).T @ stats[1]).T

    return fit, apply


@own(WRONG)
def singular_values_for_eigenvalues():
    def fit(x, eps):
        mean = x.mean(axis=0)
        _, s, Vt = np.linalg.svd(x - mean, full_matrices=False)
        return {"mean": mean, "W": Vt.T / np.sqrt(s + eps)}

    return fit, apply


@own(WRONG)
def eps_on_the_singular_values():
    def fit(x, eps):
        mean = x.mean(axis=0)
        _, s, Vt = np.linalg.svd(x - mean, full_matrices=False)
        return {"mean": mean, "W": Vt.T / (s / np.sqrt(len(x)) + eps)}

    return fit, apply


@own(WRONG)
def half_of_the_components():
    def fit(x, eps):
        stats = pca(x, eps)
        return {"mean": stats["mean"], "W": stats["W"][:, x.shape[1] // 2 :]}

    return fit, apply


@put(WRONG, fit)
def mean_not_subtracted(x, stats):
    return x @ stats["W"]


@put(WRONG, fit)
def mean_added(x, stats):
    return (x + stats["mean"]) @ stats["W"]


@put(WRONG, fit)
def mean_subtracted_afterwards(x, stats):
    return x @ stats["W"] - stats["mean"]


@put(WRONG, fit)
def mean_added_back(x, stats):
    return apply(x, stats) + stats["mean"]


@put(WRONG, fit)
def own_mean(x, stats):
    # Right on the training data.
    return (x - x.mean(axis=0)) @ stats["W"]


@put(WRONG, pca)
def transposed_matrix(x, stats):
    return (x - stats["mean"]) @ stats["W"].T


@put(WRONG, pca)
def transposed_result(x, stats):
    return apply(x, stats).T


@put(WRONG, fit)
def applied_twice(x, stats):
    return apply(apply(x, stats), stats)


@put(WRONG, fit)
def entries_multiplied(x, stats):
    return (x - stats["mean"]) * np.diag(stats["W"])


@own(WRONG)
def fitted_to_what_is_given():
    # Right on the training data; the new data are whitened by themselves.
    def fit(x, eps):
        return {"eps": eps}

    def white(x, stats):
        return apply(x, pca(x, stats["eps"]))

    return fit, white


@own(WRONG)
def fitted_globally():
    # The last fit counts, whatever stats are given.
    saved: dict[str, Any] = {}

    def remember(x, eps):
        saved.update(pca(x, eps))
        return {}

    def white(x, stats):
        return apply(x, saved)

    return remember, white


@put(WRONG, pca)
def training_data_white_noise(x, stats):
    # Mean 0 and covariance 1 are no proof.
    return np.random.default_rng(0).standard_normal(x.shape).astype(x.dtype)


@put(WRONG, fit)
def one_std_for_everything(x, stats):
    z = x - stats["mean"]
    return z / (z.std() + 1e-12)


more: Any = carried(RIGHT["turned_back"])
RIGHT |= more[0]
# The negative of a whitened table is whitened as well: the signs of eigenvectors are free.
EITHER["negated"] = more[1].pop("negated")
WRONG |= more[1]
EITHER |= more[2]
