"""Solutions of ``distances_are_right(program) -> bool``, a test of programs for distances."""

import numpy as np

from tests.programs.catalogue import Catalogue, changes

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


def distances(x, y):
    return np.array(
        [[sum((float(p) - float(q)) ** 2 for p, q in zip(a, b, strict=True)) for b in y] for a in x]
    )


def agrees(program, x, y):
    want, d = distances(x, y), program(x, y)
    return d.shape == want.shape and np.allclose(d, want)


@right
def one_call_after_the_other(program):
    rng = np.random.default_rng(1)
    x = rng.integers(0, 256, size=(6, 4), dtype=np.uint8)
    row = rng.normal(size=(1, 4))
    return bool(
        agrees(program, x, x[::-1].copy())
        and agrees(program, row, rng.normal(size=(3, 4)))
        and agrees(program, rng.normal(size=(2, 4)), row)
    )


@right
def by_entries_that_are_known(program):
    """Without a reference: hypotenuses on paper."""
    pixels = program(np.array([[3, 0], [0, 200]], "uint8"), np.array([[0, 4], [250, 0]], "uint8"))
    row = program(np.array([[-3.0, 0.0]]), np.array([[0.0, 4.0], [1.0, 0.0], [3.0, 1.0]]))
    column = program(np.array([[0.0, 4.0], [1.0, 0.0]]), np.array([[-3.0, 0.0]]))
    known = [[25, 61009], [38416, 102500]], [[25, 16, 37]], [[25], [16]]
    return all(
        found.shape == np.shape(right) and np.abs(found - right).max() < 1e-6
        for found, right in zip((pixels, row, column), known, strict=True)
    )


@right
def properties_of_distances(program):
    """Symmetry, a known zero and a known length, each in a call of its own."""
    rng = np.random.default_rng(2)
    a = rng.integers(100, 256, size=(3, 5)).astype("uint8")
    b = a[[1, 2, 0]] // 2
    d = program(a, b)
    lengths = np.linalg.norm(a.astype(float)[:, None] - b, axis=-1)
    if d.shape != (3, 3) or not np.allclose(np.sqrt(np.abs(d)), lengths):
        return False
    x, y = rng.normal(size=(1, 2)), rng.normal(size=(4, 2))
    there, back = program(x, y), program(y, x)
    return bool(
        there.shape == (1, 4)
        and back.shape == (4, 1)
        and np.allclose(there, back.T)
        and np.allclose(there[0], np.hypot(*(x - y).T) ** 2)
    )


@right
def largest_difference(program):
    rng = np.random.default_rng(3)
    pixels = rng.integers(0, 256, size=(2, 7, 2)).astype("uint8")
    points = rng.normal(size=(5, 2))
    worst = 0.0
    for x, y in (tuple(pixels), (points[:1], points), (points, points[:1])):
        d = program(x, y)
        if np.shape(d) != (len(x), len(y)):
            return False
        worst = max(worst, np.max(np.abs(d - distances(x, y))))
    return worst < 0.001


@right
def entry_by_entry(program):
    """A single row of whole numbers, and a square table of floats."""
    rng = np.random.default_rng(4)
    bytes_ = rng.integers(0, 256, size=(5, 3)).astype("uint8")
    floats = rng.normal(size=(2, 4, 3))
    for x, y in ((bytes_[:1], bytes_[1:]), (bytes_[1:], bytes_[:1]), tuple(floats)):
        d = program(x, y)
        if d.ndim != 2 or d.shape[0] != len(x) or d.shape[1] != len(y):
            return False
        for n, m in np.ndindex(d.shape):
            if not np.isclose(d[n, m], distances(x[n : n + 1], y[m : m + 1])[0, 0]):
                return False
    return np.True_


@wrong
def equal_rows(program):
    """A test of the colleague: x = y, and only 0 and 1."""
    x = np.eye(4)
    return bool(np.allclose(program(x, x), distances(x, x)))


@wrong
def random_square(program):
    x, y = np.random.default_rng(0).normal(size=(2, 5, 3))
    return bool(np.allclose(program(x, y), distances(x, y)))


