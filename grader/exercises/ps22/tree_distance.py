"""``tree_distance(s, t) -> int``: the edit distance with subtrees in place of letters."""

from typing import Any

import numpy as np

from grader.checking.contract import (
    Case,
    case,
    function,
    mistake,
    shapes,
    slips,
    unchanged_inputs,
    values,
)

Tree = list[Any]


def tree_distance(s, t):
    def size(tree):
        nodes = 1 + sum(size(child) for child in tree[1:])
        return nodes

    def distance(s, t):
        a, b = s[1:], t[1:]
        R = np.zeros((len(a) + 1, len(b) + 1), dtype=int)
        R[1:, 0] = np.cumsum([size(child) for child in a])
        R[0, 1:] = np.cumsum([size(child) for child in b])
        for i, left in enumerate(a, 1):
            for j, right in enumerate(b, 1):
                match = R[i - 1, j - 1] + distance(left, right)
                delete = R[i - 1, j] + size(left)
                insert = R[i, j - 1] + size(right)
                R[i, j] = min(match, delete, insert)
        roots = s[0] != t[0]
        cost = int(R[-1, -1]) + roots
        return cost

    value = distance(s, t)
    return value


def grown(rng: np.random.Generator, nodes: int, letters: str = "abcdef") -> Tree:
    """A tree with so many nodes; each new node gets a random parent, at a random place."""
    tree: Tree = [letters[int(rng.integers(len(letters)))]]
    all_nodes = [tree]
    while len(all_nodes) < nodes:
        parent = all_nodes[int(rng.integers(len(all_nodes)))]
        child = [letters[int(rng.integers(len(letters)))]]
        parent.insert(int(rng.integers(1, len(parent) + 1)), child)
        all_nodes.append(child)
    return tree


def copy(tree: Tree) -> Tree:
    return [tree[0], *map(copy, tree[1:])]


def nodes_of(tree: Tree) -> list[Tree]:
    return [tree, *(node for child in tree[1:] for node in nodes_of(child))]


def relabelled(rng: np.random.Generator, tree: Tree, count: int) -> Tree:
    new = copy(tree)
    nodes = nodes_of(new)
    for i in rng.permutation(len(nodes))[:count]:
        nodes[i][0] = "x"
    return new


def with_leaves(rng: np.random.Generator, tree: Tree, count: int) -> Tree:
    new = copy(tree)
    nodes = nodes_of(new)
    for _ in range(count):
        node = nodes[int(rng.integers(len(nodes)))]
        node.insert(int(rng.integers(1, len(node) + 1)), ["y"])
    return new


def with_subtree(rng: np.random.Generator, tree: Tree, nodes: int) -> Tree:
    new = copy(tree)
    new.insert(int(rng.integers(1, len(new) + 1)), grown(rng, nodes, "uvw"))
    return new


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    def some(low: int, high: int) -> int:
        return int(rng.integers(low, high))

    def chain(n: int, label: str) -> Tree:
        return [label, chain(n - 1, label)] if n > 1 else [label]

    small, base, other = grown(rng, 4), grown(rng, 30), grown(rng, 30)
    sizes = rng.permutation(np.arange(2, 30))
    return {
        "other labels": [
            case("one of four labels", s=small, t=relabelled(rng, small, 1)),
            case("many labels", s=base, t=relabelled(rng, base, some(5, 25))),
            case("other labels again", s=other, t=relabelled(rng, other, some(5, 25))),
            case("two chains", s=chain(some(3, 10), "a"), t=chain(some(3, 10), "b")),
        ],
        "nodes inserted or deleted": [
            case("one leaf", s=small, t=with_leaves(rng, small, 1)),
            case("many leaves", s=base, t=with_leaves(rng, base, some(3, 20))),
            case("leaves to be deleted", s=with_leaves(rng, other, some(3, 20)), t=other),
            case("a subtree", s=base, t=with_subtree(rng, base, some(3, 20))),
            case("a subtree to be deleted", s=with_subtree(rng, other, some(3, 20)), t=other),
        ],
        "edits of all kinds": [
            case("two formulas", s=["*", ["+", ["a"], ["b"]], ["c"]], t=["+", ["a"], ["*", ["b"]]]),
            case("two trees", s=grown(rng, some(8, 14)), t=grown(rng, some(8, 14))),
            case("two larger trees", s=grown(rng, some(15, 35)), t=grown(rng, some(15, 35))),
            case("two larger trees again", s=grown(rng, some(15, 35)), t=grown(rng, some(15, 35))),
        ],
        "a single node": [
            case("from one node", s=["a"], t=["a", *grown(rng, sizes[0])[1:], ["b"]]),
            case("to one node", s=grown(rng, sizes[1], "bcd"), t=["a"]),
        ],
        "equal trees": [case("the same twice", s=other, t=copy(other))],
    }


