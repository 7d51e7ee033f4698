"""Solutions of ``shared_chain_backward(dy, cache) -> (dx, dW)``, each with its forward."""

from types import SimpleNamespace

import numpy as np

from tests.programs.catalogue import Catalogue


def sigmoid(u):
    return 0.5 * (1 + np.tanh(0.5 * u))


def forward(x, W, n):
    zs = [x]
    for _ in range(n):
        zs.append(sigmoid(zs[-1] @ W))
    return zs[-1], (W, zs)


programs = Catalogue(forward)
right, form, wrong, open_ = programs.kinds


@right
def textbook(dy, cache):
    W, zs = cache
    dz, dW = dy, np.zeros_like(W)
    for k in range(len(zs) - 1, 0, -1):
        du = dz * zs[k] * (1 - zs[k])
        dW += zs[k - 1].T @ du
        dz = du @ W.T
    return dz, dW


@right.together
def computed_again_from_x():
    def forward_only(x, W, n):
        return forward(x, W, n)[0], SimpleNamespace(x=x, W=W, n=n)

    def backward(dy, cache):
        dW = np.zeros(cache.W.shape, dtype=cache.W.dtype)
        for k in reversed(range(cache.n)):
            z = forward(cache.x, cache.W, k)[0]
            u = np.einsum("nd,de->ne", z, cache.W)
            du = dy / (4 * np.cosh(u / 2) ** 2)
            dW = dW + np.einsum("nd,ne->de", z, du)
            dy = np.einsum("ne,de->nd", du, cache.W)
        return dy, dW

    return forward_only, backward


@right.together
def by_differences():
    def keeps_arguments(x, W, n):
        return forward(x, W, n)[0], (x, W, n)

    def slope(a, f):
        gradient = np.zeros(a.shape)
        for i in np.ndindex(a.shape):
            e = np.zeros(a.shape)
            e[i] = 1e-5
            gradient[i] = (f(a + e) - f(a - e)) / 2e-5
        return gradient

    def backward(dy, cache):
        x, W, n = cache
        dx = slope(x.astype(float), lambda a: np.sum(dy * forward(a, W, n)[0]))
        dW = slope(W.astype(float), lambda a: np.sum(dy * forward(x, a, n)[0]))
        return dx.astype(dy.dtype), dW.astype(dy.dtype)

    return keeps_arguments, backward


# --- left open --------------------------------------------------------------------------------


# The cache is used up: a second backward for the same forward fails.
@open_
def steps_taken_from_the_cache(dy, cache):
    W, zs = cache
    dz, dW = dy, np.zeros_like(W)
    while len(zs) > 1:
        z = zs.pop()
        du = dz * z * (1 - z)
        dW += zs[-1].T @ du
        dz = du @ W.T
    return dz, dW
