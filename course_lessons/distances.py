"""What the notebook on learned distances trains, measures and draws.

Small networks learn the digits from triplets, with right labels or with 30 % random ones. Another
network learns pictures of emoji from two changed views of each, without labels.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np

from course_lessons.batch_normalisation import digits as digits
from course_lib import augmentation
from course_lib.backend import to_numpy
from course_lib.datasets import load_emoji
from course_lib.losses import triplet_loss
from course_lib.models import Sequential, mlp
from course_lib.optimizers import Adam
from course_lib.plots import Picture, label_lines, theme, with_alt

Choose = Callable[[np.ndarray, np.ndarray], np.ndarray]
Step = Callable[..., Any]
Loss = Callable[..., Any]
Change = Callable[[np.ndarray], np.ndarray]

BATCH, STEPS = 40, 80
OPTIONS: dict[str, tuple[Any, ...]] = {
    "candidates": (1, 2, 4, 8, 16, 32),
    "margin": (0.1, 0.3, 1.0, 3.0, 10.0),
}
"""Numbers of candidates and margins that are tried."""


def distances(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """The Euclidean distance between each row of a and each row of b, (N, M)."""
    squares = np.sum(a**2, axis=1)[:, None] - 2 * a @ b.T + np.sum(b**2, axis=1)
    lengths: np.ndarray = np.sqrt(np.maximum(squares, 0))
    return lengths


def smallest(table: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """For each row the place of its smallest number; `among` has made the own class infinite."""
    places: np.ndarray = table.argmin(axis=1)
    return places


def among(
    count: int, table: np.ndarray, labels: np.ndarray, rng: np.random.Generator, nearest: Choose
) -> np.ndarray:
    """The nearest of ``count`` candidates, drawn at random for each anchor from other classes.

    All other distances become infinite. ``nearest(table, labels)`` is the student's.
    """
    other = labels[:, None] != labels
    order = np.where(other, rng.random(table.shape), 2.0)
    last = np.partition(order, count - 1, axis=1)[:, count - 1 : count]
    return nearest(np.where(other & (order <= last), table, np.inf), labels)


def siamese_step(
    network: Sequential,
    optimizer: Adam,
    anchors: np.ndarray,
    positives: np.ndarray,
    choose: Callable[[np.ndarray], np.ndarray],
    margin: float,
    loss: Loss = triplet_loss,
) -> float:
    """One step on triplets with a loss; the fraction of them whose loss is 0.

    Both images of a pair are rows of one batch here, so they pass through the same weights.
    """
    N = len(anchors)
    z, backward = network.forward(np.concatenate([anchors, positives]), training=True)
    a, p = to_numpy(z)[:N], to_numpy(z)[N:]
    k = choose(distances(a, p))
    da, dp, dn = map(to_numpy, loss(a, p, p[k], margin)[1:])
    np.add.at(dp, k, dn)
    optimizer.zero_grad()
    backward.without_dx(np.concatenate([da, dp]))
    optimizer.step()
    return float(np.mean(~da.any(axis=1)))


def embed(
    count: int,
    margin: float,
    seed: int,
    *,
    wrong: float = 0.0,
    steps: int = STEPS,
    step: Step = siamese_step,
    nearest: Choose = smallest,
) -> tuple[Sequential, np.ndarray]:
    """A network trained on triplets of digits, and the fraction with loss 0 at each step.

    Parameters
    ----------
    count : how many candidates for each negative; the nearest is taken
    margin : of the triplet loss
    seed : of the initial weights, the wrong labels and the order of the images
    wrong : fraction of the labels that are replaced by random digits
    step, nearest : the student's functions, or the library's
    """
    rng = np.random.default_rng(seed)
    x, t, _, _ = digits()
    labels = np.where(rng.random(len(t)) < wrong, rng.integers(0, 10, len(t)), t)
    order, size = np.argsort(labels, kind="stable"), np.bincount(labels, minlength=10)
    first = np.cumsum(size) - size
    network = mlp([64, 32, 8], rng=rng)
    optimizer = Adam(network.parameters(), lr=0.01)
    without_loss = []
    for _ in range(steps):
        i = rng.integers(len(t), size=BATCH)
        of = labels[i]
        partner = order[first[of] + (rng.random(BATCH) * size[of]).astype(int)]

        def choose(table: np.ndarray, of: np.ndarray = of) -> np.ndarray:
            return among(count, table, of, rng, nearest)

        without_loss.append(step(network, optimizer, x[i], x[partner], choose, margin))
    return network, np.array(without_loss)


def nearest_is_right(train: np.ndarray, test: np.ndarray) -> float:
    """How often the training point nearest to a test point belongs to the same digit."""
    _, t, _, t_new = digits()
    return float(np.mean(t[distances(test, train).argmin(axis=1)] == t_new))


def by_pixels() -> float:
    """Test accuracy with the pixels themselves as points."""
    x, _, new, _ = digits()
    return nearest_is_right(x, new)


def accuracy(count: int, margin: float, seed: int, **more: Any) -> float:
    """Test accuracy of the network that `embed` trains."""
    network, _ = embed(count, margin, seed, **more)
    x, _, new, _ = digits()
    return nearest_is_right(to_numpy(network(x)), to_numpy(network(new)))


def as_pairs(loss: Loss) -> Loss:
    """A loss of triplets, made of a loss of pairs: anchor and positive, anchor and negative."""

    def of_triplets(
        a: np.ndarray, p: np.ndarray, n: np.ndarray, margin: float
    ) -> tuple[float, np.ndarray, np.ndarray, np.ndarray]:
        together, da, dp = loss(a, p, np.ones(len(a)), margin)
        apart, da_too, dn = loss(a, n, np.zeros(len(a)), margin)
        return together + apart, da + da_too, dp, dn

    return of_triplets


def same_digit(count: int, seed: int) -> float:
    """The fraction of the nearest of ``count`` candidates that show the digit of their anchor.

    They are chosen after a training with random negatives, where 30 % of the labels are random.
    """
    network, _ = embed(1, 1.0, seed, wrong=0.3)
    x, t, _, _ = digits()
    rng = np.random.default_rng(seed)
    labels = np.where(rng.random(len(t)) < 0.3, rng.integers(0, 10, len(t)), t)  # as in `embed`
    same = []
    for i in rng.permutation(len(t))[: len(t) // BATCH * BATCH].reshape(-1, BATCH):
        z = to_numpy(network(x[i]))
        k = among(count, distances(z, z), labels[i], rng, smallest)
        same.append(np.mean(t[i[k]] == t[i]))
    return float(np.mean(same))


@cache
def emoji() -> tuple[np.ndarray, np.ndarray]:
    """1,200 training and 600 test pictures, (N, 16, 16, 3) in [-0.5, 0.5], of different emoji."""
    train_set, _, test_set = load_emoji()
    small, new = (
        np.moveaxis(part.x.reshape(-1, 3, 16, 2, 16, 2).mean(axis=(3, 5)), 1, 3) - np.float32(0.5)
        for part in (train_set, test_set)
    )
    return np.ascontiguousarray(small), np.ascontiguousarray(new)


def moved(pictures: np.ndarray) -> np.ndarray:
    """All pictures two pixels down and two to the left; the border is repeated."""
    return np.pad(pictures, ((0, 0), (2, 0), (0, 2), (0, 0)), mode="edge")[:, :16, 2:]


CHANGES: dict[str, Change] = {
    "other colours": lambda x: x[..., [1, 2, 0]],
    "mirrored": lambda x: x[:, :, ::-1],
    "moved by 2 pixels": moved,
    "quarter turn": lambda x: x.transpose(0, 2, 1, 3)[:, ::-1],
}
"""Changes of pictures; the views of the training contain the first three."""


def rows_of(pictures: np.ndarray) -> np.ndarray:
    """A row of numbers for each picture."""
    return np.ascontiguousarray(pictures).reshape(len(pictures), -1)


def nearest_by_cosine(changed: np.ndarray, originals: np.ndarray) -> np.ndarray:
    """For each row, the number of the original that has the largest cosine with it."""
    a, b = (v / np.linalg.norm(v, axis=1, keepdims=True) for v in (changed, originals))
    places: np.ndarray = (a @ b.T).argmax(axis=1)
    return places


def found(embedding: Change = lambda rows: rows) -> dict[str, float]:
    """For each change, the fraction of the 600 originals found by the cosine of the embeddings."""
    _, new = emoji()
    originals = embedding(rows_of(new))
    return {
        name: float(
            np.mean(
                nearest_by_cosine(embedding(rows_of(change(new))), originals) == np.arange(len(new))
            )
        )
        for name, change in CHANGES.items()
    }


def view(pictures: np.ndarray, rng: np.random.Generator, *, colours: bool = True) -> np.ndarray:
    """One view of each picture, as rows: mirrored or not, shifted, with its colours exchanged."""
    if colours:
        order = rng.permuted(np.tile(np.arange(3), (len(pictures), 1)), axis=1)
        pictures = np.take_along_axis(pictures, order[:, None, None, :], axis=3)
    pictures = to_numpy(augmentation.horizontal_flip(np.moveaxis(pictures, 3, 1), rng, 0.5))
    pictures = np.pad(pictures, ((0, 0), (0, 0), (2, 2), (2, 2)), mode="edge")
    pictures = to_numpy(augmentation.random_crop(pictures, 16, rng, 0))
    return rows_of(np.moveaxis(pictures, 1, 3))


def learn_views(
    loss: Callable[..., Any], seed: int, *, colours: bool = True, steps: int = 240
) -> Sequential:
    """A network trained without labels on two views of each picture, at the temperature 0.2.

    ``loss(a, b, temperature)`` gives the value and both gradients: the student's, or the library's.
    """
    rng = np.random.default_rng(seed)
    pictures, _ = emoji()
    network = mlp([768, 256, 32], rng=rng)
    optimizer = Adam(network.parameters(), lr=0.002)
    for _ in range(steps):
        chosen = pictures[rng.choice(len(pictures), 125, replace=False)]
        a, backward_a = network.forward(view(chosen, rng, colours=colours), training=True)
        b, backward_b = network.forward(view(chosen, rng, colours=colours), training=True)
        _, da, db = loss(a, b, 0.2)
        optimizer.zero_grad()
        backward_a.without_dx(da)
        backward_b.without_dx(db)
        optimizer.step()
    return network


@cache
def small_emoji() -> tuple[np.ndarray, np.ndarray]:
    """All pictures of emoji, (N, 8, 8, 3) in [-0.5, 0.5], and their groups, 0 to 7."""
    parts = load_emoji()
    x = [part.x.reshape(-1, 3, 8, 4, 8, 4).mean(axis=(3, 5)) for part in parts]
    pictures = np.moveaxis(np.concatenate(x), 1, 3) - np.float32(0.5)
    return pictures, np.concatenate([part.t for part in parts])


def two_cameras(
    rng: np.random.Generator, *, pictures: int = 1200, new: int = 300
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """The same pictures through two drawn cameras: rows a and b, and new_a and new_b, float32.

    A camera mixes the colours by a matrix of its own and may be turned or mirrored. The new
    pictures come from two groups, of which the others have none.
    """
    x, groups = small_emoji()
    is_new = np.isin(groups, rng.choice(8, size=2, replace=False))
    chosen = rng.permutation(np.flatnonzero(~is_new))[:pictures]
    fresh = rng.permutation(np.flatnonzero(is_new))[:new]
    seen = []
    for quarter in rng.choice(4, size=2, replace=False):
        turn, other = np.linalg.qr(rng.normal(size=(2, 3, 3)))[0]
        mix = turn * rng.uniform(0.9, 1.1, size=3) * [0.6, 0.9, 1.4] @ other
        turned = np.rot90(x, quarter, axes=(1, 2))
        turned = turned[:, :, ::-1] if rng.random() < 0.5 else turned
        seen.append(rows_of((turned @ mix).astype(np.float32)))
    a, b = seen
    return a[chosen], b[chosen], a[fresh], b[fresh]


def share_found(copies: np.ndarray, originals: np.ndarray) -> float:
    """Fraction of the rows whose own original has the largest cosine with them."""
    return float(np.mean(nearest_by_cosine(copies, originals) == np.arange(len(copies))))


def learn_cameras(
    loss: Loss, hard: Choose | None, seed: int, *, margin: float = 1.0, steps: int = 300
) -> float:
    """The share of new pictures of two cameras that are found after a training on triplets.

    Parameters
    ----------
    loss : the value and the gradients of ``loss(anchor, positive, negative, margin)``
    hard : chooses the negatives from distances and labels; None: they are drawn at random
    seed : of the cameras and of the training
    """
    rng = np.random.default_rng(seed)
    a, b, new_a, new_b = two_cameras(rng)
    network = mlp([192, 64, 32], rng=rng)
    optimizer = Adam(network.parameters(), lr=0.003)
    labels = np.arange(64)

    def choose(table: np.ndarray) -> np.ndarray:
        if hard is None:
            return (labels + rng.integers(1, 64, size=64)) % 64
        return hard(table, labels)

    for _ in range(steps):
        rows = rng.choice(len(a), 64, replace=False)
        siamese_step(network, optimizer, a[rows], b[rows], choose, margin, loss)
    return share_found(to_numpy(network(new_b)), to_numpy(network(new_a)))


def draw_cameras() -> Picture:
    """Six pictures through two cameras."""
    import matplotlib.pyplot as plt

    a, b, _, _ = two_cameras(np.random.default_rng(0))
    with theme.style():
        figure, axes = plt.subplots(2, 6, figsize=(6.4, 2.5))
        for line, (name, rows) in zip(axes, {"first": a, "second": b}.items(), strict=True):
            for ax, row in zip(line, rows, strict=False):
                ax.imshow(np.clip(row.reshape(8, 8, 3) + 0.5, 0, 1))
                ax.set(xticks=[], yticks=[])
                ax.grid(visible=False)
            line[0].set_ylabel(f"{name} camera", rotation=0, ha="right", va="center")
        figure.suptitle("Six pictures through two cameras", x=0.02, ha="left")
    return with_alt(
        figure,
        "Two rows of six pictures of 8 by 8 pixels. In the second row the same pictures have other "
        "colours and are turned.",
    )


def draw_found() -> Picture:
    """Eight copies in other colours, what the cosine of the pixels finds, and the originals."""
    import matplotlib.pyplot as plt

    shown = np.arange(0, 600, 75)
    _, new = emoji()
    copies = CHANGES["other colours"](new)[shown]
    nearest = nearest_by_cosine(rows_of(copies), rows_of(new))
    lines = {"copy": copies, "found": new[nearest], "original": new[shown]}
    with theme.style():
        figure, axes = plt.subplots(3, 8, figsize=(6.8, 3.2))
        for line, (name, pictures) in zip(axes, lines.items(), strict=True):
            for ax, picture in zip(line, pictures, strict=True):
                ax.imshow(np.clip(picture + 0.5, 0, 1))
                ax.set(xticks=[], yticks=[])
                ax.grid(visible=False)
            line[0].set_ylabel(name, rotation=0, ha="right", va="center")
        figure.suptitle(
            "Eight copies in other colours, and what the pixels find", x=0.02, ha="left"
        )
    right = np.sum(nearest == shown)
    return with_alt(
        figure,
        f"Three rows of eight pictures: copies, pictures found, originals. {right} of the eight "
        "originals are found. The pictures found have grounds of similar colours to the copies.",
    )


def draw_changes(searches: Mapping[str, Sequence[Mapping[str, float]]]) -> Picture:
    """For each change, the fraction of originals that each search finds; a mark for each seed."""
    import matplotlib.pyplot as plt

    colours = (theme.for_text(theme.QUIET), theme.FORWARD, theme.CYCLE[2])
    with theme.style():
        figure, ax = plt.subplots(figsize=(7.6, 3.2))
        for (name, seeds), mark, colour in zip(searches.items(), "DoX", colours, strict=True):
            for k, of in enumerate(seeds):
                at = [1.15 * i + (i > 2) for i in range(len(CHANGES))]
                ax.plot(
                    [of[change] for change in CHANGES],
                    at,
                    mark,
                    color=colour,
                    markersize=8,
                    markerfacecolor="none",
                    label=name if k == 0 else None,
                )
        ax.set_yticks(at, CHANGES)
        ax.set(xlim=(-0.03, 1.03), ylim=(5.05, -0.6), xlabel="fraction of originals found")
        ax.text(0.3, 3.85, "never in the views:", va="center", size=9)
        ax.set_title("Originals found among 600, for four changes")
        ax.legend(loc="upper center", bbox_to_anchor=(0.45, -0.16), ncols=3)
    said = "; ".join(
        f"{name}: " + ", ".join(f"{c} {np.mean([of[c] for of in seeds]):.2f}" for c in CHANGES)
        for name, seeds in searches.items()
    )
    return with_alt(figure, f"Four rows, one for each change. Found, {said}.")


def draw_candidates(accuracies: Mapping[str, np.ndarray]) -> Picture:
    """Test accuracy over the number of candidates, a line for each kind of labels."""
    import matplotlib.pyplot as plt

    counts = OPTIONS["candidates"]
    with theme.style():
        figure, ax = plt.subplots(figsize=(6.8, 3.4))
        looks = zip(("--", "-"), (theme.FORWARD, theme.CYCLE[2]), strict=True)
        for (name, found), (line, colour) in zip(accuracies.items(), looks, strict=False):
            ax.plot(counts, found.mean(axis=1), line, color=colour, label=name)
            ax.plot(counts, found, "o", color=colour, markersize=3)
        ax.set(xscale="log", xlabel="candidates for each negative", ylim=(0, 1))
        ax.set(ylabel="test accuracy", xlim=(0.9, 90))
        ax.set_xticks(counts, counts)
        ax.minorticks_off()
        ax.set_title("Test accuracy when the nearest candidate is the negative")
        label_lines(ax)
    ends = "; ".join(
        f"{name}: " + ", ".join(f"{v:.2f}" for v in found.mean(axis=1))
        for name, found in accuracies.items()
    )
    return with_alt(figure, f"Accuracy for 1, 2, 4, 8, 16 and 32 candidates. {ends}.")
