"""``train(network, training, validation, *, lr, epochs, batch_size, rng) -> history``."""

from typing import Any

import numpy as np

from grader.checking.contract import Case, Exercise, OwnRun, case, slips, unchanged_inputs, values
from grader.exercises.ps08.train_step import train_step


def train(network, training, validation, *, lr, epochs, batch_size, rng):
    x, t = training
    history = {"loss": [], "accuracy": [], "validation": []}
    for _ in range(epochs):
        order = rng.permutation(len(x))
        starts = range(0, len(x), batch_size)
        batches = [order[i : i + batch_size] for i in starts]
        losses = [train_step(network, x[rows], t[rows], lr) for rows in batches]
        history["loss"].append(np.mean(losses))
        for name, (images, labels) in (("accuracy", training), ("validation", validation)):
            right = network.forward(images).argmax(axis=1) == labels
            history[name].append(np.mean(right))
    return history


def blobs(
    rng: np.random.Generator, about: str, n: int, batch_size: int, epochs: int, apart: float = 0.8
) -> Case:
    """Images of three classes that overlap, so that each step changes the accuracies.

    With classes far ``apart``, all images are right before the last epoch.
    """

    def some(count: int) -> tuple[np.ndarray, np.ndarray]:
        t = rng.permutation(np.arange(count) % 3)
        return apart * np.eye(3)[t] + rng.normal(size=(count, 3)), t

    (x, t), (x_validation, t_validation) = some(n), some(41)
    return case(
        about,
        x=x,
        t=t,
        x_validation=x_validation,
        t_validation=t_validation,
        parameters=[rng.normal(size=(3, 3)), rng.normal(size=(3, 3)), rng.normal(size=3)],
        lr=float(rng.uniform(0.2, 0.3)),
        epochs=epochs,
        batch_size=batch_size,
        seed=int(rng.integers(1 << 30)),
    )


def run(train: Any, case: Case) -> dict[str, Any]:
    """The training of a network that is none of the notebook's: ``u = x @ W + x**2 @ V + b``."""

    class Given:
        def __init__(self):
            self.own = [np.array(p) for p in case["parameters"]]  # as layers hold their arrays
            self.parameters = list(self.own)

        def forward(self, x):
            W, V, b = self.own
            self.x = np.array(x)
            return self.x @ W + self.x**2 @ V + b

        def backward(self, du):
            return [self.x.T @ du, (self.x**2).T @ du, np.sum(du, axis=0)]

    network = Given()
    history = train(
        network,
        (case["x"], case["t"]),
        (case["x_validation"], case["t_validation"]),
        lr=case["lr"],
        epochs=case["epochs"],
        batch_size=case["batch_size"],
        rng=np.random.default_rng(case["seed"]),
    )
    names = ("loss", "accuracy", "validation")
    moved = [a - b for a, b in zip(network.own, case["parameters"], strict=True)]
    return {"moved": moved, **{name: list(history[name]) for name in names}}


def ups_and_downs(rng: np.random.Generator, about: str) -> Case:
    """The loss rises once, so does the error, and the last epoch is not the best: it goes on."""
    while True:
        found = blobs(rng, about, 23, 5, 5)
        history = run(train, found)
        loss, validation = history["loss"], history["validation"]
        falls = min(np.diff(validation[1:-1])) < 0
        if max(np.diff(loss[:-1])) > 0 and falls and validation[-1] < max(validation):
            return found


def soon_right(rng: np.random.Generator, about: str) -> Case:
    """All images are right early, and the last epochs still move the parameters."""
    while True:
        found = blobs(rng, about, 12, 2, 8, apart=4)
        history = run(train, found)
        if 1 in history["accuracy"][:4] and min(history["loss"][-2:]) > 0.01:
            return found


exercise = Exercise(
    points=3,
    reference=(train,),
    returns="history",
    cases=lambda rng: [
        blobs(rng, "one epoch", 12, 4, 1),
        ups_and_downs(rng, "five epochs, a smaller last batch"),
        blobs(rng, "two epochs, a batch of all images", 9, 20, 2),
        blobs(rng, "two epochs, one image is left over", 9, 4, 2),
        soon_right(rng, "eight epochs, all images are soon right"),
    ],
    run=OwnRun(run),
    judge=[
        values(
            "moved",
            title="all steps of all epochs",
            weight=6,
            rtol=1e-4,
            help=(
                """Each epoch has an order of its own, `rng.permutation(len(x))`, and its batches
                are pieces of this order, one after the other. The last one may be smaller.""",
                "`minibatch_indices` of notebook 01 makes such pieces.",
            ),
        ),
        values(
            "loss",
            title="history: the mean of the losses of an epoch's batches",
            weight=2,
            rtol=1e-4,
            help="`train_step` returns the loss of a batch. Collect them, epoch by epoch.",
        ),
        values(
            "accuracy",
            "validation",
            title="history: both accuracies after each epoch",
            weight=3,
            rtol=1e-4,
            help="After the last step of an epoch: the share of rows whose largest score is right.",
        ),
        unchanged_inputs(),
    ],
    answers=("grader.exercises.ps08.train",),
    uses=("train_step",),
    hints="""
    Two loops: over the epochs, and over the batches of an epoch. `train_step` does the rest.

    `history["loss"].append(…)` adds a number to a list of the dictionary.
    """,
    mistakes=slips("""
order = np.arange(len(x))
    Your batches are the same in each epoch: the images are not shuffled.
order = np.random.default_rng(0).permutation(len(x))
    The order comes from a generator of your own. Use `rng`, which the caller chose.
starts = range(0, len(x) - batch_size + 1, batch_size)
    The images that are left over in an epoch, fewer than a batch, are not used.
losses = [train_step(network, x, t, lr) for rows in batches]
    Each step uses all images. It should use those of its batch.
losses = [train_step(network, x[: len(rows)], t[: len(rows)], lr) for rows in batches]
    Each step uses the first images of the set. Which rows belong to the batch?
losses = [train_step(network, x[rows], t[rows], lr / len(rows)) for rows in batches]
    The steps are too short: you divide lr by the size of the batch. The loss is a mean already.
history["loss"].append(np.sum(losses))
    The loss is a sum over the batches of an epoch. Enter their mean.
history["loss"].append(losses[-1])
    The loss is that of the last batch. Enter the mean over the batches of the epoch.
right = network.forward(training[0]).argmax(axis=1) == training[1]
    Both accuracies are those of the training images.
right = network.forward(images).argmin(axis=1) == labels
    You compare the labels with the smallest scores.
history[name].append(np.sum(right))
    The accuracies are numbers of images. Enter shares, from 0 to 1.
history[name].append(1 - np.mean(right))
    You enter error rates. The accuracy is 1 minus the error rate.
x, t = (np.concatenate(pair) for pair in zip(training, validation))
    The validation images take part in the steps, so they no longer tell how the network does on new
    images.
"""),
)