def child_by_child(s, t):
    """You match the first child with the first one, the second with the second, and so on. If a
    child is inserted at the beginning, all others move by one place. Use the table of section 1."""

    def size(tree):
        return 1 + sum(size(child) for child in tree[1:])

    pairs = min(len(s), len(t))
    below = sum(child_by_child(p, q) for p, q in zip(s[1:pairs], t[1:pairs], strict=True))
    return int(s[0] != t[0]) + below + sum(map(size, [*s[pairs:], *t[pairs:]]))


exercise = function(
    tree_distance,
    returns="value",
    points=2,
    cases=cases,
    judge=[
        values(weight=2, cases="other labels"),
        values(weight=2, cases="nodes inserted or deleted"),
        values(
            weight=6,
            cases="edits of all kinds",
            help="""Fill a table for the children of both roots, as for letters. What does it cost
            to match two subtrees, and to delete or insert one?""",
        ),
        values(
            cases="a single node",
            help="A single node has no children. How many nodes have to be inserted or deleted?",
        ),
        values(cases="equal trees", alone=False, help="Equal trees need no edit."),
    ],
    form=(shapes(), unchanged_inputs()),
    answers=("course_lib.losses.tree_distance",),
    hints=(
        "Let R[i, j] be the cost of matching the first i children of one root with the first j "
        "children of the other. Row 0 and column 0 delete or insert whole subtrees: they add up "
        "sizes. The cost of the two roots is added at the end.",
        "R[i, j] is the smallest of R[i−1, j−1] + the tree distance of two children, R[i−1, j] + "
        "the size of the left child and R[i, j−1] + the size of the right one. The tree distance "
        "of the children is your own function, called again.",
        'A smaller example: s = ["−", ["a"]] and t = ["·", ["b"], ["√", ["d"]]]. Column 0 is 0, 1 '
        "and row 0 is 0, 1, 3. R[1, 1] = min(0 + 1, 1 + 1, 1 + 1) = 1, R[1, 2] = min(1 + 2, 3 + 1, "
        "1 + 2) = 3. The roots differ, so the distance is 4.",
    ),
    mistakes=(
        *slips("""
match = R[i - 1, j - 1] + (left[0] != right[0])
    You compare only the labels of two children. Their own children count, too. Which function gives
    the distance of two subtrees?
match = R[i - 1, j - 1] + int(left != right)
    Two different subtrees cost 1 in your function, however much they differ. Which function gives
    their distance?
delete = R[i - 1, j] + 1
    Deleting a subtree costs 1 in your function. It costs the number of its nodes.
insert = R[i, j - 1] + 1
    Inserting a subtree costs 1 in your function. It costs the number of its nodes.
delete = R[i - 1, j] + 1
insert = R[i, j - 1] + 1
    In your loops, deleting or inserting a subtree costs 1, as for a letter. What does a subtree
    cost?
R[1:, 0] = np.arange(1, len(a) + 1)
R[0, 1:] = np.arange(1, len(b) + 1)
    Row 0 and column 0 count subtrees. They cost as much as they have nodes.
R[1:, 0] = [size(child) for child in a]
R[0, 1:] = [size(child) for child in b]
    Row 0 and column 0 hold the size of one subtree each. All subtrees up to this one have to be
    deleted or inserted.
R[1:, 0] = 0
R[0, 1:] = 0
    Row 0 and column 0 are 0 in your table. What does it cost to delete the first i subtrees?
roots = 0
    The labels of the two roots are never compared.
roots = int(s != t)
    You compare the two trees with all their children, whose edits are in the table already. Only
    the labels of the roots are left.
roots = 2 * (s[0] != t[0])
    Two roots with different labels cost 2 in your function. Renaming is one edit.
nodes = 1 + len(tree[1:])
    Your size of a tree counts the root and its children, but not their children.
nodes = max(1, sum(size(child) for child in tree[1:]))
    Your size of a tree counts leaves only. Inner nodes are nodes, too.
R[i, j] = min(match, delete)
    Your table never inserts a subtree.
R[i, j] = min(match, insert)
    Your table never deletes a subtree.
R[i, j] = min(delete, insert)
    Your table never matches two subtrees.
cost = int(R[len(a) - 1, len(b) - 1]) + roots
    You return the cell before the last one, which lacks the last child of both roots.
value = sum(p != q for p, q in zip(str(s), str(t)))
    You compare the trees as strings, place by place.
"""),
        mistake(child_by_child),
    ),
)
