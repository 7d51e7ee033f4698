"""What the notebook on learned distances trains, measures and draws.

Small networks learn the digits from triplets, with right labels or with 30 % random ones. Another
network learns pictures of emoji from two changed views of each, without labels.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np

from course_lib import augmentation
from course_lib.course.lessons import batch_normalisation
from course_lib.datasets import load_emoji
from course_lib.losses import triplet_loss
from course_lib.models import Sequential, mlp
from course_lib.optimizers import Adam
from course_lib.plots import Picture, class_points, label_lines, paired_differences, theme, with_alt

Choose = Callable[[np.ndarray, np.ndarray], np.ndarray]
Step = Callable[..., Any]
Change = Callable[[np.ndarray], np.ndarray]

BATCH, STEPS = 40, 80
OPTIONS: dict[str, tuple[Any, ...]] = {
    "candidates": (1, 2, 4, 8, 16, 32),
    "margin": (0.1, 0.3, 1.0, 3.0, 10.0),
}
"""What `train` may be called with."""
T = {3: 4.3, 4: 3.18, 5: 2.78, 6: 2.57, 7: 2.45, 8: 2.36, 9: 2.31, 10: 2.26, 11: 2.23, 12: 2.2}
"""How many standard errors make an interval of 95 %, for 3 to 12 numbers."""


@cache
def digits() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Training images and labels (1,408) and test images and labels (360), in float32."""
    x, t, new, t_new = batch_normalisation.digits()
    return x.astype(np.float32), t, new.astype(np.float32), t_new


def distances(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """The Euclidean distance between each row of a and each row of b, (N, M)."""
    squares = np.sum(a**2, axis=1)[:, None] - 2 * a @ b.T + np.sum(b**2, axis=1)
    return np.sqrt(np.maximum(squares, 0))


def hardest(table: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """For each row of a table of distances, the nearest sample of another class."""
    return np.where(labels[:, None] == labels, np.inf, table).argmin(axis=1)


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
) -> float:
    """One step on triplets; the fraction of them whose loss is 0. The notebook shows it in sight.

    Both images of a pair are rows of one batch here, so they pass through the same weights.
    """
    N = len(anchors)
    z, backward = network.forward(np.concatenate([anchors, positives]), training=True)
    a, p = z[:N], z[N:]
    k = choose(distances(a, p))
    _, da, dp, dn = triplet_loss(a, p, p[k], margin)
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
    outputs: int = 8,
    step: Step = siamese_step,
    nearest: Choose = hardest,
    observe: Callable[[int, Sequential], None] = lambda number, network: None,
) -> tuple[Sequential, np.ndarray]:
    """A network trained on triplets of digits, and the fraction with loss 0 at each step.

    Parameters
    ----------
    count : how many candidates for each negative; the nearest is taken
    margin : of the triplet loss
    seed : of the initial weights, the wrong labels and the order of the images
    wrong : fraction of the labels that are replaced by random digits
    step, nearest : the student's functions, or the library's
    observe : called with the number of steps and the network, before the first step and after each
    """
    rng = np.random.default_rng(seed)
    x, t, _, _ = digits()
    labels = np.where(rng.random(len(t)) < wrong, rng.integers(0, 10, len(t)), t)
    order, size = np.argsort(labels, kind="stable"), np.bincount(labels, minlength=10)
    first = np.cumsum(size) - size
    network = mlp([64, 32, outputs], rng=rng)
    optimizer = Adam(network.parameters(), lr=0.01)
    without_loss = []
    observe(0, network)
    for number in range(1, steps + 1):
        i = rng.integers(len(t), size=BATCH)
        of = labels[i]
        partner = order[first[of] + (rng.random(BATCH) * size[of]).astype(int)]

        def choose(table: np.ndarray, of: np.ndarray = of) -> np.ndarray:
            return among(count, table, of, rng, nearest)

        without_loss.append(step(network, optimizer, x[i], x[partner], choose, margin))
        observe(number, network)
    return network, np.array(without_loss)


def nearest_is_right(network: Sequential) -> float:
    """How often the training image nearest to a test image shows the same digit."""
    x, t, new, t_new = digits()
    return float(np.mean(t[distances(network(new), network(x)).argmin(axis=1)] == t_new))


def train(candidates: int, margin: float, seed: int) -> float:
    """Test accuracy after a training in which 30 % of the labels are random digits.

    Parameters
    ----------
    candidates : how many samples of other classes are drawn; the nearest becomes the negative
    margin : of the triplet loss
    seed : of the wrong labels, the initial weights and all that is drawn
    """
    return nearest_is_right(embed(candidates, margin, seed, wrong=0.3)[0])
