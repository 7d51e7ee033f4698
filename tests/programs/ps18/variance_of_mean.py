"""Solutions of ``variance_of_mean(errors, M) -> variance``."""

import numpy as np

from tests.programs.catalogue import Catalogue

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(errors, M):
    C = np.cov(errors, ddof=0)
    K = len(errors)
    var, cov = C.diagonal().mean(), C[~np.eye(K, dtype=bool)].mean()
    return cov + (var - cov) / M


@right
def from_the_variance_of_the_mean(errors, M):
    """Var(mean of K) = cov + (var - cov) / K, solved for cov."""
    K = len(errors)
    var, of_mean = np.var(errors, axis=1).mean(), np.var(errors.mean(axis=0))
    cov = (of_mean - var / K) * K / (K - 1)
    return var / M + (1 - 1 / M) * cov


@right
def pair_by_pair(errors, M):
    d = [e - e.mean() for e in errors]
    pairs = [np.mean(a * b) for i, a in enumerate(d) for b in d[:i]]
    var, cov = np.mean([np.mean(a * a) for a in d]), np.mean(pairs)
    return (M * var + M * (M - 1) * cov) / M**2


@wrong
def members_of_the_first_call(errors, M, kept=[]):  # noqa: B006
    kept.append(M)
    return textbook(errors, kept[0])
