"""Solutions of ``tree_distance(s, t) -> int``: whole subtrees are inserted or deleted."""

import functools

import numpy as np

from tests.programs.catalogue import Catalogue

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


def size(tree):
    return 1 + sum(map(size, tree[1:]))


@right
def two_rows(s, t):
    before = [0]
    for child in t[1:]:
        before.append(before[-1] + size(child))
    for left in s[1:]:
        row = [before[0] + size(left)]
        for j, right_child in enumerate(t[1:]):
            ways = (
                before[j] + two_rows(left, right_child),
                before[j + 1] + size(left),
                row[-1] + size(right_child),
            )
            row.append(min(ways))
        before = row
    return before[-1] + (s[0] != t[0])


@right
def recursion_from_the_front(s, t):
    @functools.cache
    def rest(i, j):
        if i == len(s) or j == len(t):
            return sum(map(size, s[i:])) + sum(map(size, t[j:]))
        return min(
            recursion_from_the_front(s[i], t[j]) + rest(i + 1, j + 1),
            size(s[i]) + rest(i + 1, j),
            size(t[j]) + rest(i, j + 1),
        )

    return int(s[0] != t[0]) + rest(1, 1)


@right
def as_numpy_integer(s, t):
    """Starts with deleting and inserting everything, and improves."""
    deleted = np.cumsum([0, *map(size, s[1:])])
    inserted = np.cumsum([0, *map(size, t[1:])])
    table = np.add.outer(deleted, inserted)
    for i, left in enumerate(s[1:]):
        for j, other in enumerate(t[1:]):
            ways = (
                table[i, j] + as_numpy_integer(left, other),
                table[i, j + 1] + size(left),
                table[i + 1, j] + size(other),
            )
            table[i + 1, j + 1] = np.min(ways)
    return table[-1, -1] + (s[0] != t[0])


# --- wrong ------------------------------------------------------------------------------------


@wrong
def children_at_the_same_place(s, t):
    paired = sum(children_at_the_same_place(a, b) for a, b in zip(s[1:], t[1:], strict=False))
    longer = max(s, t, key=len)[min(len(s), len(t)) :]
    return paired + sum(map(size, longer)) + (s[0] != t[0])


@wrong
def first_call_again(s, t, kept=[]):  # noqa: B006
    kept.append(two_rows(s, t))
    return kept[0]
