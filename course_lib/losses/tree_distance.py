"""The edit distance of ordered trees (Selkow 1977; S3)."""

from collections.abc import Sequence
from typing import Any

Tree = Sequence[Any]


def tree_distance(s: Tree, t: Tree) -> int:
    """Fewest edits that turn the tree s into t: renames, and whole subtrees inserted or deleted.

    The distance is ``[label(s) != label(t)] + R[-1, -1]``. R is the table of
    :func:`edit_distance` with the children of both roots in place of letters:
    ``R[i, j] = min(R[i-1, j-1] + tree_distance(s_i, t_j), R[i-1, j] + size(s_i), R[i, j-1] +
    size(t_j))``, where the size of a tree is the number of its nodes. A node cannot be deleted
    without its subtree.

    Parameters
    ----------
    s, t : ``[label, child, child, …]``, where each child is such a tree; a leaf is ``[label]``

    Returns
    -------
    distance : int, at most the number of all nodes but the two roots, and 1

    Raises
    ------
    TypeError
        If a tree or a child is no list or tuple.
    ValueError
        If it has no label.
    """
    _require_tree("s", s)
    _require_tree("t", t)
    return _distance(s, t)


def _size(tree: Tree) -> int:
    return 1 + sum(_size(child) for child in tree[1:])


def _distance(s: Tree, t: Tree) -> int:
    before = [0]
    for child in t[1:]:
        before.append(before[-1] + _size(child))
    for left in s[1:]:
        row = [before[0] + _size(left)]
        for j, right in enumerate(t[1:]):
            match = before[j] + _distance(left, right)
            row.append(min(match, before[j + 1] + _size(left), row[-1] + _size(right)))
        before = row
    return before[-1] + int(s[0] != t[0])


def _require_tree(name: str, tree: Any) -> None:
    if not isinstance(tree, list | tuple):
        raise TypeError(
            f"tree_distance: {name} has the node {tree!r}, expected a list [label, child, child, …]"
        )
    if not tree:
        raise ValueError(f"tree_distance: {name} has a node without a label, expected [label]")
    for child in tree[1:]:
        _require_tree(name, child)
