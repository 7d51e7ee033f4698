"""Small graphs with values for their leaves, to go through forwards and backwards."""

from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Tape:
    """A graph whose output is L, the shapes of its leaves, and the same in plain NumPy."""

    name: str
    graph: dict[str, tuple[str, tuple[str, ...]]]
    shapes: dict[str, tuple[int, ...]]
    formula: Any

    def __str__(self) -> str:
        return self.name

    def leaves(self, seed: int = 0) -> dict[str, Any]:
        """Positive numbers, so that every logarithm exists."""
        rng = np.random.default_rng(seed)
        return {leaf: rng.uniform(0.3, 1.5, size=shape) for leaf, shape in self.shapes.items()}


def tape(name: str, shapes: dict[str, tuple[int, ...]], formula: Any, **nodes: str) -> Tape:
    """``u="matmul x W"`` is the node ``"u": ("matmul", ("x", "W"))``."""
    graph: dict[str, tuple[str, tuple[str, ...]]] = dict.fromkeys(shapes, ("input", ()))
    for node, text in nodes.items():
        operation, *inputs = text.split()
        graph[node] = (operation, tuple(inputs))
    return Tape(name, graph, shapes, formula)


TAPES = [
    tape("the output is a leaf", {"L": ()}, lambda L: L),
    tape("a number used twice", {"a": ()}, lambda a: 2 * a, L="add a a"),
    tape("a number times itself", {"a": ()}, lambda a: a * a, L="mul a a"),
    tape(
        "a layer",
        {"x": (4, 3), "W": (3, 2), "b": (2,)},
        lambda x, W, b: np.sum(np.tanh(x @ W + b)),
        u="matmul x W",
        v="add u b",
        z="tanh v",
        L="sum z",
    ),
    tape(
        "a weight used three times",
        {"x": (4, 3), "W": (3, 3)},
        lambda x, W: np.sum(np.tanh(np.tanh(np.tanh(x @ W) @ W) @ W)),
        u1="matmul x W",
        z1="tanh u1",
        u2="matmul z1 W",
        z2="tanh u2",
        u3="matmul z2 W",
        z3="tanh u3",
        L="sum z3",
    ),
    tape(
        "cross-entropy by hand",
        {"u": (4, 3), "t": (4, 3), "ones": (3, 1)},
        lambda u, t, ones: -np.sum(t * (u - np.log(np.exp(u) @ ones))),
        e="exp u",
        total="matmul e ones",
        logs="log total",
        log_y="sub u logs",
        terms="mul t log_y",
        s="sum terms",
        zero="sub s s",
        L="sub zero s",
    ),
    tape(
        "stretched arrays",
        {"a": (), "b": (1, 3), "c": (4, 1), "d": (3,), "e": (2, 4, 3)},
        lambda a, b, c, d, e: np.sum((((a - b) * c + d) - e) * a),
        p="sub a b",
        q="mul p c",
        r="add q d",
        s="sub r e",
        m="mul s a",
        L="sum m",
    ),
]