@wrong
def random_floats(program):
    rng = np.random.default_rng(0)
    return agrees(program, rng.normal(size=(5, 3)), rng.normal(size=(4, 3)))


@wrong
def three_calls_with_floats(program):
    rng = np.random.default_rng(0)
    sizes = (1, 4), (4, 1), (3, 3)
    return all(agrees(program, rng.normal(size=(n, 2)), rng.normal(size=(m, 2))) for n, m in sizes)


@wrong
def pixels_only(program):
    a = np.random.default_rng(0).integers(0, 256, size=(6, 3)).astype("uint8")
    return all(agrees(program, x, y) for x, y in ((a[:3], a[3:]), (a[:1], a), (a, a[:1])))


@wrong
def digits_between_0_and_1(program):
    a = np.random.default_rng(0).uniform(size=(6, 64)).astype("float32")
    return all(agrees(program, x, y) for x, y in ((a[:3], a[3:]), (a[:1], a), (a, a[:1])))


@wrong
def exactly_equal(program):
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(4, 3)), rng.normal(size=(1, 3))
    return bool(np.array_equal(program(x, y), distances(x, y)))


@wrong
def shapes_only(program):
    x = np.zeros((4, 3))
    return all(program(a, b).shape == (len(a), len(b)) for a, b in ((x, x), (x[:1], x), (x, x[:1])))


@wrong
def not_negative_and_symmetric(program):
    x = np.random.default_rng(0).normal(size=(4, 3))
    d = program(x, x)
    return bool((d > -1e-9).all() and np.allclose(d, d.T) and np.allclose(np.diag(d), 0))


@wrong
def one_axis_one_row(program):
    a = np.random.default_rng(0).integers(0, 256, size=(4, 3)).astype("uint8")
    return agrees(program, a[:1], a[1:2]) and agrees(program, a, a[::-1])


@wrong
def too_many_calls(program):
    rng = np.random.default_rng(0)
    sizes = (1, 4), (4, 1), (3, 3), (2, 5)
    return all(agrees(program, rng.normal(size=(n, 2)), rng.normal(size=(m, 2))) for n, m in sizes)


@wrong
def remembers_the_first(program, kept=[]):  # noqa: B006
    kept.append(one_call_after_the_other(program))
    return kept[0]


programs.beside_the_point = [
    "return True",
    "return False",
    "equal_rows",
    "shapes_only",
    "not_negative_and_symmetric",
]

programs.equivalent = changes("""
rng = np.random.default_rng(0) -> rng = np.random.default_rng(1)
    any numbers will do
one, several = (rng.normal(size=(1, 3)), rng.normal(size=(4, 3))) -> one, several = (rng.normal(size=(1, 3)), rng.normal(size=(3, 3)))
one, several = (rng.normal(size=(1, 3)), rng.normal(size=(4, 3))) -> one, several = (rng.normal(size=(1, 3)), rng.normal(size=(5, 3)))
    several rows, as before
pixels = rng.integers(0, 256, size=(2, 5, 3)).astype('uint8') -> pixels = rng.integers(0, 255, size=(2, 5, 3)).astype('uint8')
pixels = rng.integers(0, 256, size=(2, 5, 3)).astype('uint8') -> pixels = rng.integers(0, 257, size=(2, 5, 3)).astype('uint8')
pixels = rng.integers(0, 256, size=(2, 5, 3)).astype('uint8') -> pixels = rng.integers(1, 256, size=(2, 5, 3)).astype('uint8')
    nearly the same range
pixels = rng.integers(0, 256, size=(2, 5, 3)).astype('uint8') -> pixels = rng.integers(0, 256, size=(2, 4, 3)).astype('uint8')
pixels = rng.integers(0, 256, size=(2, 5, 3)).astype('uint8') -> pixels = rng.integers(0, 256, size=(2, 6, 3)).astype('uint8')
pixels = rng.integers(0, 256, size=(2, 5, 3)).astype('uint8') -> pixels = rng.integers(0, 256, size=(2, 5, 2)).astype('uint8')
pixels = rng.integers(0, 256, size=(2, 5, 3)).astype('uint8') -> pixels = rng.integers(0, 256, size=(2, 5, 4)).astype('uint8')
    a square table of other sizes
""")
