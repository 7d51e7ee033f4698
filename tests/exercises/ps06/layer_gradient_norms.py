"""Programs for ``layer_gradient_norms``."""

import math

import numpy as np


def sigmoid(u):
    return 1 / (1 + np.exp(-u))


def two_loops(weights, x, dy):
    zs = [x]
    for W in weights:
        zs.append(sigmoid(zs[-1] @ W))
    norms, dz = [], dy
    for i in reversed(range(len(weights))):
        du = dz * zs[i + 1] * (1 - zs[i + 1])
        norms.append(np.linalg.norm(zs[i].T @ du))
        dz = du @ weights[i].T
    return norms[::-1]


def recursion(weights, x, dy):
    def down(layer, z_in):
        if layer == len(weights):
            return dy, []
        z = sigmoid(z_in @ weights[layer])
        dz, norms = down(layer + 1, z)
        du = dz * z * (1 - z)
        return du @ weights[layer].T, [float(np.sqrt(np.sum((z_in.T @ du) ** 2))), *norms]

    return down(0, x)[1]


def by_closures(weights, x, dy):
    ways_back, z = [], x

    def layer(z_in, W):
        z = 0.5 * (1 + np.tanh(z_in @ W / 2))

        def back(dz):
            du = dz * (z - z**2)
            return du @ W.T, np.einsum("ni,nj->ij", z_in, du)

        return z, back

    for W in weights:
        z, back = layer(z, W)
        ways_back.append(back)
    norms, dz = np.zeros(len(weights)), dy
    for i, back in reversed(list(enumerate(ways_back))):
        dz, dW = back(dz)
        norms[i] = np.sqrt((dW * dW).sum())
    return norms


def deltas(weights, x, dy):
    us, zs = [], [x]
    for W in weights:
        us.append(zs[-1] @ W)
        zs.append(sigmoid(us[-1]))

    def slope(u):
        return np.exp(-u) / (1 + np.exp(-u)) ** 2

    delta = [None] * len(weights)
    delta[-1] = dy * slope(us[-1])
    for i in range(len(weights) - 2, -1, -1):
        delta[i] = (delta[i + 1] @ weights[i + 1].T) * slope(us[i])
    return tuple(np.linalg.norm(zs[i].T @ delta[i]) for i in range(len(weights)))


def sample_by_sample(weights, x, dy):
    dWs = [np.zeros(W.shape) for W in weights]
    for n in range(len(x)):
        zs = [x[n]]
        for W in weights:
            zs.append(sigmoid(W.T @ zs[-1]))
        dz = dy[n]
        for i in range(len(weights) - 1, -1, -1):
            du = dz * zs[i + 1] * (1 - zs[i + 1])
            dWs[i] += np.outer(zs[i], du)
            dz = weights[i] @ du
    return [math.sqrt(sum(v * v for v in dW.ravel())) for dW in dWs]


def inserted(weights, x, dy):
    caches, z = [], x
    for W in weights:
        caches.append((z, W, sigmoid(z @ W)))
        z = caches[-1][2]
    norms = []
    for z_in, W, z_out in caches[::-1]:
        du = dy * z_out * (1 - z_out)
        norms.insert(0, [np.linalg.norm(z_in.T @ du)])
        dy = du @ W.T
    return norms


VARIANTS = [
    (f.__name__, (f,))
    for f in (two_loops, recursion, by_closures, deltas, sample_by_sample, inserted)
]


def over_dy(weights, x, dy):
    zs = [x]
    for W in weights:
        zs.append(sigmoid(zs[-1] @ W))
    dy *= zs[-1] * (1 - zs[-1])
    du, norms = dy, []
    for i in range(len(weights) - 1, -1, -1):
        norms.append(np.linalg.norm(zs[i].T @ du))
        du = du @ weights[i].T * zs[i] * (1 - zs[i])
    return norms[::-1]


DRESSED = [("over_dy", (over_dy,))]


def net(weights, x, dy, *, slope=lambda z: z * (1 - z), weight=lambda W: W.T):
    zs = [x]
    for W in weights:
        zs.append(sigmoid(zs[-1] @ W))
    norms, dz = [], dy
    for i in reversed(range(len(weights))):
        du = dz * slope(zs[i + 1])
        norms.insert(0, np.linalg.norm(zs[i].T @ du))
        dz = du @ weight(weights[i])
    return norms


def always_a_quarter(weights, x, dy):
    return net(weights, x, dy, slope=lambda z: 0.25)


def signs_of_weights(weights, x, dy):
    return net(weights, x, dy, weight=lambda W: np.sign(W).T)


def mean_sample_first(weights, x, dy):
    return net(weights, x.mean(axis=0, keepdims=True), dy.mean(axis=0, keepdims=True))


def dy_of_ones(weights, x, dy):
    return net(weights, x, np.ones_like(dy))


def with_penalty(weights, x, dy):
    return [v + 1e-3 * np.linalg.norm(W) for v, W in zip(net(weights, x, dy), weights, strict=True)]


def first_layer_linear(weights, x, dy):
    return net(weights[1:], x @ weights[0], dy)


def rounded(weights, x, dy):
    return [round(float(v), 3) for v in net(weights, x, dy)]


def only_the_first(weights, x, dy):
    return net(weights, x, dy)[0]


def with_the_input(weights, x, dy):
    return [np.linalg.norm(x), *net(weights, x, dy)]


def last_dz_kept(weights, x, dy):
    return [
        net(weights[: i + 1], x, np.ones((len(x), W.shape[1])) * dy.mean())[-1]
        for i, W in enumerate(weights)
    ]


WRONG = [
    (f.__name__, (f,))
    for f in (
        always_a_quarter,
        signs_of_weights,
        mean_sample_first,
        dy_of_ones,
        with_penalty,
        first_layer_linear,
        rounded,
        only_the_first,
        with_the_input,
        last_dz_kept,
    )
]
