"""What the notebook on learning rates over time trains, measures and draws.

All trainings are of one kind: a small network learns the digits by plain gradient descent, and a
fifth of the training labels are replaced by random digits, so that the gradients stay noisy.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from course_lib.backend import to_numpy
from course_lib.course.lessons.batch_normalisation import digits
from course_lib.losses import softmax_cross_entropy
from course_lib.models import Sequential, mlp
from course_lib.optimizers import SGD
from course_lib.plots import Picture, label_lines, paired_differences, theme, with_alt
from course_lib.training import accuracy, fit

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Schedule = Callable[[float], float]
Average = Callable[..., Any]

BATCH = 16
EPOCH = 88
"""Steps in an epoch: 1,408 images in minibatches of 16."""
EPOCHS = 4
OPTIONS: dict[str, tuple[Any, ...]] = {
    "schedule": ("constant", "cosine"),
    "lr": (0.005, 0.015, 0.05, 0.15, 0.5, 1.5, 4.5),
}
"""What `train` may be called with."""
T = {3: 4.3, 4: 3.18, 5: 2.78, 6: 2.57, 7: 2.45, 8: 2.36, 9: 2.31, 10: 2.26, 11: 2.23, 12: 2.2}
"""How many standard errors make an interval of 95 %, for 3 to 12 numbers."""


def course(
    schedule: Schedule, seed: int, epochs: int, *, batch_size: int = BATCH
) -> tuple[np.ndarray, np.ndarray]:
    """Test loss and test accuracy after each epoch, two arrays (epochs,), at the rates of a schedule.

    After a loss that overflows, the accuracy is that of guessing. The labels of the test are right.
    """
    _, _, x, t = digits()
    losses, accuracies = np.full(epochs, math.log(10)), np.full(epochs, 0.1)

    def after(epoch: int, history: Any) -> None:
        y = network(x)
        losses[epoch] = float(softmax_cross_entropy(y, t)[0])
        accuracies[epoch] = float(accuracy(y, t))

    network, begin = _beginning(seed)
    with np.errstate(all="ignore"):
        try:
            optimizer = SGD(network.parameters(), lr=1.0)
            begin(optimizer, schedule, epochs, batch_size, (after,))
        except FloatingPointError:
            pass
    return losses, accuracies


def _beginning(seed: int) -> tuple[Sequential, Callable[..., None]]:
    """A network with its initial weights, and what trains it; all random numbers are the seed's."""
    rng = np.random.default_rng(seed)
    x, t, _, _ = digits()
    labels = np.where(rng.random(len(t)) < 0.2, rng.integers(0, 10, len(t)), t)
    network = mlp([64, 32, 10], rng=rng)

    def begin(
        optimizer: SGD,
        schedule: Schedule,
        epochs: int,
        batch_size: int = BATCH,
        callbacks: Sequence[Any] = (),
    ) -> None:
        fit(
            network,
            x,
            labels,
            loss=softmax_cross_entropy,
            optimizer=optimizer,
            schedule=lambda t: schedule(t),
            epochs=epochs,
            batch_size=batch_size,
            rng=rng,
            callbacks=callbacks,
            progress=False,
        )

    return network, begin


def cosine(lr: float, total: int) -> Schedule:
    """Half a cosine from lr at step 0 to 0 at step ``total``."""
    return lambda t: lr / 2 * (1 + math.cos(math.pi * t / total))


def train(schedule: str, lr: float, seed: int) -> float:
    """Test accuracy after four epochs.

    Parameters
    ----------
    schedule : ``"constant"``, or ``"cosine"``: a fall along half a cosine from lr to 0
    lr : the rate, or the first rate
    seed : of the wrong labels, the initial weights and the order of the images
    """
    rate = cosine(lr, EPOCHS * EPOCH) if schedule == "cosine" else lambda t: lr
    return float(course(rate, seed, EPOCHS)[1][-1])
