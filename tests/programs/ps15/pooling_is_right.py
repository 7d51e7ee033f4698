"""Solutions of ``pooling_is_right(pooling) -> bool``, a test of a backward pass."""

import numpy as np

from tests.programs.catalogue import Catalogue, changes

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


def windows_of(n, size, stride):
    return [slice(top, top + size) for top in range(0, n - size + 1, stride)]


def by_definition(dy, x, size, stride):
    """The gradient where all pixels differ."""
    dx = np.zeros(x.shape)
    for r, rows in enumerate(windows_of(x.shape[2], size, stride)):
        for s, columns in enumerate(windows_of(x.shape[3], size, stride)):
            window = x[:, :, rows, columns]
            largest = window == window.max(axis=(2, 3), keepdims=True)
            dx[:, :, rows, columns] += largest * dy[:, :, r, s, None, None]
    return dx


def drawn(rng, shape, size, stride):
    counts = [len(windows_of(n, size, stride)) for n in shape[2:]]
    return rng.normal(size=shape), rng.normal(size=(*shape[:2], *counts))


def agrees(pooling, rng, shape, size, stride):
    x, dy = drawn(rng, shape, size, stride)
    found = pooling.backward(dy, x, size, stride)
    return np.allclose(found, by_definition(dy, x, size, stride))


def shares_are_whole(pooling, rng, shape, size, stride):
    """On black and white images with windows apart: each window passes on its whole gradient."""
    x, dy = drawn(rng, shape, size, stride)
    x = (x > 0).astype(float)
    dx = pooling.backward(dy, x, size, stride)
    for r, rows in enumerate(windows_of(x.shape[2], size, stride)):
        for s, columns in enumerate(windows_of(x.shape[3], size, stride)):
            if not np.allclose(dx[:, :, rows, columns].sum(axis=(2, 3)), dy[:, :, r, s]):
                return False
    return True


@right
def definition_in_three_calls(pooling):
    rng = np.random.default_rng(1)
    return bool(
        agrees(pooling, rng, (3, 2, 5, 8), 2, 1)
        and agrees(pooling, rng, (3, 2, 6, 9), 3, 2)
        and shares_are_whole(pooling, rng, (2, 2, 12, 6), 2, 3)
        and agrees(pooling, rng, (3, 2, 12, 6), 2, 3)
    )


@right
def two_calls(pooling):
    """Overlapping windows of different pixels; windows with gaps of black and white pixels."""
    rng = np.random.default_rng(2)
    if not agrees(pooling, rng, (4, 3, 6, 12), 3, 2):
        return False
    x, dy = drawn(rng, (4, 3, 12, 6), 2, 3)
    x = np.round(x)
    dx = pooling.backward(dy, x, 2, 3)
    for r, rows in enumerate(windows_of(12, 2, 3)):
        for s, columns in enumerate(windows_of(6, 2, 3)):
            given, window = dx[:, :, rows, columns], x[:, :, rows, columns]
            largest = window == window.max(axis=(2, 3), keepdims=True)
            if np.any(given[~largest]):
                return False
            if not np.allclose(given.sum(axis=(2, 3)), dy[:, :, r, s]):
                return False
    return True


@right
def differences_of_the_forward_pass(pooling):
    """Central differences in place of a backward pass; sums over the images where pixels tie."""
    rng = np.random.default_rng(3)

    def pooled(x, size, stride):
        view = np.lib.stride_tricks.sliding_window_view(x, (size, size), axis=(2, 3))
        return view[:, :, ::stride, ::stride].max(axis=(4, 5))

    for shape, size, stride in (((2, 2, 4, 7), 3, 2), ((2, 2, 7, 4), 2, 3)):
        x, dy = drawn(rng, shape, size, stride)
        dx, h = pooling.backward(dy, x, size, stride), 1e-6
        for place in np.ndindex(x.shape):
            step = np.zeros(x.shape)
            step[place] = h
            change = pooled(x + step, size, stride) - pooled(x - step, size, stride)
            if abs(np.sum(dy * change) / (2 * h) - dx[place]) > 1e-4:
                return False
    x, dy = np.zeros((2, 2, 4, 4)), rng.normal(size=(2, 2, 3, 3))
    return bool(np.isclose(pooling.backward(dy, x, 2, 1).sum(), dy.sum()))


@wrong
def accepts_all(pooling):
    return True


@wrong(chance="the program itself is random")
def tosses_a_coin(pooling, rng=np.random.default_rng(0)):  # noqa: B008
    return bool(rng.random() < 0.5)


@wrong
def side_by_side(pooling):
    return agrees(pooling, np.random.default_rng(0), (1, 1, 4, 4), 2, 2)


@wrong
def everything_in_one_call(pooling):
    return agrees(pooling, np.random.default_rng(0), (3, 2, 6, 9), 3, 2)


@wrong
def a_call_for_each_idea(pooling):
    rng = np.random.default_rng(0)
    plans = (((2, 1, 4, 4), 2, 1), ((2, 1, 5, 5), 2, 3), ((2, 1, 4, 6), 2, 2))
    return all(agrees(pooling, rng, *plan) for plan in plans)


@wrong
def remembers_the_first(pooling, kept=[]):  # noqa: B006
    kept.append(definition_in_three_calls(pooling))
    return kept[0]


programs.beside_the_point = [
    "return True",
    "return False",
    "side_by_side",
]

programs.equivalent = changes("""
rng = np.random.default_rng(0) -> rng = np.random.default_rng(1)
    any pixels will do
several = (2, 3) -> several = (2, 2)
several = (2, 3) -> several = (2, 4)
several = (2, 3) -> several = (3, 3)
    several images and channels, as before
low, high = (6, 10)
    not square, and in one of the calls a row or a column is left over
overlapping = ((*several, low, high), 3, 2) -> overlapping = ((*several, low, high), 3, 1)
overlapping = ((*several, low, high), 3, 2) -> overlapping = ((*several, low, high), 4, 2)
    windows still overlap
apart = ((*several, high, low), 2, 3) -> apart = ((*several, high, low), 1, 3)
apart = ((*several, high, low), 2, 3) -> apart = ((*several, high, low), 2, 4)
    windows still have gaps
""")
