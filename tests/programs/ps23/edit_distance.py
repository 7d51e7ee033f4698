"""Solutions of ``edit_distance(a, b) -> int``: insertions, deletions and replacements cost 1."""

import functools

import numpy as np

from tests.programs.catalogue import Catalogue, changes

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def two_rows(a, b):
    before = list(range(len(b) + 1))
    for i, p in enumerate(a, start=1):
        row = [i]
        for j, q in enumerate(b, start=1):
            row.append(min(before[j] + 1, row[-1] + 1, before[j - 1] + (p != q)))
        before = row
    return before[-1]


@right
def recursion(a, b):
    @functools.cache
    def rest(i, j):
        if i == len(a) or j == len(b):
            return len(a) - i + len(b) - j
        if a[i] == b[j]:
            return rest(i + 1, j + 1)
        return 1 + min(rest(i + 1, j), rest(i, j + 1), rest(i + 1, j + 1))

    return rest(0, 0)


@right
def as_numpy_integer(a, b):
    table = np.add.outer(np.arange(len(a) + 1), np.arange(len(b) + 1))
    for i in range(len(a)):
        for j in range(len(b)):
            ways = table[i, j] + (a[i] != b[j]), table[i, j + 1] + 1, table[i + 1, j] + 1
            table[i + 1, j + 1] = np.min(ways)
    return table[-1, -1]


# --- wrong ------------------------------------------------------------------------------------


@wrong
def common_letters_in_any_order(a, b):
    return max(len(a), len(b)) - sum(min(a.count(c), b.count(c)) for c in set(a))


@wrong
def first_call_again(a, b, kept=[]):  # noqa: B006
    kept.append(two_rows(a, b))
    return kept[0]


@wrong
def a_narrow_band_of_the_table(a, b):
    n, m = len(a), len(b)
    R, band = {}, abs(n - m) + 6
    for i, j in np.ndindex(n + 1, m + 1):
        if abs(i - j) <= band:
            steps = R.get((i - 1, j), 99), R.get((i, j - 1), 99), R.get((i - 1, j - 1), 99)
            paired = steps[2] + (a[i - 1] != b[j - 1]) if i * j else 99
            R[i, j] = min(steps[0] + 1, steps[1] + 1, paired) if i + j else 0
    return R[n, m]


@wrong
def a_float(a, b):
    return np.float64(two_rows(a, b))


@wrong
def counts_in_one_byte(a, b):
    table = np.zeros((len(a) + 1, len(b) + 1), dtype=np.uint8)
    table[:, 0], table[0] = np.arange(len(a) + 1), np.arange(len(b) + 1)
    for i in range(len(a)):
        for j in range(len(b)):
            ways = table[i, j] + (a[i] != b[j]), table[i, j + 1] + 1, table[i + 1, j] + 1
            table[i + 1, j + 1] = min(ways)
    return int(table[-1, -1])


programs.beside_the_point = [
    "return abs(len(a) - len(b))",
    "return sum(p != q for p, q in zip(a, b))",
]

programs.equivalent = changes("""
R = np.zeros((n + 1, m + 1), dtype=int) -> R = np.ones((n + 1, m + 1), dtype=int)
    every entry is overwritten
""")
