"""Programs for ``shared_chain_backward``."""

import numpy as np


def sigmoid(u):
    return 1 / (1 + np.exp(-u))


def keeps_all(x, W, n):
    zs = [x]
    for _ in range(n):
        zs.append(sigmoid(zs[-1] @ W))
    return zs[-1], (zs, W)


def counting_down(dy, cache):
    zs, W = cache
    dz, dW = dy, np.zeros_like(W)
    for k in range(len(zs) - 1, 0, -1):
        du = dz * zs[k] * (1 - zs[k])
        dW += zs[k - 1].T @ du
        dz = du @ W.T
    return dz, dW


def list_of_shares(dy, cache):
    zs, W = cache
    dz, shares = dy, []
    for before, after in zip(zs[-2::-1], zs[:0:-1], strict=True):
        du = np.multiply(dz, after - after**2)
        shares.append(np.einsum("ni,nj->ij", before, du))
        dz = np.dot(du, W.T)
    return [dz, np.sum(shares, axis=0)]


def stacked(dy, cache):
    """All uses at once: one tall product of what went in and what came back."""
    zs, W = cache
    dus = []
    dz = dy
    for z in zs[:0:-1]:
        dus.insert(0, dz * z * (1 - z))
        dz = dus[0] @ W.T
    return dz, np.concatenate(zs[:-1]).T @ np.concatenate(dus)


def keeps_arguments(x, W, n):
    return keeps_all(x, W, n)[0], (x, W, n)


def computes_again(dy, cache):
    x, W, n = cache
    return counting_down(dy, keeps_all(x, W, n)[1])


def by_recursion(dy, cache):
    x, W, n = cache
    if n == 0:
        return dy, np.zeros_like(W)
    u = x @ W
    dz, dW = by_recursion(dy, (sigmoid(u), W, n - 1))
    du = dz * np.exp(-u) / (1 + np.exp(-u)) ** 2
    return du @ W.T, dW + x.T @ du


def by_differences(dy, cache):
    x, W, n = (np.asarray(a, dtype=float) if i < 2 else a for i, a in enumerate(cache))

    def slope(a, f):
        gradient = np.zeros(a.shape)
        for i in np.ndindex(a.shape):
            e = np.zeros(a.shape)
            e[i] = 1e-5
            gradient[i] = (f(a + e) - f(a - e)) / 2e-5
        return gradient.astype(dy.dtype)

    return (
        slope(x, lambda a: np.sum(dy * keeps_all(a, W, n)[0])),
        slope(W, lambda a: np.sum(dy * keeps_all(x, a, n)[0])),
    )


def keeps_closures(x, W, n):
    ways_back = []

    def step(z):
        out = sigmoid(z @ W)

        def back(dz):
            du = dz * out * (1 - out)
            return du @ W.T, z.T @ du

        ways_back.append(back)
        return out

    for _ in range(n):
        x = step(x)
    return x, ways_back


def calls_closures(dy, ways_back):
    dW = 0
    for back in ways_back[::-1]:
        dy, share = back(dy)
        dW = dW + share
    return dy, dW


VARIANTS = [
    *((f.__name__, (keeps_all, f)) for f in (counting_down, list_of_shares, stacked)),
    *((f.__name__, (keeps_arguments, f)) for f in (computes_again, by_recursion, by_differences)),
    ("closures", (keeps_closures, calls_closures)),
]


def nested_lists(dy, cache):
    return tuple(g.tolist() for g in counting_down(dy, cache))


def over_dy(dy, cache):
    dx, dW = counting_down(dy, cache)
    dy *= 2
    return dx, dW


def double_precision(dy, cache):
    dx, dW = counting_down(dy, cache)
    return dx.astype(float), dW.astype(float)


def leading_axis(dy, cache):
    dx, dW = counting_down(dy, cache)
    return dx[None], dW[None]


DRESSED = [
    (f.__name__, (keeps_all, f)) for f in (nested_lists, over_dy, double_precision, leading_axis)
]


def cut_after_two(dy, cache):
    zs, W = cache
    return counting_down(dy, (zs[-3:], W))


def first_and_last(dy, cache):
    zs, W = cache
    dx, _ = counting_down(dy, cache)
    last = zs[-2].T @ (dy * zs[-1] * (1 - zs[-1]))
    return dx, last + counting_down(dy, (zs[:2], W))[1]


def columns(dy, cache):
    zs, W = cache
    dz, dW = dy, 0 * W
    for k in range(len(zs) - 1, 0, -1):
        du = dz * zs[k] * (1 - zs[k])
        dW = dW + du.T @ zs[k - 1]
        dz = du @ W
    return dz, dW


def swapped(dy, cache):
    return counting_down(dy, cache)[::-1]


def signs(dy, cache):
    dx, dW = counting_down(dy, cache)
    return -dx, -dW


def dx_is_dy(dy, cache):
    return dy, counting_down(dy, cache)[1]


def norm_clipped(dy, cache):
    dx, dW = counting_down(dy, cache)
    return dx, dW * min(1, 0.01 / np.linalg.norm(dW))


def one_cache(x, W, n, kept=[]):  # noqa: B006
    y, cache = keeps_all(x, W, n)
    kept[:] = cache
    return y, kept


WRONG = [
    *(
        (f.__name__, (keeps_all, f))
        for f in (
            cut_after_two,
            first_and_last,
            columns,
            swapped,
            signs,
            dx_is_dy,
            norm_clipped,
        )
    ),
    ("one_cache", (one_cache, counting_down)),
]
