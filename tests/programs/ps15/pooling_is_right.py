"""Solutions of ``pooling_is_right(pooling) -> bool``, a test of a backward pass."""

import numpy as np

from tests.programs.catalogue import Catalogue, changes

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def window_by_window(pooling):
    """Windows with gaps, of the numbers 0, 1 and 2, and a dy of either sign."""
    rng = np.random.default_rng(1)
    x, dy = rng.integers(3, size=(2, 2, 11, 15)), rng.normal(size=(2, 2, 3, 4))
    dx = pooling.backward(dy, x, 3, 4)
    for n, c, r, s in np.ndindex(dy.shape):
        at = np.s_[n, c, 4 * r : 4 * r + 3, 4 * s : 4 * s + 3]
        shares, largest = dx[at] / dy[n, c, r, s], x[at] == x[at].max()
        if np.any(shares < -1e-9) or np.any(shares[~largest]):
            return False
        if not np.isclose(shares[largest].sum(), 1):
            return False
    return True


@right
def one_window_a_image(pooling):
    """A batch of all images of 2 x 2 pixels that are 0 or 1, with the gradient 1."""
    x = np.array([*np.ndindex(2, 2, 2, 2)], float).reshape(16, 1, 2, 2)
    dx = pooling.backward(np.ones((16, 1, 1, 1)), x, 2, 2)
    zero_elsewhere = not dx[(x == 0) & (x.max(axis=(2, 3), keepdims=True) == 1)].any()
    return bool(np.allclose(dx.sum(axis=(1, 2, 3)), 1) and np.all(dx >= 0) and zero_elsewhere)


@right
def overlapping_windows(pooling):
    """The sum over an image, and pixels that are the largest of none of their windows."""
    rng = np.random.default_rng(2)
    x, dy = rng.integers(2, size=(3, 3, 7, 9)), rng.uniform(1, 2, size=(3, 3, 3, 4))
    dx = pooling.backward(dy, x, 3, 2)
    may = np.zeros(x.shape, bool)
    for r, s in np.ndindex(3, 4):
        at = np.s_[:, :, 2 * r : 2 * r + 3, 2 * s : 2 * s + 3]
        may[at] |= x[at] == x[at].max(axis=(2, 3), keepdims=True)
    of_images = np.allclose(dx.sum(axis=(2, 3)), dy.sum(axis=(2, 3)))
    return bool(of_images and not dx[~may].any() and dx.min() >= 0)


def sums_are_whole(pooling, x):
    """Whether each window of 2 x 2 pixels passes on its whole gradient."""
    shape = x.shape[0], x.shape[1], x.shape[2] // 2, x.shape[3] // 2
    dy = np.random.default_rng(0).uniform(1, 2, size=shape)
    windows = pooling.backward(dy, x, 2, 2).reshape(*shape[:3], 2, shape[3], 2)
    return bool(np.allclose(windows.sum(axis=(3, 5)), dy))


@wrong
def accepts_all(pooling):
    return True


@wrong(chance="the program itself is random")
def tosses_a_coin(pooling, rng=np.random.default_rng(0)):  # noqa: B008
    return bool(rng.random() < 0.5)


@wrong
def pixels_that_differ(pooling):
    return sums_are_whole(pooling, np.random.default_rng(0).normal(size=(2, 3, 4, 6)))


@wrong
def sums_alone(pooling):
    return sums_are_whole(pooling, np.random.default_rng(0).integers(2, size=(2, 3, 8, 8)))


@wrong
def an_image_of_zeros(pooling):
    x = np.zeros((2, 3, 8, 8))
    return (
        sums_are_whole(pooling, x) and pooling.backward(np.ones((2, 3, 4, 4)), x, 2, 2).min() >= 0
    )


@wrong
def two_pixels_in_a_row(pooling):
    x = np.random.default_rng(0).normal(size=(2, 3, 8, 8))
    x[..., 1::2] = x[..., ::2]
    dx = pooling.backward(np.ones((2, 3, 4, 4)), x, 2, 2)
    return sums_are_whole(pooling, x) and dx.min() >= 0


@wrong
def one_window_with_three(pooling):
    """Sees each fault, but not where two or four pixels are equally large."""
    dx = pooling.backward(np.ones((1, 1, 1, 1)), np.array([[[[1.0, 1], [1, 0]]]]), 2, 2)
    return bool(np.isclose(dx.sum(), 1) and dx.min() >= 0 and dx[0, 0, 1, 1] == 0)


@wrong
def the_largest_alone(pooling):
    x = np.random.default_rng(0).integers(2, size=(2, 3, 8, 8)).astype(float)
    largest = (x == 1).reshape(2, 3, 4, 2, 4, 2)
    largest |= ~largest.any(axis=(3, 5), keepdims=True)
    given = pooling.backward(np.ones((2, 3, 4, 4)), x, 2, 2).reshape(largest.shape) * largest
    return bool(np.allclose(given.sum(axis=(3, 5)), 1) and given.min() >= 0)


@wrong
def never_four(pooling):
    x = np.tile([[1.0, 1, 0, 1], [0, 0, 1, 1], [1, 0, 0, 1], [0, 1, 1, 1]], (2, 2))[None, None]
    dx = pooling.backward(np.ones((1, 1, 4, 4)), x, 2, 2)
    return sums_are_whole(pooling, x) and dx.min() >= 0 and not dx[x == 0].any()


@wrong
def remembers_the_first(pooling, kept=[]):  # noqa: B006
    kept.append(window_by_window(pooling))
    return kept[0]


programs.beside_the_point = [
    "return True",
    "return False",
    "pixels_that_differ",
]

programs.equivalent = changes("""
rng = np.random.default_rng(0) -> rng = np.random.default_rng(1)
    any pixels will do
""")
