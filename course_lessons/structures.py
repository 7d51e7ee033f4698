"""What the notebook on distances between structures trains, measures and draws."""

import itertools
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np

from course_lib.backend import to_numpy
from course_lib.models import mlp
from course_lib.optimizers import Adam
from course_lib.plots import Picture, theme, with_alt

Tree = list[Any]
Distance = Callable[[str, str], float]
Loss = Callable[[np.ndarray, np.ndarray], tuple[float, np.ndarray]]

TERMS = """
gradient graph tree triplet margin momentum softmax sigmoid tanh dropout epoch minibatch layer
weight bias network backward forward loss hinge entropy anchor positive negative distance embedding
curvature schedule optimizer accuracy validation training penalty ensemble variance kernel pooling
convolution residual shortcut activation perceptron temperature calibration symmetry permutation
saddle plateau hessian eigenvalue descent augmentation mixup rotation shear translation
"""
CORRECT: Tree = ["·", ["+", ["a"], ["b"]], ["c"]]
ANSWERS: dict[str, Tree] = {
    "(a+b)·d": ["·", ["+", ["a"], ["b"]], ["d"]],
    "a+b·c": ["+", ["a"], ["·", ["b"], ["c"]]],
    "(x−y)·z": ["·", ["−", ["x"], ["y"]], ["z"]],
}
"""Three answers of a network that reads the formula (a+b)·c, as strings and as trees."""


@cache
def typed() -> list[tuple[str, str]]:
    """Six typed forms of each word, in which a letter is missing or one is too many."""
    rng = np.random.default_rng(0)
    pairs = []
    for word in TERMS.split() * 6:
        k = int(rng.integers(len(word)))
        letter = chr(97 + int(rng.integers(26)))
        wrong = word[:k] + word[k + 1 :] if rng.random() < 0.5 else word[:k] + letter + word[k:]
        pairs.append((wrong, word))
    return pairs


def places_that_differ(a: str, b: str) -> int:
    """How many places have different letters; places that only one string has count, too."""
    return sum(p != q for p, q in zip(a, b, strict=False)) + abs(len(a) - len(b))


def corrected(distance: Distance) -> float:
    """For what fraction of the typed words the nearest word is the right one."""
    terms = TERMS.split()
    return float(np.mean([min(terms, key=lambda w: distance(t, w)) == word for t, word in typed()]))


def alignments(n: int, m: int) -> list[list[tuple[int, int]]]:
    """All paths through an n by m table, each a list of cells that count from 0."""
    if (n, m) == (1, 1):
        return [[(0, 0)]]
    ends = [(i, j) for i, j in ((n - 1, m), (n, m - 1), (n - 1, m - 1)) if i > 0 and j > 0]
    return [[*path, (n - 1, m - 1)] for i, j in ends for path in alignments(i, j)]


