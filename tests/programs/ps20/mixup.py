"""Solutions of ``mixup(x, t, rng, alpha)``: weighted means of samples and of their targets."""

import numpy as np

from tests.programs.catalogue import Catalogue

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def sample_by_sample(x, t, rng, alpha):
    lam = rng.beta(alpha, alpha)
    order = rng.permutation(len(x))
    y, u = np.empty_like(x), np.empty_like(t)
    for n, m in enumerate(order):
        y[n] = lam * x[n] + (1 - lam) * x[m]
        u[n] = lam * t[n] + (1 - lam) * t[m]
    return y, u


@right
def shuffled_indices(x, t, rng, alpha):
    order = np.arange(len(x))
    rng.shuffle(order)
    lam = rng.beta(a=alpha, b=alpha)
    return tuple((a[order] + lam * (a - a[order])).astype(a.dtype) for a in (x, t))


@right
def gamma_variables(x, t, rng, alpha):
    # A Beta variable as a share of two Gamma variables; the weights of both are exchanged.
    a, b = rng.standard_gamma(alpha, size=2)
    lam = a / max(a + b, 1e-300)
    p = rng.permutation(len(x))
    return (x[p] * lam + x * (1 - lam)).astype(x.dtype), (t[p] * lam + t * (1 - lam)).astype(
        t.dtype
    )


@right
def the_larger_weight_stays(x, t, rng, alpha):
    # The same mixtures: the weights of a pair are exchanged.
    lam = rng.beta(alpha, alpha)
    lam, p = max(lam, 1 - lam), rng.permutation(len(x))
    return tuple((lam * a + (1 - lam) * a[p]).astype(a.dtype) for a in (x, t))


@right
def nobody_mixes_with_itself(x, t, rng, alpha):
    # A permutation without fixed points; the task allows them, and does not ask for them.
    p = rng.permutation(len(x))
    while (p == np.arange(len(x))).any():
        p = rng.permutation(len(x))
    lam = rng.beta(alpha, alpha)
    return tuple((lam * a + (1 - lam) * a[p]).astype(a.dtype) for a in (x, t))


@wrong
def one_weight_for_ever(x, t, rng, alpha, kept={}):  # noqa: B006
    lam = kept.setdefault(alpha, rng.beta(alpha, alpha))
    p = rng.permutation(len(x))
    return tuple((lam * a + (1 - lam) * a[p]).astype(a.dtype) for a in (x, t))
