"""``recognise(x_train, t_train, x_new, rng) -> labels``: train a network, then read fresh images.

The judge draws the fresh images, and their labels stay with it. No file holds them, and what draws
them gives other ones with each seed, so knowing it is of no use but for practice.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from course_lessons.own_network import SIDE, digits, fresh_digits, nearest_neighbour
from grader.checking.contract import Case, Exercise, OwnRun, case, holds
from grader.exercises.fresh_images import Fresh, share_earns
from grader.exercises.ps01.standardize import standardize
from grader.exercises.ps08.own_network import OwnNetwork
from grader.exercises.ps08.train import train
from grader.exercises.ps08.train_step import train_step as train_step

# Accuracy that earns nothing, and everything. The network of section 5 earns next to nothing;
# the points are for what is done to the images: without it, larger networks seldom reach UPPER.
LOWER, UPPER = 0.85, 0.91
IMAGES = 1000
TRAININGS = ("first training", "second training")


def without_light(x):
    """The images minus the quadratic surface that fits each of them best."""
    row, column = np.indices((SIDE, SIDE)).reshape(2, -1) / SIDE
    powers = [row**0, row, column, row**2, row * column, column**2]
    base = np.linalg.qr(np.stack(powers, axis=1))[0]
    return x - x @ base @ base.T


def recognise(x_train, t_train, x_new, rng):
    z_train, z_new = standardize(without_light(x_train), without_light(x_new))
    # The same digit occurs dark and light.
    z_train, t_train = np.concatenate([z_train, -z_train]), np.concatenate([t_train, t_train])
    few = z_train[:100], t_train[:100]
    network = OwnNetwork([196, 200, 10], rng)
    for lr, epochs in ((0.1, 8), (0.02, 3)):
        train(network, (z_train, t_train), few, lr=lr, epochs=epochs, batch_size=32, rng=rng)
    return network.forward(z_new).argmax(axis=1)


def cases(rng: np.random.Generator) -> list[Case]:
    data, found = digits(), []
    for name in TRAININGS:
        x_new, t_new = fresh_digits(IMAGES, rng)
        truth = Fresh(x=x_new, t=t_new)
        seed = int(rng.integers(1 << 30))
        given = {"x_train": data.x_train, "t_train": data.t_train, "x_new": x_new}
        found.append(case(name, **given, seed=seed, truth=truth))
    return found


def run(recognise: Any, case: Case) -> dict[str, Any]:
    given = case["x_train"], case["t_train"], case["x_new"]
    return {"labels": np.array(recognise(*given, np.random.default_rng(case["seed"])))}


def observe(case: Case, out: dict[str, Any]) -> dict[str, Any]:
    """The share that is right, and what the labels look like."""
    labels, truth = np.asarray(out["labels"]), case["truth"].t
    if labels.shape != truth.shape or labels.dtype.kind not in "iuf":
        what = f"an array of {labels.dtype} with the shape {labels.shape}"
        return {"problem": f"It returned {what}; expected {truth.shape}, one label for each image."}
    near = nearest_neighbour(case["x_train"], case["t_train"], case["x_new"])
    return {
        "problem": "",
        "share": float(np.mean(labels == truth)),
        "one": len(np.unique(labels)) == 1,
        "near": float(np.mean(labels == near)),
    }


def accuracy(case: Case, got: dict[str, Any], want: dict[str, Any]) -> Any:
    if got["problem"]:
        return got["problem"]
    of = f"{len(case['x_new']):,} fresh images are right"
    return share_earns(got["share"], LOWER, UPPER, of)


def recognised(case: Case, got: Mapping[str, Any]) -> Sequence[str]:
    """What is wrong, where the labels show it."""
    if got["problem"] or got["share"] >= LOWER:
        return ()
    if got["one"]:
        return (
            "All images get the same label. Scores that are nan, or equal, do that: how large is "
            "the training loss at the end, and are the images standardised?",
        )
    if got["near"] > 0.9:
        return (
            "These are the labels of the nearest training images. What is alike in two near images "
            "here is the light.",
        )
    if got["share"] < 0.3:
        return (
            "This is what a network without hidden layers reaches, one that has hardly been "
            "trained, and labels that are not those of their images. Is there a hidden layer, how "
            "many epochs do you train, and are x_train and x_new standardised in the same way?",
        )
    return ()


exercise = Exercise(
    points=3,
    reference=(recognise,),
    returns="labels",
    cases=cases,
    run=OwnRun(run),
    observe=observe,
    compares=False,
    recognise=recognised,
    judge=[holds(f"accuracy on fresh images, {name}", accuracy, cases=name) for name in TRAININGS],
    answers=("grader.exercises.ps08.recognise",),
    uses=("OwnNetwork", "train_step", "train"),
    hints="""
    Standardise first, with the means and standard deviations of the training images for both sets.

    Does the training loss still fall at the end? Then train for more epochs. Does it jump up and
    down? Then end with some epochs at a smaller rate.

    The light has nothing to do with the digit. It changes slowly from pixel to pixel: fit a plane,
    or a quadratic surface, to each image (`np.linalg.lstsq`), and subtract it before you
    standardise.

    Dark on light or light on dark: `-x` shows the same digit as `x`.

    Choose with the validation images: the number of units, the rate, the epochs, one at a time.
    """,
)
