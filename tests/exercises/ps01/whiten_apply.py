"""Pairs ``whiten_fit``, ``whiten_apply``."""

import numpy as np


def mean_and_covariance(x):
    mean = x.mean(axis=0)
    return mean, (x - mean).T @ (x - mean) / len(x)


def by_matrix(matrix):
    """The pair that keeps mean and ``matrix(C, eps)``, and applies ``(x - mean) @ matrix``."""

    def fit(x, eps):
        mean, C = mean_and_covariance(x)
        return {"mean": mean, "W": matrix(C, eps).astype(x.dtype)}

    return fit, lambda x, stats: (x - stats["mean"]) @ stats["W"]


def pca(C, eps):
    lam, V = np.linalg.eigh(C)
    return V / np.sqrt(np.maximum(lam, 0) + eps)


def zca(C, eps):
    lam, V = np.linalg.eigh(C)
    return V @ np.diag(1 / np.sqrt(np.abs(lam) + eps)) @ V.T


def descending(C, eps):
    lam, V = np.linalg.eig(C)
    order = np.argsort(lam.real)[::-1]
    lam, V = lam[order].real, V[:, order].real
    return -V / (lam + eps) ** 0.5


def svd_of_covariance(C, eps):
    U, S, _Vt = np.linalg.svd(C)
    return U @ np.diag(1 / np.sqrt(S + eps)) @ U.T


def cholesky(C, eps):
    L = np.linalg.cholesky(C + eps * np.eye(len(C)))
    return np.linalg.inv(L).T


def cholesky_of_inverse(C, eps):
    return np.linalg.cholesky(np.linalg.inv(C + eps * np.identity(C.shape[0])))


def newton_schulz(C, eps):
    """The inverse root without eigenvectors."""
    A = C.astype(np.float64) + eps * np.eye(len(C))
    scale = np.linalg.norm(A)
    Y, Z, eye = A / scale, np.eye(len(C)), np.eye(len(C))
    for _ in range(60):
        T = (3 * eye - Z @ Y) / 2
        Y, Z = Y @ T, T @ Z
    return Z / np.sqrt(scale)


def fit_with_cov(x, eps):
    lam, V = np.linalg.eigh(np.cov(x, rowvar=False, bias=True))
    lam, V = lam.clip(0).astype(x.dtype), V.astype(x.dtype)
    return x.mean(0), lam, V, eps


def apply_in_two_steps(x, stats):
    mean, lam, V, eps = stats
    turned = (x - mean) @ V
    return turned / np.sqrt(lam + eps)


def fit_by_svd(x, eps):
    mean = x.mean(axis=0)
    _U, S, Vt = np.linalg.svd(x - mean, full_matrices=True)
    S = np.concatenate([S, np.zeros(len(Vt) - len(S), S.dtype)])
    return {"mu": mean, "rows": Vt, "scale": np.sqrt(S**2 / len(x) + eps).astype(x.dtype)}


def apply_by_svd(x, stats):
    return (stats["rows"] @ (x - stats["mu"]).T / stats["scale"][:, None]).T


def fit_in_loops(x, eps):
    N, D = x.shape
    mean = [sum(x[:, i]) / N for i in range(D)]
    C = np.zeros((D, D), x.dtype)
    for i in range(D):
        for j in range(D):
            C[i, j] = sum((x[n, i] - mean[i]) * (x[n, j] - mean[j]) for n in range(N)) / N
    return {"mean": np.array(mean, x.dtype), "W": zca(C, eps).astype(x.dtype)}


def fit_keeps_data(x, eps):
    return [x.copy(), eps]


def apply_refits_training_data(x, stats):
    mean, C = mean_and_covariance(stats[0])
    return ((x - mean) @ zca(C, stats[1])).astype(x.dtype)


VARIANTS = [
    *((f.__name__, by_matrix(f)) for f in (pca, zca, descending, svd_of_covariance)),
    *((f.__name__, by_matrix(f)) for f in (cholesky, cholesky_of_inverse, newton_schulz)),
    ("two_steps", (fit_with_cov, apply_in_two_steps)),
    ("svd", (fit_by_svd, apply_by_svd)),
    ("in_loops", (fit_in_loops, by_matrix(zca)[1])),
    ("stats_are_the_data", (fit_keeps_data, apply_refits_training_data)),
]