def alignment_costs(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """The cost of each alignment of two sequences, in the order of `alignments`."""
    cost = np.sum((x[:, None] - y[None]) ** 2, axis=2)
    return np.array([sum(cost[cell] for cell in path) for path in alignments(*cost.shape)])


def cell_probabilities(x: np.ndarray, y: np.ndarray, gamma: float) -> np.ndarray:
    """E, the probability that an alignment uses each cell, from the list of all alignments."""
    costs = alignment_costs(x, y)
    weights = np.exp((costs.min() - costs) / gamma)
    E = np.zeros((len(x), len(y)))
    for path, weight in zip(alignments(*E.shape), weights / weights.sum(), strict=True):
        rows, columns = np.transpose(path)
        E[rows, columns] += weight
    return E


def recording(word: int, rng: np.random.Generator) -> np.ndarray:
    """A recording of word A (0) or B (1), (16, 1): a pulse up or down, at a random time."""
    clock = np.arange(16.0)[:, None]
    pulse: np.ndarray = np.exp(-0.5 * ((clock - rng.uniform(3, 12)) / 1.2) ** 2)
    return pulse if word == 0 else -pulse


def squared_error(z: np.ndarray, y: np.ndarray) -> tuple[float, np.ndarray]:
    """The sum of squared errors of a predicted recording, and its gradient."""
    return float(np.sum((z - y) ** 2)), 2 * (z - y)


def learn_recordings(loss: Loss, seed: int, *, steps: int = 100) -> np.ndarray:
    """What a network predicts for the words A and B, (2, 16), after a training with this loss.

    ``loss(z, y)`` gives the value and the gradient for z, the prediction of the recording y.
    """
    rng = np.random.default_rng(seed)
    words = np.eye(2, dtype=np.float32)
    network = mlp([2, 16, 16], rng=rng)
    optimizer = Adam(network.parameters(), lr=0.03)
    for number in range(steps):
        optimizer.lr = 0.03 * (1 - number / steps)
        chosen = rng.integers(2, size=4)
        z, backward = network.forward(words[chosen], training=True)
        pairs = zip(to_numpy(z).astype(float), chosen, strict=True)
        gradients = [loss(row[:, None], recording(word, rng))[1][:, 0] for row, word in pairs]
        optimizer.zero_grad()
        backward.without_dx(np.array(gradients, dtype=np.float32) / 4)
        optimizer.step()
    return to_numpy(network(words))


def graph_distance(A: np.ndarray, B: np.ndarray) -> float:
    """The edges that differ under the best match of the nodes; for n nodes it tries n! of them."""
    orders = map(list, itertools.permutations(range(len(B))))
    return float(min(np.sum((A - B[order][:, order]) ** 2) for order in orders) / 2)


def edges(*pairs: tuple[int, int]) -> np.ndarray:
    """The table of a graph with six nodes: 1 where an edge joins two nodes."""
    A = np.zeros((6, 6))
    for i, j in pairs:
        A[i, j] = A[j, i] = 1.0
    return A


GRAPHS = {
    "ring": edges((0, 1), (1, 2), (2, 3), (3, 4), (4, 5), (5, 0)),
    "ring, other numbers": edges((0, 3), (3, 1), (1, 5), (5, 2), (2, 4), (4, 0)),
    "two triangles": edges((0, 1), (1, 2), (2, 0), (3, 4), (4, 5), (5, 3)),
    "chain": edges((0, 1), (1, 2), (2, 3), (3, 4), (4, 5)),
}
SPOTS = np.array([(np.sin(np.pi * k / 3), np.cos(np.pi * k / 3)) for k in range(6)])  # clockwise


def draw_edit_table(distance: Distance, a: str, b: str) -> Picture:
    """The distances of the first letters of two words, and one cheapest way through the table."""
    import matplotlib.pyplot as plt

    R = np.array([[distance(a[:i], b[:j]) for j in range(len(b) + 1)] for i in range(len(a) + 1)])
    i, j = len(a), len(b)
    way = [(i, j)]
    while (i, j) != (0, 0):
        if i and j and R[i, j] == R[i - 1, j - 1] + (a[i - 1] != b[j - 1]):
            i, j = i - 1, j - 1
        elif i and R[i, j] == R[i - 1, j] + 1:
            i = i - 1
        else:
            j = j - 1
        way.append((i, max(j, 0)))
        if j < 0:  # no way leads through a wrong table
            break
    with theme.style():
        figure, ax = plt.subplots(figsize=(4.8, 4))
        ax.imshow(R, cmap=theme.COUNTS, vmin=0, vmax=1.6 * R.max())
        for (row, column), value in np.ndenumerate(R):
            ax.text(column, row, f"{value}", ha="center", va="center", size=10)
        rows, columns = np.transpose(way)
        ax.plot(columns, rows, color=theme.GRADIENT, linewidth=9, alpha=0.35)
        ax.set_xticks(range(len(b) + 1), ["", *b])
        ax.set_yticks(range(len(a) + 1), ["", *a])
        ax.set(xlabel="letters of the second word", ylabel="letters of the first word")
        ax.grid(visible=False)
        ax.set_title("Table R, and a cheapest way through it")
    return with_alt(
        figure,
        f"A table of {R.shape[0]} rows and {R.shape[1]} columns of numbers, with a way from the "
        f"upper left to the lower right cell, which contains {R[-1, -1]}.",
    )


def placed(tree: Tree, depth: int = 0, left: float = 0.0) -> list[tuple[str, float, int, int]]:
    """Label, place, depth and parent (an index) of each node, the root first."""
    nodes = [(tree[0], left, depth, 0)]
    for child in tree[1:]:
        k = len(nodes)
        right = max(x for _, x, _, _ in nodes) + 1 if k > 1 else left
        below = placed(child, depth + 1, right)
        nodes += [(a, x, d, k + up if i else 0) for i, (a, x, d, up) in enumerate(below)]
    places = [x for _, x, deep, _ in nodes if deep == depth + 1] or [left]
    return [(tree[0], (places[0] + places[-1]) / 2, depth, 0), *nodes[1:]]


def draw_tree_match(s: Tree, t: Tree, match: Sequence[tuple[int, int]]) -> Picture:
    """Two trees side by side. A dashed line joins each pair of nodes, which count root first."""
    import matplotlib.pyplot as plt

    first, second = placed(s), placed(t, left=2.2 + max(x for _, x, _, _ in placed(s)))
    with theme.style():
        figure, ax = plt.subplots(figsize=(5.6, 2.6))
        for nodes, paired in zip((first, second), zip(*match, strict=True), strict=True):
            for k, (label, x, depth, up) in enumerate(nodes):
                ax.plot([x, nodes[up][1]], [depth, nodes[up][2]], color=theme.QUIET, zorder=1)
                shape, colour = ("o", theme.FORWARD) if k in paired else ("s", theme.GRADIENT)
                ax.plot(x, depth, shape, color=colour, markersize=20, zorder=3)
                ax.text(x, depth, label, color="w", ha="center", va="center", size=13, zorder=4)
        for i, j in match:
            arc = {"arrowstyle": "-", "connectionstyle": "arc3,rad=0.15", "linestyle": "--"}
            arc["color"] = theme.FORWARD
            ax.annotate("", first[i][1:3], second[j][1:3], arrowprops=arc, zorder=2)
        ax.margins(0.1, 0.3)
        ax.invert_yaxis()
        ax.axis("off")
        ax.set_title("A match of two trees (squares: deleted and inserted nodes)")
    alone = len(first) + len(second) - 2 * len(match)
    return with_alt(
        figure,
        f"Two trees side by side. Dashed lines join {len(match)} pairs of nodes. Nodes without a "
        f"partner, drawn as squares: {alone}.",
    )


def draw_numbered(costs: Mapping[str, tuple[float, float]]) -> Picture:
    """Graphs with node numbers, and two distances to the ring: as numbered, best match."""
    import matplotlib.pyplot as plt

    with theme.style():
        figure, axes = plt.subplots(1, len(costs), figsize=(9.4, 3))
        for ax, (name, (as_numbered, best)) in zip(axes, costs.items(), strict=True):
            for i, j in zip(*np.nonzero(np.triu(GRAPHS[name])), strict=True):
                ax.plot(*SPOTS[[i, j]].T, color=theme.FORWARD, linewidth=3, zorder=1)
            ax.plot(*SPOTS.T, "o", color=theme.INK, markersize=17, zorder=2)
            for k, (x, height) in enumerate(SPOTS, start=1):
                ax.text(x, height, f"{k}", color=ax.get_facecolor(), ha="center", va="center")
            ax.set(title=name, aspect="equal", xlim=(-1.3, 1.3), ylim=(-1.9, 1.3))
            said = f"as numbered: {as_numbered:.0f}\nbest match: {best:.0f}"
            ax.text(0, -1.3, said, ha="center", va="top")
            ax.axis("off")
        figure.suptitle("Edges that differ from those of the ring")
    said = "; ".join(f"{name}: {a:.0f} and {b:.0f}" for name, (a, b) in costs.items())
    return with_alt(
        figure,
        "Four graphs of six numbered nodes. Edges that differ from the ring as numbered, and under "
        f"the best match: {said}.",
    )


def draw_cells(x: np.ndarray, y: np.ndarray, gammas: Sequence[float]) -> Picture:
    """The cost of each pair, and the probability of each cell for each gamma."""
    import matplotlib.pyplot as plt

    cost = np.sum((x[:, None] - y[None]) ** 2, axis=2)
    tables = {f"probability E, γ = {gamma:g}": cell_probabilities(x, y, gamma) for gamma in gammas}
    with theme.style():
        figure, axes = plt.subplots(1, 1 + len(gammas), figsize=(8.4, 3.5), sharey=True)
        for ax, (name, table) in zip(axes, {"cost of a pair": cost, **tables}.items(), strict=True):
            first = ax is axes[0]
            colours, high = (theme.COUNTS, 8) if first else ("Oranges", 1.6)
            ax.pcolor(table, cmap=colours, vmin=0, vmax=high, edgecolor="0.85", linewidth=0.5)
            for (i, j), value in np.ndenumerate(table):
                said = f"{value:.0f}" if first else f"{value:.1f}"
                ax.text(j + 0.5, i + 0.5, said, ha="center", va="center", size=9)
            ax.set(title=name, xlabel="j, place in y", aspect="equal", ylim=(len(x), 0))
            ax.set_xticks(np.arange(len(y)) + 0.5, range(1, len(y) + 1))
            ax.set_yticks(np.arange(len(x)) + 0.5, range(1, len(x) + 1))
            ax.grid(visible=False)
        axes[0].set_ylabel("i, place in x")
    said = "; ".join(f"{name}: {np.sum(E > 0.1)} cells above 0.1" for name, E in tables.items())
    return with_alt(
        figure, f"Tables side by side, first the cost of each pair, then E. Of {cost.size}, {said}."
    )


def draw_predictions(curves: Mapping[str, np.ndarray]) -> Picture:
    """What the network predicts for both words with each loss, and recordings in grey."""
    import matplotlib.pyplot as plt

    with theme.style():
        figure, axes = plt.subplots(1, len(curves), figsize=(8.4, 3.2), sharey=True, squeeze=False)
        for ax, (name, (up, down)) in zip(axes[0], curves.items(), strict=True):
            rng = np.random.default_rng(0)
            for k in range(8):
                ax.plot(recording(k % 2, rng), color=theme.QUIET, linewidth=0.9, alpha=0.7)
            ax.plot(up, "o-", color=theme.FORWARD, markersize=4)
            ax.plot(down, "s--", color=theme.CYCLE[2], markersize=4)
            for z, letter, colour in ((up, "A", theme.FORWARD), (down, "B", theme.CYCLE[2])):
                k = int(np.abs(z).argmax())
                ax.text(k, 1.2 * z[k], letter, color=colour, ha="center", va="center", size=12)
            ax.set(xlabel="time step", title=name)
        axes[0, 0].set_ylabel("predicted value")
        figure.suptitle("Predicted recordings of the words A and B (grey: eight recordings)")
    said = "; ".join(f"{name}: {z.max():.2f} and {z.min():.2f}" for name, z in curves.items())
    return with_alt(figure, f"Two curves for each loss. Their highest and lowest value, {said}.")
