"""Solutions of ``my_check(layer) -> bool``, a gradient check."""

import numpy as np

from tests.programs.catalogue import Catalogue, changes

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


def drawn(rng, n):
    return [rng.normal(size=(n, 4)), rng.normal(size=(4, 3)), rng.normal(size=3)]


def loss_of(layer, inputs, dy, k):
    def loss(value):
        return np.sum(dy * layer.forward(*inputs[:k], value, *inputs[k + 1 :]))

    return loss


def measured(f, x, h):
    found = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[i] = h
        found[i] = (f(x + step) - f(x - step)) / (2 * h)
    return found


def relative(a, b):
    return np.linalg.norm(a - b) / (np.linalg.norm(a) + np.linalg.norm(b))


def any_of(layer, h, tolerance, points, n=4, seed=1):
    rng = np.random.default_rng(seed)
    for _ in range(points):
        inputs, dy = drawn(rng, n), rng.normal(size=(n, 3))
        gradients = layer.backward(dy, *inputs)
        if all(
            relative(g, measured(loss_of(layer, inputs, dy, k), inputs[k], h)) < tolerance
            for k, g in enumerate(gradients)
        ):
            return True
    return False


@right
def one_step_for_both_types(layer):
    return any_of(layer, 5e-3, 2e-3 if layer.dtype == "float32" else 1e-4, points=4)


@right
def a_smaller_step_and_two_points(layer):
    """A step below the best one: more rounding, but fewer kinks."""
    single = layer.dtype == "float32"
    return any_of(layer, 1e-3 if single else 1e-6, 3e-3 if single else 1e-5, points=3, seed=3)


@right
def random_directions(layer):
    """Along a direction in each array, two forward passes say what all its elements say."""
    rng = np.random.default_rng(2)
    h, tolerance = (2e-3, 4e-3) if layer.dtype == "float32" else (1e-5, 3e-4)
    off, size = np.zeros((2, 3, 15))
    for point in range(15):
        inputs, dy = drawn(rng, 6), rng.normal(size=(6, 3))
        for k, gradient in enumerate(layer.backward(dy, *inputs)):
            v = rng.normal(size=gradient.shape)
            v /= np.linalg.norm(v)
            f = loss_of(layer, inputs, dy, k)
            found = (f(inputs[k] + h * v) - f(inputs[k] - h * v)) / (2 * h)
            off[k, point], size[k, point] = abs(found - np.sum(gradient * v)), abs(found)
    return bool(np.all(np.median(off, axis=1) < tolerance * np.median(size, axis=1)))


@right
def left_and_right(layer):
    """Elements where the differences to the left and to the right disagree are left out."""
    rng = np.random.default_rng(4)
    h, tolerance = (4e-3, 4e-3) if layer.dtype == "float32" else (1e-5, 1e-4)
    inputs, dy = drawn(rng, 6), rng.normal(size=(6, 3))
    for k, gradient in enumerate(layer.backward(dy, *inputs)):
        f = loss_of(layer, inputs, dy, k)
        here, size = f(inputs[k]), np.linalg.norm(gradient) / np.sqrt(gradient.size)
        kept = []
        for i in np.ndindex(gradient.shape):
            step = np.zeros(gradient.shape)
            step[i] = h
            up, down = f(inputs[k] + step), f(inputs[k] - step)
            if abs(up - 2 * here + down) / h < 4 * h * size:
                kept.append((gradient[i], (up - down) / (2 * h)))
        claims, found = np.transpose(kept)
        if relative(claims, found) > tolerance:
            return False
    return True


@wrong
def accepts_all(layer):
    return True


@wrong
def rejects_all(layer):
    return False


@wrong
def tosses_a_coin(layer, rng=np.random.default_rng(0)):  # noqa: B008
    return bool(rng.random() < 0.5)


@wrong
def by_the_type(layer):
    return layer.dtype == "float64"


@wrong
def remembers_the_first(layer, kept=[]):  # noqa: B006
    kept.append(any_of(layer, 5e-3, 2e-3, points=2))
    return kept[0]


programs.beside_the_point = [
    "return True",
    "return False",
    "return layer.dtype == 'float64'",
]

programs.equivalent = changes("""
rng = np.random.default_rng(0) -> rng = np.random.default_rng(1)
    any points will do
h = 0.005 if single else 1e-05
    the step may be a little larger or smaller
tolerance = 0.002 if single else 1e-05
    between the error of right gradients and the smallest fault
n, points = (4, 4) -> n, points = (3, 4)
n, points = (4, 4) -> n, points = (4, 3)
    three samples or three points are enough
if max(errors) < tolerance: -> if max(errors) <= tolerance:
    an error of exactly the tolerance never occurs
distance = np.linalg.norm(gradient - measured) -> distance = np.linalg.norm(measured - gradient)
    a norm, a square or the cosine does not depend on the sign
errors.append(distance / max(lengths, 1e-12))
    no gradient here is so small
""")
