"""``network_forward(images, W1, b1, W2, b2) -> (z, y, answers)``: a network's forward pass."""

import numpy as np

from grader.checking.contract import (
    Case,
    case,
    dtype,
    float32,
    form_step,
    function,
    shapes,
    slips,
    step,
    unchanged_inputs,
    values,
)


def network_forward(images, W1, b1, W2, b2):
    x = images.reshape(len(images), -1)
    u = x @ W1 + b1
    z = np.maximum(u, 0)
    y = z @ W2 + b2
    answers = y.argmax(axis=1)
    return z, y, answers


def network(
    rng: np.random.Generator, about: str, n: int, size: tuple[int, int], widths: tuple[int, int]
) -> Case:
    """Random images and weights; among the answers are several classes, mostly."""
    pixels, (hidden, classes) = size[0] * size[1], widths
    return case(
        about,
        images=rng.normal(size=(n, *size)),
        W1=rng.normal(size=(pixels, hidden)),
        b1=rng.normal(size=hidden),
        W2=rng.normal(size=(hidden, classes)),
        b2=rng.normal(size=classes),
    )


def bright(rng: np.random.Generator, about: str) -> Case:
    """Images whose hidden units and scores have thousands: an exponential would overflow.

    At least one answer is above 9, as no digit is.
    """
    while True:
        made = network(rng, about, 5, (2, 4), (6, 12))
        made["images"] *= 1000
        _z, y, answers = network_forward(**{k: v for k, v in made.items() if k != "about"})
        if np.any((answers > 9) & (y.max(axis=1) > 1000)):
            return made


BATCH = "a batch of images"
EQUAL = "also where lengths are equal"

exercise = function(
    network_forward,
    returns="z, y, answers",
    points=5,
    cases=lambda rng: {
        BATCH: [
            network(rng, "four images of 2 × 3 pixels", 4, (2, 3), (5, 3)),
            network(rng, "more pixels than images", 6, (4, 3), (7, 4)),
            network(rng, "fewer hidden units than classes", 9, (3, 2), (4, 6)),
            float32(network(rng, "float32", 7, (3, 4), (5, 8))),
            bright(rng, "pixels of any size"),
            network(rng, "one image", 1, (3, 2), (4, 5)),
        ],
        EQUAL: [
            network(rng, "as many images as pixels", 6, (2, 3), (4, 5)),
            network(rng, "as many images as classes", 5, (3, 3), (4, 5)),
            network(rng, "all lengths are 9", 9, (3, 3), (9, 9)),
        ],
    },
    judge=[
        values("z", weight=4, cases=BATCH, title=f"hidden units z: {BATCH}"),
        values("y", weight=4, cases=BATCH, title=f"scores y: {BATCH}"),
        values("answers", weight=3, cases=BATCH, title=f"answers: {BATCH}"),
        values("z", weight=1, cases=EQUAL, title=f"hidden units z: {EQUAL}"),
        values("y", weight=1, cases=EQUAL, title=f"scores y: {EQUAL}"),
        values("answers", weight=1, cases=EQUAL, title=f"answers: {EQUAL}"),
    ],
    form=(shapes(), dtype("z", "y"), unchanged_inputs()),
    answers=("grader.exercises.ps00.network_forward",),  # the library's networks have layers
    hints=(
        """Write the shape below each array, for 4 images of 2 × 3 pixels, 5 hidden units and 3
        classes: images (4, 2, 3), W1 (6, 5), b1 (5,), W2 (5, 3), b2 (3,). Which shape do the images
        need so that a product with W1 gives one row of 5 numbers for each image?""",
        step(
            """Flatten each image to a row, keeping the order of its pixels. A matrix product and a
            bias give u. Take the larger of each number and 0. A smaller example: for [[1, 2]] with
            W1 = [[1, −1], [1, 0]] and b1 = [0, 0], the row is [1, 2], u = [3, −1], z = [3, 0].""",
            f"hidden units z: {BATCH}",
            f"hidden units z: {EQUAL}",
        ),
        step(
            """A second product and bias give the scores; no ReLU follows. A smaller example: z =
            [3, 0] with W2 = [[1, 0], [0, 1]] and b2 = [0, 5] has y = [3, 5].""",
            f"scores y: {BATCH}",
            f"scores y: {EQUAL}",
        ),
        step(
            """In which direction does each image's largest score lie? A smaller example: for the
            scores [3, 5] of one image the answer is 1.""",
            f"answers: {BATCH}",
            f"answers: {EQUAL}",
        ),
        form_step("shapes", "float type is kept", "inputs and results stay as they were"),
    ),
    mistakes=(
        *slips("""
answers = y.argmax(axis=0)
    You have one answer for each class: the image that has the highest score in it. Every image
    needs an answer. Which axis has to disappear?
y = np.maximum(z @ W2 + b2, 0)
    Negative scores have become 0. The ReLU belongs only to the hidden units.
y = z @ W2
    The scores are computed without their biases.
x = images.reshape(-1, len(images)).T
    Each of your rows mixes pixels of different images. `reshape` keeps the order of the numbers,
    and the first image comes first. Which of the two new lengths comes first?
x = images.transpose(0, 2, 1).reshape(len(images), -1)
    The pixels of each image are in another order: column by column. The first row of weights
    belongs to the first pixel, the second one to the pixel on its right.
u = x @ W1
    The hidden units are computed without their biases.
u = x @ W1
y = z @ W2
    The biases `b1` and `b2` have no effect on the result. Where do they stand in the formulas?
z = u
    The hidden units can be negative. Which function stands between the two products?
z = np.minimum(u, 0)
    The negative numbers are kept and the positive ones become 0. It should be the other way round.
z = np.abs(u)
    Negative numbers lose their sign. They should become 0.
z = (u > 0).astype(u.dtype)
    Positive numbers have become 1. They keep their value.
y = np.exp(z @ W2 + b2)
    The scores went through another function. They are the result of the second product and its
    bias.
answers = y.argmin(axis=1)
    The answers are the classes with the lowest scores.
answers = y.max(axis=1)
    These are the highest scores themselves. The answer is the number of the class that has it.
answers = y.argmax()
    You have one answer for all images together. Which axis has to disappear?
answers = y.argmax(axis=1) + 1
    Every answer is one too large. Classes count from 0, as Python indices do.
answers = z.argmax(axis=1)
    The answers are the numbers of hidden units. Which array has one column for each class?
"""),
        *slips(
            """
return u, y, answers
    The scores are right, but `z` still has negative numbers. Return it after the ReLU.
return x, y, answers
    The scores are right, but the first result has the pixels. It should have the hidden units.
""",
            needs=(f"scores y: {BATCH}",),
        ),
    ),
)
