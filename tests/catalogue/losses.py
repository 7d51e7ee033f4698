"""Losses, each with its value written out sample by sample."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from tests.catalogue.operation import Draw, Loss, Operation, Refusal

Rest = Callable[[Draw, int, int], dict[str, Any]]


def rows(count: int, after: Callable[[Any], Any] = lambda a: a) -> Any:
    """So many inputs (N, D)."""
    return lambda draw, N, D: [after(draw.normal(size=(N, D))) for _ in range(count)]


def log_shares(u: Any) -> Any:
    u = 2.0 * u
    return u - np.log(np.exp(u).sum(axis=1, keepdims=True))


def beside(**more: Any) -> Rest:
    """Targets by name, each as ``target(draw, N, D)``, and numbers as they are."""
    return lambda draw, N, D: {
        name: value(draw, N, D) if callable(value) else value for name, value in more.items()
    }


def normal(draw: Draw, N: int, D: int) -> Any:
    return draw.normal(size=(N, D))


def labels(draw: Draw, N: int, D: int) -> Any:
    return draw.integers(0, D, N)


def some_ignored(draw: Draw, N: int, D: int) -> Any:
    return np.where(np.arange(N) % 3 == 1, -1, draw.integers(0, D, N))


def shares(draw: Draw, N: int, D: int) -> Any:
    p = draw.random((N, D))
    if D > 1:
        p[0, 0] = 0.0
    return p / p.sum(axis=1, keepdims=True)


def signs(draw: Draw, N: int, D: int) -> Any:
    return draw.choice([-1.0, 1.0], size=(N, D))


def mean(term: Callable[..., float]) -> Any:
    """The mean over samples of a term of one sample."""

    def definition(*inputs: Any, **rest: Any) -> float:
        N, total = len(inputs[0]), 0.0
        for n in range(N):
            own = {k: v[n] if isinstance(v, np.ndarray) else v for k, v in rest.items()}
            total += term(*(a[n] for a in inputs), **own)
        return total / N

    return definition


def summed(term: Callable[..., float]) -> Any:
    """The same of a term of one output, summed over the outputs of a sample."""
    return mean(
        lambda y, t, **more: sum(
            term(float(a), float(b), **more) for a, b in zip(y, t, strict=True)
        )
    )


def distance(a: Any, b: Any) -> float:
    return math.sqrt(sum((float(x) - float(y)) ** 2 for x, y in zip(a, b, strict=True)))


def cross_entropy(u: Any, p: Any) -> float:
    log_total = math.log(sum(math.exp(v) for v in u))
    return sum(float(q) * (log_total - float(v)) for q, v in zip(p, u, strict=True))


def multiclass(scores: Any, labels: Any, margin: float) -> float:
    return sum(max(0.0, margin + s - scores[labels]) for k, s in enumerate(scores) if k != labels)


def weighted(u: Any, target: Any, weight: Any, ignore: int, label_smoothing: float = 0.0) -> float:
    used = [n for n in range(len(u)) if target[n] != ignore]
    t = [smoothed([target[n]], len(u[n]), label_smoothing)[0] for n in used]
    total = sum(cross_entropy(u[n], weight * t_n) for n, t_n in zip(used, t, strict=True))
    return total / sum(weight[target[n]] for n in used) if used else 0.0


def smooth(u: Any, target: Any, label_smoothing: float) -> float:
    share = np.eye(len(u))[target] if np.ndim(target) == 0 else target
    return cross_entropy(u, (1.0 - label_smoothing) * share + label_smoothing / len(u))


def binary(u: Any, t: Any, pos_weight: float | list[float]) -> float:
    """The loss of one sample, its outputs in a row."""
    weights = np.broadcast_to(pos_weight, u.shape)
    return sum(
        p * q * math.log(1.0 + math.exp(-v)) + (1.0 - q) * math.log(1.0 + math.exp(v))
        for v, q, p in zip(u, t, weights, strict=True)
    )


def of_rows(definition: Any) -> Any:
    """The same of (N, 2, 3, D): every position is a sample."""

    def of_all(u: Any, target: Any) -> Any:
        rows = target.reshape(-1, *target.shape[3:])
        found: Any = definition(u.reshape(-1, u.shape[-1]), rows)
        return found

    return of_all


def sequences(draw: Draw, N: int, D: int) -> Any:
    return [draw.normal(size=(N, 2, 3, D))]


def log_sequences(draw: Draw, N: int, D: int) -> Any:
    return [log_shares(draw.normal(size=(N * 6, D))).reshape(N, 2, 3, D)]


def many_labels(draw: Draw, N: int, D: int) -> Any:
    return draw.integers(0, D, (N, 2, 3))


def many_shares(draw: Draw, N: int, D: int) -> Any:
    return shares(draw, 6 * N, D).reshape(N, 2, 3, D)


def their_binary(nn: Any, u: Any, t: Any, pos_weight: Any) -> Any:
    weights = u.new_tensor(pos_weight) if isinstance(pos_weight, float) else pos_weight
    total = nn.binary_cross_entropy_with_logits(u, t, pos_weight=weights, reduction="sum")
    return total / len(u)


def info_nce(a: Any, b: Any, temperature: float) -> float:
    def cosine(x: Any, y: Any) -> float:
        return float(x @ y) / math.sqrt(float(x @ x) * float(y @ y))

    return sum(
        cross_entropy([cosine(x, y) / temperature for y in b], np.eye(len(b))[n])
        for n, x in enumerate(a)
    ) / len(a)


def soft_minimum(x: Any, y: Any, gamma: float) -> float:
    """The recursion over cells."""
    R: dict[tuple[int, int], float] = {}
    for i in range(len(x)):
        for j in range(len(y)):
            before = [R[c] for c in ((i - 1, j), (i, j - 1), (i - 1, j - 1)) if c in R]
            total = sum(math.exp(-b / gamma) for b in before)
            R[i, j] = distance(x[i], y[j]) ** 2 - (gamma * math.log(total) if before else 0.0)
    return R[len(x) - 1, len(y) - 1]


def their_triplet(nn: Any, a: Any, p: Any, n: Any, margin: float) -> Any:
    def between(x: Any, y: Any) -> Any:  # theirs adds 1e-6 to every coordinate
        return (x - y).square().sum(1).sqrt()

    return nn.triplet_margin_with_distance_loss(a, p, n, distance_function=between, margin=margin)


def hinge(name: str, margin: float) -> Loss:
    """Theirs is max(0, -t (x1 - x2) + margin), here with x2 = 0; a mean over outputs, too."""
    return Loss(
        name=name, inputs=rows(1), rest=beside(t=signs),
        definition=summed(lambda f, t: max(0.0, margin - t * f)),
        theirs=lambda nn, f, t: f.shape[1]
        * nn.margin_ranking_loss(f, 0.0 * f, t, margin=margin),
        refused=[
            ({"t": lambda t, bad=bad: np.where(t > 0, bad, t)}, ValueError,
             r"expected -1 and \+1 only; 2 \* t - 1")
            for bad in (0.0, 0.5, np.nan)
        ],
    )  # fmt: skip


NOT_LABELS: tuple[Refusal, ...] = (
    (({"labels": lambda t: 0 * t + 4}), ValueError, "labels run from 4 to 4, but .* 4 columns"),
    (({"labels": lambda t: t - 4}), ValueError, "labels run from -"),
    (({"labels": lambda t: t * 1.0}), TypeError, "labels must be integers"),
    (({"labels": lambda t: t > 0}), TypeError, "labels must be integers"),
)


def of_target(refusals: tuple[Refusal, ...]) -> list[Refusal]:
    return [({"target": c["labels"]}, error, message) for c, error, message in refusals]


def not_shares(name: str) -> list[Refusal]:
    return [
        ({name: np.full((5, 4), 0.2)}, ValueError, "differs from 1 by 0.2"),
        ({name: np.tile([1.5, -0.5, 0, 0], (5, 1))}, ValueError, "values from -0.5 to 1.5"),
        ({name: np.full((5, 4), np.nan)}, ValueError, "from nan to nan"),
    ]


LOSSES = [
    Loss(
        name="squared_error", inputs=rows(1), rest=beside(t=normal),
        definition=summed(lambda y, t: 0.5 * (y - t) ** 2),
        theirs=lambda nn, y, t: nn.mse_loss(y, t, reduction="sum") / (2 * len(y)),
    ),
    Loss(
        name="mean_absolute_error", inputs=rows(1), rest=beside(t=normal),
        definition=summed(lambda y, t: abs(y - t)),
        theirs=lambda nn, y, t: nn.l1_loss(y, t, reduction="sum") / len(y),
    ),
    Loss(
        name="huber", inputs=rows(1), rest=beside(t=normal, delta=0.7),
        definition=summed(
            lambda y, t, delta: 0.5 * (y - t) ** 2 if abs(y - t) < delta
            else delta * (abs(y - t) - 0.5 * delta)
        ),
        theirs=lambda nn, y, t, delta: nn.huber_loss(y, t, delta=delta, reduction="sum") / len(y),
        refused=[({"delta": d}, ValueError, "delta is") for d in (0.0, -1.0, math.nan)],
    ),
    Loss(
        name="softmax_cross_entropy", inputs=rows(1), rest=beside(target=labels),
        definition=mean(lambda u, target: cross_entropy(u, np.eye(len(u))[target])),
        theirs=lambda nn, u, target: nn.cross_entropy(u, target),
        refused=[
            *of_target(NOT_LABELS), ({"target": [0, 1]}, TypeError, "target is a list"),
            ({"weight": np.ones(3)}, ValueError, "weight"),
            ({"weight": -np.ones(4)}, ValueError, "a weight is negative"),
            ({"ignore": -2, "target": lambda t: t - 4}, ValueError, "labels run from -"),
        ],
    ),
    Loss(
        name="softmax_cross_entropy of shares", inputs=rows(1), rest=beside(target=shares),
        definition=mean(lambda u, target: cross_entropy(u, target)),
        theirs=lambda nn, u, target: nn.cross_entropy(u, target),
        refused=[
            *not_shares("target"), ({"target": lambda p: p[:, :3]}, ValueError, "K is 4 in u"),
            ({"ignore": -1}, ValueError, "are for labels"),
        ],
    ),
    Loss(
        name="softmax_cross_entropy with weights", inputs=rows(1), unlike="no mean",
        rest=beside(target=some_ignored, weight=lambda r, N, D: 0.5 + np.arange(D), ignore=-1),
        definition=weighted,
        theirs=lambda nn, u, target, weight, ignore: nn.cross_entropy(
            u, target, weight=weight, ignore_index=ignore
        ),
    ),
    Loss(
        name="softmax_cross_entropy with weights, smoothed", inputs=rows(1), unlike="no mean",
        rest=beside(target=some_ignored, weight=lambda r, N, D: 0.5 + np.arange(D), ignore=-1,
                    label_smoothing=0.2),
        definition=weighted,
        theirs=lambda nn, u, target, weight, ignore, label_smoothing: nn.cross_entropy(
            u, target, weight=weight, ignore_index=ignore, label_smoothing=label_smoothing
        ),
    ),
    *(
        Loss(
            name=f"softmax_cross_entropy of smoothed {kind.__name__}", inputs=rows(1),
            rest=beside(target=kind, label_smoothing=0.1), definition=mean(smooth),
            theirs=lambda nn, u, target, label_smoothing: nn.cross_entropy(
                u, target, label_smoothing=label_smoothing
            ),
            refused=[({"label_smoothing": a}, ValueError, f"label_smoothing is {a}, expected 0 <=")
                     for a in (-0.1, 1.1, math.nan)],
        )
        for kind in (labels, shares)
    ),
    *(
        Loss(
            name=f"softmax_cross_entropy of {kind.__name__}", inputs=sequences,
            rest=beside(target=kind),
            definition=of_rows(mean(lambda u, target: smooth(u, target, 0.0))),
            theirs=lambda nn, u, target: nn.cross_entropy(
                u.movedim(-1, 1), target if target.ndim == 3 else target.movedim(-1, 1)
            ),
        )
        for kind in (many_labels, many_shares)
    ),
    Loss(
        name="nll_loss of sequences", inputs=log_sequences, rest=beside(labels=many_labels),
        definition=lambda log_p, labels: of_rows(
            mean(lambda log_p, target: -log_p[target])
        )(log_p, labels),
        theirs=lambda nn, log_p, labels: nn.nll_loss(log_p.movedim(-1, 1).contiguous(), labels),
    ),
    Loss(
        name="kl_divergence of sequences", inputs=log_sequences, rest=beside(p=many_shares),
        definition=lambda log_q, p: of_rows(mean(
            lambda log_q, target: sum(
                a * (math.log(a) - b) for a, b in zip(target, log_q, strict=True) if a
            )
        ))(log_q, p),
        theirs=lambda nn, log_q, p: nn.kl_div(log_q, p, reduction="batchmean") / 6,
    ),
    Loss(
        name="nll_loss", inputs=rows(1, log_shares), rest=beside(labels=labels),
        definition=mean(lambda log_p, labels: -log_p[labels]),
        theirs=lambda nn, log_p, labels: nn.nll_loss(log_p, labels),
        refused=[
            *NOT_LABELS, ({"labels": lambda t: t[:, None]}, ValueError, "remaining axes are"),
            ({"log_p": np.exp}, ValueError, r"but logarithms.*log_softmax\(u\)"),
        ],
    ),
    Loss(
        name="kl_divergence", inputs=rows(1, log_shares), rest=beside(p=shares),
        definition=mean(
            lambda log_q, p: sum(a * (math.log(a) - b) for a, b in zip(p, log_q, strict=True) if a)
        ),
        theirs=lambda nn, log_q, p: nn.kl_div(log_q, p, reduction="batchmean"),
        refused=[*not_shares("p"), ({"log_q": np.negative}, ValueError, "log_q has values up to")],
    ),
    Loss(
        name="bce_with_logits", inputs=rows(1), rest=beside(t=lambda r, N, D: r.random((N, D))),
        definition=summed(lambda u, t: math.log(1.0 + math.exp(u)) - t * u),
        theirs=lambda nn, u, t: nn.binary_cross_entropy_with_logits(u, t, reduction="sum") / len(u),
        refused=[({"t": lambda t: -np.round(t)}, ValueError, "t has values from -1 .*; probab")],
    ),
    *(
        Loss(
            name=f"bce_with_logits with {name}", inputs=rows(1), unlike="no mean",
            rest=beside(t=lambda r, N, D: r.random((N, D)), pos_weight=p),
            definition=lambda u, t, pos_weight: sum(
                binary(u_n, t_n, pos_weight) for u_n, t_n in zip(u, t, strict=True)
            ) / len(u),
            theirs=their_binary,
            refused=[({"pos_weight": -1.0}, ValueError, "pos_weight is -1"),
                     ({"pos_weight": np.ones(3)}, ValueError, "K is 4 in u"),
                     ({"pos_weight": -np.ones(4)}, ValueError, "negative or nan")],
        )
        for name, p in (("a weight", 2.5), ("weights", lambda r, N, D: 0.5 + np.arange(D)))
    ),
    hinge("binary_hinge", 1.0), hinge("perceptron_loss", 0.0),
    Loss(
        name="poisson_loss", inputs=rows(1),
        rest=beside(t=lambda r, N, D: r.poisson(2.0, (N, D)) * 1.0),
        definition=summed(lambda u, t: math.exp(u) - t * u),
        theirs=lambda nn, u, t: nn.poisson_nll_loss(u, t, reduction="sum") / len(u),
    ),
    Loss(
        name="multiclass_hinge", inputs=rows(1), rest=beside(labels=labels, margin=0.8),
        definition=mean(multiclass),
        theirs=lambda nn, scores, labels, margin: scores.shape[1]
        * nn.multi_margin_loss(scores, labels, margin=margin),
        refused=[*NOT_LABELS[:3], ({"margin": -1.0}, ValueError, "margin is -1")],
    ),
    Loss(  # distances of these are about sqrt(2 D): some below the margin, some above
        name="contrastive_loss", inputs=rows(2),
        rest=lambda r, N, D: {"same": r.integers(0, 2, N), "margin": 1.5 * D**0.5},
        definition=mean(
            lambda a, b, same, margin: 0.5 * distance(a, b) ** 2 if same
            else 0.5 * max(0.0, margin - distance(a, b)) ** 2
        ),
        refused=[
            ({"same": lambda s: s - 1}, ValueError, "same has values from -1"),
            ({"margin": 0.0}, ValueError, "margin is 0"),
            ({"b": np.ones((5, 4), int)}, TypeError, "b has dtype int64"),
        ],
    ),
    Loss(
        name="triplet_loss", inputs=rows(3), rest=beside(margin=0.3), theirs=their_triplet,
        definition=mean(
            lambda a, p, n, margin: max(0.0, distance(a, p) - distance(a, n) + margin)
        ),
        refused=[({"margin": -0.1}, ValueError, r"margin is -0\.1")],
    ),
    Loss(
        name="info_nce", inputs=rows(2), rest=beside(temperature=0.4), unlike="no mean",
        definition=info_nce,
        refused=[({"temperature": 0.0}, ValueError, "temperature is 0")],
    ),
    Loss(  # sequences of different lengths, and a gradient for the first one only
        name="soft_dtw", inputs=rows(1), unlike="no mean", definition=soft_minimum,
        rest=beside(y=lambda r, N, D: r.normal(size=(N + 2, D)), gamma=0.9),
        refused=[
            ({"gamma": 0.0}, ValueError, "gamma is 0"),
            ({"y": lambda y: y[:0]}, ValueError, "x has 5 rows and y 0"),
            ({"y": lambda y: y[:, :1]}, ValueError, "D is 4 in x"),
            ({"y": lambda y: y.astype(int)}, TypeError, "y has dtype int64"),
        ],
    ),
]  # fmt: skip


def smoothed(labels: Any, n_classes: int, amount: float) -> Any:
    return np.reshape(
        [
            (1.0 - amount) * (k == label) + amount / n_classes
            for label in labels
            for k in range(n_classes)
        ],
        (len(labels), n_classes),
    )


def smoothing(amount: float) -> Operation:
    return Operation(
        name=f"smooth_labels by {amount}", package="losses", inputs=lambda draw, N, D: [],
        rest=lambda draw, N, D: {
            "labels": draw.integers(0, D, N), "n_classes": D, "amount": amount
        },
        definition=smoothed, unlike="double",
        refused=[
            *((c, e, m.replace(".* 4 columns", "n_classes is 4")) for c, e, m in NOT_LABELS[:3]),
            ({"labels": lambda t: t[:, None]}, ValueError, r"expected \(N,\)"),
            ({"n_classes": 0}, ValueError, "n_classes is 0"),
            *(({"amount": a}, ValueError, f"amount is {a}") for a in (-0.1, 1.1, math.nan)),
        ],
    )  # fmt: skip


TARGETS = [smoothing(amount) for amount in (0.0, 0.1, 1.0)]


def edits(a: Any, b: Any) -> int:
    """By trying all ways to treat the first elements."""
    if len(a) == 0 or len(b) == 0:
        return len(a) + len(b)
    ways = edits(a[1:], b) + 1, edits(a, b[1:]) + 1, edits(a[1:], b[1:]) + int(a[0] != b[0])
    return min(ways)


def nodes(tree: Any) -> int:
    return 1 + sum(map(nodes, tree[1:]))


def edits_of_trees(s: Any, t: Any) -> int:
    """By trying all ways to treat the first children."""
    if len(s) == 1 or len(t) == 1:
        return nodes(s) + nodes(t) - 2 + int(s[0] != t[0])
    first, other = s[1], t[1]
    s_rest, t_rest = [s[0], *s[2:]], [t[0], *t[2:]]
    return min(
        nodes(first) + edits_of_trees(s_rest, t),
        nodes(other) + edits_of_trees(s, t_rest),
        edits_of_trees(first, other) + edits_of_trees(s_rest, t_rest),
    )


def tree(draw: Draw, count: int, labels: int) -> Any:
    """A tree with so many nodes, as nested lists."""
    made: list[Any] = [[int(draw.integers(labels))]]
    while len(made) < count:
        made.append([int(draw.integers(labels))])
        made[int(draw.integers(len(made) - 1))].append(made[-1])
    return made[0]


COUNTS = [
    Operation(
        name="edit_distance", package="losses", inputs=lambda draw, N, D: [],
        rest=lambda draw, N, D: {"a": draw.integers(0, D, N), "b": draw.integers(0, D, N + 1)},
        definition=edits, unlike="double",
        refused=[
            ({"a": lambda a: a[:, None]}, ValueError, r"expected \(T_a,\)"),
            ({"b": 3}, TypeError, "b is 3"),
        ],
    ),
    Operation(
        name="tree_distance", package="losses", inputs=lambda draw, N, D: [],
        rest=lambda draw, N, D: {"s": tree(draw, N, D), "t": tree(draw, N + 2, D)},
        definition=edits_of_trees, unlike="double",
        refused=[
            ({"s": "ab"}, TypeError, "s has the node 'ab'"),
            ({"t": [1, [2], 3]}, TypeError, "t has the node 3"),
            ({"t": [1, []]}, ValueError, "t has a node without a label"),
        ],
    ),
]  # fmt: skip
