"""Solutions of ``whiten_fit(x, eps) -> stats`` and ``whiten_apply(x, stats)``, as pairs.

PCA or ZCA, with the covariance over N and ``1 / sqrt(eigenvalue + eps)``.
"""

import functools

import numpy as np

from tests.programs.catalogue import Catalogue


def covariance(x):
    r = x - x.mean(axis=0)
    return r.T @ r / len(x)


def pca(C, eps):
    lam, V = np.linalg.eigh(C)
    return V / np.sqrt(np.maximum(lam, 0) + eps)


def zca(C, eps):
    lam, V = np.linalg.eigh(C)
    return V @ np.diag(1 / np.sqrt(np.abs(lam) + eps)) @ V.T


def fit(x, eps, C=covariance, W=zca, mean=lambda x: x.mean(axis=0)):
    """Statistics for ``apply``, with places to go wrong."""
    with np.errstate(all="ignore"):
        return {"mean": mean(x), "W": W(C(x), float(eps)).astype(x.dtype)}


def apply(x, stats):
    return (x - stats["mean"]) @ stats["W"]


programs = Catalogue(fit)
right, form, wrong, open_ = programs.kinds

right.add("textbook", functools.partial(fit, W=pca), apply)
right.add("turned_back", fit, apply)


def by_matrix(kind):
    """Enter the pair whose fit keeps this matrix of C and eps."""

    def enter(W):
        kind.add(W.__name__, functools.partial(fit, W=W), apply)

    return enter


@by_matrix(right)
def largest_first(C, eps):
    lam, V = np.linalg.eig(C)
    order = np.argsort(lam.real)[::-1]
    lam, V = lam[order].real, V[:, order].real
    return -V / (lam + eps) ** 0.5


@by_matrix(right)
def eps_on_the_diagonal(C, eps):
    U, s, _ = np.linalg.svd(C + eps * np.eye(len(C)))
    return U @ np.diag(s**-0.5) @ U.T


@by_matrix(right)
def cholesky(C, eps):
    return np.linalg.inv(np.linalg.cholesky(C + eps * np.eye(len(C)))).T


@by_matrix(right)
def cholesky_of_the_inverse(C, eps):
    return np.linalg.cholesky(np.linalg.inv(C + eps * np.identity(len(C))))


@by_matrix(right)
def inverse_root_by_iteration(C, eps):
    # Denman and Beavers: Y goes to the root of A, Z to its inverse.
    Y, Z = C.astype(float) + eps * np.eye(len(C)), np.eye(len(C))
    for _ in range(60):
        Y, Z = (Y + np.linalg.inv(Z)) / 2, (Z + np.linalg.inv(Y)) / 2
    return Z


@right.together
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


@right.together
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


@right.together
def stats_are_a_closure():
    def close(x, eps):
        mean = x.mean(axis=0)
        L = np.linalg.cholesky(covariance(x) + eps * np.eye(x.shape[1]))
        return lambda new: np.linalg.solve(L, (new - mean).T).T.astype(x.dtype)

    return close, lambda x, stats: stats(x)


@right.together
def weights_and_biases():
    def bias_form(x, eps):
        stats = fit(x, eps, W=pca)
        return stats["W"], -stats["mean"] @ stats["W"]

    return bias_form, lambda x, stats: x @ stats[0] + stats[1]


@right.together
def columns_as_samples_and_loops():
    def loops(x, eps):
        mean, C = x.mean(axis=0), np.zeros((x.shape[1],) * 2)
        for row in x:
            C += np.outer(row - mean, row - mean)
        return {"mean": mean, "P": pca(C / len(x), eps).T}

    def apply(x, stats):
        z = [stats["P"] @ (row - stats["mean"]) for row in x]
        return np.array(z, dtype=x.dtype)

    return loops, apply


# --- right values in a deviating form ---------------------------------------------------------


@form.together
def fit_over_its_input():  # x is changed
    def centre(x, eps):
        stats = fit(x.copy(), eps)
        x -= stats["mean"]
        return stats

    return centre, apply


@form.together
def economical_svd():  # directions for which there are not enough samples are left out
    def economical(x, eps):
        mean = x.mean(axis=0)
        _U, S, Vt = np.linalg.svd(x - mean, full_matrices=False)
        return {"mean": mean, "W": (Vt.T / np.sqrt(S**2 / len(x) + eps)).astype(x.dtype)}

    return economical, apply


@open_.together
def eps_as_given():  # float64 from float32 where eps is a numpy.float64
    def given(x, eps):
        return {"mean": x.mean(axis=0), "W": pca(covariance(x), eps)}

    return given, apply


# --- wrong ------------------------------------------------------------------------------------


# The negative of whitened data is white as well: the signs of eigenvectors are free.