def fit_economically(x, eps):
    """Leaves out the directions for which there are not enough samples."""
    mean = x.mean(axis=0)
    _U, S, Vt = np.linalg.svd(x - mean, full_matrices=False)
    return {"mean": mean, "W": (Vt.T / np.sqrt(S**2 / len(x) + eps)).astype(x.dtype)}


def lists(x, stats):
    return ((x - stats["mean"]) @ stats["W"]).tolist()


def over_its_input(x, stats):
    x -= stats["mean"]
    return x @ stats["W"]


def always_double(x, stats):
    return (x - stats["mean"]).astype(np.float64) @ stats["W"]


def fit_over_its_input(x, eps):
    stats = by_matrix(zca)[0](x.copy(), eps)
    x -= stats["mean"]
    return stats


DRESSED = [
    ("economical_svd", (fit_economically, by_matrix(pca)[1])),
    ("lists", (by_matrix(pca)[0], lists)),
    ("over_its_input", (by_matrix(pca)[0], over_its_input)),
    ("fit_over_its_input", (fit_over_its_input, by_matrix(pca)[1])),
    ("always_double", (by_matrix(zca)[0], always_double)),
]


def cholesky_not_transposed(C, eps):
    return np.linalg.inv(np.linalg.cholesky(C + eps * np.eye(len(C))))


def cholesky_multiplied(C, eps):
    return np.linalg.cholesky(C + eps * np.eye(len(C)))


def two_directions_only(C, eps):
    lam, V = np.linalg.eigh(C)
    return V[:, -2:] / np.sqrt(lam[-2:].clip(0) + eps)


def small_ones_cut_off(C, eps):
    lam, V = np.linalg.eigh(C)
    return V * np.where(lam > 0.1, 1 / np.sqrt(lam.clip(0) + eps), 0)


def relative_eps(C, eps):
    lam, V = np.linalg.eigh(C)
    return V / np.sqrt(lam.clip(0) + eps * lam.max())


def eps_for_a_floor(C, eps):
    lam, V = np.linalg.eigh(C)
    return V / np.sqrt(np.maximum(lam, eps))


def eps_squared(C, eps):
    lam, V = np.linalg.eigh(C)
    return V / np.sqrt(lam.clip(0) + eps**2)


def one_scale_for_all(C, eps):
    return np.eye(len(C)) / np.sqrt(np.trace(C) / len(C) + eps)


def covariance_of_samples(x, eps):
    mean = x.mean(axis=0)
    lam, V = np.linalg.eigh(np.cov(x, bias=True))
    return {"mean": mean, "W": V / np.sqrt(lam.clip(0) + eps)}


LAST = {}


def remembers_outside(x, eps):
    LAST.update(by_matrix(zca)[0](x, eps))
    return {}


def from_outside(x, stats):
    return (x - LAST["mean"]) @ LAST["W"]


def white_noise(x, stats):
    """White, but no longer the data: the nearest rank of each number in a normal sample."""
    z = np.random.default_rng(0).normal(size=x.shape)
    _lam, V = np.linalg.eigh(np.cov(z, rowvar=False, bias=True))
    return (z - z.mean(axis=0)) @ V / np.sqrt(_lam)


fit, transform = by_matrix(zca)
WRONG = [
    *(
        (f.__name__, by_matrix(f))
        for f in (
            cholesky_not_transposed,
            cholesky_multiplied,
            two_directions_only,
            small_ones_cut_off,
            relative_eps,
            eps_for_a_floor,
            eps_squared,
            one_scale_for_all,
        )
    ),
    ("covariance_of_samples", (covariance_of_samples, transform)),
    ("remembers_outside", (remembers_outside, from_outside)),
    ("white_noise", (fit, white_noise)),
    ("unchanged", (fit, lambda x, stats: x)),
]
