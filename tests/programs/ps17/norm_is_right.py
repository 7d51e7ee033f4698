"""Solutions of ``norm_is_right(layer) -> bool``, a test of a layer normalisation."""

import numpy as np

from tests.programs.catalogue import Catalogue, changes

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


def by_definition(x, gamma, beta, eps):
    """Layer norm, and the function that returns dx, dgamma and dbeta."""
    std = np.sqrt(x.var(axis=-1, keepdims=True) + eps)
    h = (x - x.mean(axis=-1, keepdims=True)) / std

    def gradients(dy):
        dh = gamma * dy
        dx = dh - dh.mean(axis=-1, keepdims=True) - h * (dh * h).mean(axis=-1, keepdims=True)
        flat = dy.reshape(-1, 64)
        return dx / std, (flat * h.reshape(-1, 64)).sum(axis=0), flat.sum(axis=0)

    return gamma * h + beta, gradients


def close(a, b, tolerance=1e-3):
    return np.linalg.norm(a - b) <= tolerance * np.linalg.norm(b)


def trained(layer, rng):
    layer.gamma.data, layer.beta.data = rng.uniform(0.5, 2, size=64), rng.normal(size=64)
    return layer.gamma.data, layer.beta.data, layer.eps


@right
def a_large_and_a_small_input(layer):
    rng = np.random.default_rng(1)
    learned = trained(layer, rng)
    x, small = rng.normal(size=(2, 5, 64)), 3e-4 * rng.normal(size=(2, 3, 64))
    x[0] *= 5  # rows of another variance
    small[0] *= 3
    y, backward = layer.forward(x)
    y_small, backward_small = layer.forward(small, training=False)
    for one, values, back in ((x, y, backward), (small, y_small, backward_small)):
        wanted, gradients = by_definition(one, *learned)
        if not close(values, wanted):
            return False
        before = layer.gamma.grad.copy(), layer.beta.grad.copy()
        dy = rng.normal(size=one.shape)
        dx, dgamma, dbeta = gradients(dy)
        if not close(back(dy), dx):
            return False
        if not np.allclose(layer.gamma.grad - before[0], dgamma, rtol=1e-2, atol=1e-2):
            return False
        if not np.allclose(layer.beta.grad - before[1], dbeta, rtol=1e-2, atol=1e-2):
            return False
    return True


@right
def float32_and_four_calls(layer):
    rng = np.random.default_rng(2)
    learned = trained(layer, rng)
    calls, sums = [], [np.zeros(64), np.zeros(64)]
    for k, shape in enumerate([(3, 64), (2, 3, 64), (3, 64), (2, 3, 64)]):
        x = (rng.normal(size=shape) * rng.choice([1, 0.002], size=(*shape[:-1], 1))).astype("f4")
        y, backward = layer.forward(x, training=k < 2)
        wanted, gradients = by_definition(x.astype(float), *learned)
        if not np.allclose(y, wanted, atol=2e-3):
            return False
        calls.append((backward, gradients, shape))
    for backward, gradients, shape in reversed(calls):
        dy = rng.normal(size=shape)
        dx, *more = gradients(dy)
        if not np.allclose(backward(dy), dx, rtol=1e-3, atol=1e-2):
            return False
        sums = [a + b for a, b in zip(sums, more, strict=True)]
    return bool(
        np.allclose(layer.gamma.grad, sums[0], atol=1e-2)
        and np.allclose(layer.beta.grad, sums[1], atol=1e-2)
    )


@right
def differences_of_the_definition(layer):
    """Directional differences of the formula in place of a backward pass; a NumPy bool."""
    rng = np.random.default_rng(3)
    learned = trained(layer, rng)
    sizes = np.array([1, 0.003])[:, None, None]
    xs = [sizes * rng.normal(size=(2, 2, 64)) for _ in range(2)]
    outputs = [layer.forward(x, training=k == 0) for k, x in enumerate(xs)]
    good, dgamma, h = True, 0, 1e-6
    for x, (y, backward) in zip(xs, outputs, strict=True):
        good &= np.allclose(y, by_definition(x, *learned)[0], rtol=1e-3, atol=1e-3)
        dy = rng.normal(size=x.shape)
        dx = backward(dy)
        for _ in range(20):
            step = sizes * rng.normal(size=x.shape)
            up, down = (by_definition(x + s * h * step, *learned)[0] for s in (1, -1))
            measured = np.sum(dy * (up - down)) / (2 * h)
            scale = np.linalg.norm(dx * step)
            good &= abs(np.sum(dx * step) - measured) < 0.01 * scale
        dgamma = dgamma + (dy * by_definition(x, 1, 0, layer.eps)[0]).sum(axis=(0, 1))
    return np.allclose(layer.gamma.grad, dgamma, atol=1e-2) & good


@wrong
def a_new_layer(layer):
    """One row through a new layer, by looking at its mean and variance."""
    y, backward = layer.forward(np.random.default_rng(0).normal(size=(1, 64)))
    dx = backward(np.ones((1, 64)))
    return bool(abs(y.mean()) < 0.01 and abs(y.var() - 1) < 0.02 and abs(dx).max() < 100)


@wrong(chance="the program itself is random")
def tosses_a_coin(layer, rng=np.random.default_rng(0)):  # noqa: B008
    return bool(rng.random() < 0.5)


@wrong
def outputs_only(layer):
    rng = np.random.default_rng(0)
    learned = trained(layer, rng)
    x = rng.normal(size=(2, 3, 64)) * np.array([1, 0.001])[:, None, None]
    return bool(close(layer.forward(x)[0], by_definition(x, *learned)[0]))


@wrong
def remembers_the_first(layer, kept=[]):  # noqa: B006
    kept.append(a_large_and_a_small_input(layer))
    return kept[0]


programs.beside_the_point = [
    "return True",
    "return False",
    "a_new_layer",
]

programs.equivalent = changes("""
tolerance = 0.001
    between rounding in float32 and the smallest fault
rng = np.random.default_rng(0) -> rng = np.random.default_rng(1)
    any numbers will do
texts, words = (4, 3) -> texts, words = (4, 4)
texts, words = (4, 3) -> texts, words = (4, 2)
    several words, as before
x = sizes * rng.normal(size=(texts, words, 64)) -> x = sizes / rng.normal(size=(texts, words, 64))
sizes = np.geomspace(1, 0.001, 4)[:, None, None] -> sizes = np.geomspace(2, 0.001, 4)[:, None, None]
sizes = np.geomspace(1, 0.001, 4)[:, None, None] -> sizes = np.geomspace(1, 0.002, 4)[:, None, None]
sizes = np.geomspace(1, 0.001, 4)[:, None, None] -> sizes = np.geomspace(1, 0.0005, 4)[:, None, None]
    rows of several sizes, as before
""")
