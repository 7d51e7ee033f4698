"""``horizontal_flip(images, rng, p) -> images``: each one mirrored with probability p."""

import numpy as np

from grader.checking.contract import (
    UNTOLD,
    Case,
    case,
    dtype,
    random,
    shapes,
    step,
    unchanged_inputs,
    values,
)
from grader.exercises.image_draws import (
    BAND,
    COMPARABLE,
    UNKNOWN,
    blank,
    draws_in_words,
    hidden,
    in_shape,
    pictures,
    same,
)


def horizontal_flip(images, rng, p):
    chosen = rng.random((len(images), 1, 1, 1)) < p
    return np.where(chosen, images[:, :, ::-1], images)


MANY = "many images, p = 0.2"


def batch(rng: np.random.Generator, about: str, p: float, *shape: int) -> Case:
    return case(about, images=pictures(rng, *shape), p=p, seed=int(rng.integers(2**31)))


def cases(rng: np.random.Generator) -> list[Case]:
    single = batch(rng, "float32, p = 1", 1.0, 2, 3, 5, 3)
    single["images"] = single["images"].astype(np.float32)
    return [
        batch(rng, "p = 1", 1.0, 1, 2, 3, 1),
        batch(rng, "p = 0", 0.0, 2, 3, 4, 2),
        single,
        batch(rng, "p = 1, square images", 1.0, 60, 4, 4, 3),
        batch(rng, MANY, 0.2, 600, 3, 4, 3),
    ]


EXACT = ("p = 1", "float32, p = 1", "p = 1, square images")


def run(horizontal_flip, case):
    images, p = case["images"], case["p"]
    if len(images) < 100:
        rng, copies = np.random.default_rng(case["seed"]), [images.copy() for call in range(30)]
        y = horizontal_flip(images, rng, p)
        y = y.copy() if isinstance(y, np.ndarray) else y
        return {"y": y, "more": [horizontal_flip(copy, rng, p) for copy in copies]}
    first, second = images.copy(), images.copy()
    alone = [images[n : n + 1].copy() for n in range(60)]
    rng = np.random.default_rng(case["seed"])
    y = np.array(horizontal_flip(images, rng, p))
    later = horizontal_flip(first, rng, p)
    again = horizontal_flip(second, np.random.default_rng(case["seed"]), p)
    singles = [horizontal_flip(image, rng, 0.5) for image in alone]
    return {"y": y, "later": later, "again": again, "singles": singles}


WHAT, SHARE, OWN = "what happens to an image", "the share of mirrored images", "who decides"
DRAWS, ALONE = "the next draws", "images that come alone"
MIRRORED = "it is mirrored or left alone"
TURNED = {
    "it is turned upside down": (1,),
    "it is turned by half a turn": (1, 2),
    "its channels change places": (3,),
}
NEVER, CERTAIN = "never mirrored", "images are mirrored"


def observe(case, outputs):
    """Which images are mirrored differs from one right program to the next; this does not."""
    images, p = case["images"], case["p"]
    if case["about"] != MANY:
        return certain(images, p, outputs)
    y = in_shape(outputs["y"], images)
    found = {"y": blank(outputs["y"])}
    if y is None:
        return found | dict.fromkeys((WHAT, SHARE, OWN, DRAWS, ALONE), UNKNOWN)
    found[DRAWS] = draws_in_words(outputs, y)
    left, mirrored = same(y, images), same(y, images[:, :, ::-1])
    if not (left | mirrored).all():
        unknown = dict.fromkeys((SHARE, OWN, ALONE), UNTOLD)
        return found | unknown | {WHAT: other_change(y, images, left)}
    found[WHAT] = MIRRORED
    found[OWN] = own_in_words(mirrored, p)
    # One decision for all says nothing about the share.
    found[SHARE] = share_in_words(mirrored, p) if found[OWN] != TOGETHER else UNTOLD
    found[ALONE] = alone_in_words(outputs["singles"], images)
    if found[OWN] == TOGETHER and found[ALONE] == VARYING:
        found[DRAWS] = "new ones for every call, from rng"  # two decisions may agree by chance
    if found[ALONE] == NEVER and not mirrored.any():
        found[WHAT] = "it is left alone, whichever it is"
    return found


def certain(images, p, outputs):
    """What happens with p = 0 or 1, in many calls; y itself where it is not left to chance."""
    calls = [in_shape(one, images) for one in (outputs["y"], *outputs["more"])]
    if any(y is None for y in calls):
        return {"y": outputs["y"], CERTAIN: UNTOLD}
    wrong, right = images, images[:, :, ::-1]
    if p == 0:
        wrong, right = right, wrong
    done = np.stack([same(y, right) for y in calls])
    if not (done | np.stack([same(y, wrong) for y in calls])).all():
        return {"y": outputs["y"], CERTAIN: UNTOLD}
    if done.any() and not done.all():
        half = done.size > 500 and abs(done.mean() - 0.5) < 0.1
        often = "half of the time" if half else "not always" if p else "sometimes"
        return {"y": hidden(outputs["y"]), CERTAIN: f"{often}, although p = {p:g}"}
    return {"y": outputs["y"], CERTAIN: f"{'always' if done.all() == (p == 1) else 'never'}"}


def other_change(y, images, left):
    for words, axes in TURNED.items():
        if (left | same(y, np.flip(images, axes))).all():
            return words
    mirrored = images[:, :, ::-1]
    for words, axis in (("some of its rows are mirrored", 1), ("some channels are mirrored", 3)):
        axes = tuple(i for i in (1, 2, 3) if i != axis)
        either = [np.all(np.abs(y - want) < 1e-4, axis=axes) for want in (images, mirrored)]
        if (either[0] | either[1]).all():
            return words
    if (np.isclose(y, images) | np.isclose(y, mirrored)).all():
        if (left | same(y, y[:, :, ::-1])).all():
            return "one half is copied over the other"
        return "some of its pixels are exchanged"
    if same(np.sort(y, axis=0), np.sort(images, axis=0)).all():
        return "it changes places with another image"
    if (left | same(y, 0 * y)).all() or (same(y, mirrored) | same(y, 0 * y)).all():
        return "it is 0"
    return "something else"


TOGETHER, VARYING = "one decision for all images", "now this decision, now that"


def own_in_words(mirrored, p):
    """Whether the decisions are independent, as far as neighbours and the total tell."""
    if mirrored.all() or not mirrored.any():
        return TOGETHER
    d = mirrored - mirrored.mean()
    if abs(np.mean(d[1:] * d[:-1])) > BAND * d.var() / np.sqrt(len(d) - 1):
        return "neighbours decide together"
    return "every image for itself"


def share_in_words(mirrored, p):
    """The share of mirrored images as the probability it is compatible with."""
    share, band = mirrored.mean(), BAND * np.sqrt(p * (1 - p) / len(mirrored))
    for text, probability in (("p", p), ("1 - p", 1 - p)):
        if abs(share - probability) <= band:
            return text
    return "one half" if abs(share - 0.5) < BAND * 0.5 / np.sqrt(len(mirrored)) else "another one"


def alone_in_words(singles, images):
    """What becomes of 60 batches of one image each, with p = 0.5."""
    y = in_shape([in_shape(one, images[:1]) for one in singles], images[: len(singles), None])
    if y is None:
        return "no images come back"
    mirrored = same(y[:, 0], images[: len(singles), :, ::-1])
    if not mirrored.any():
        return NEVER
    if mirrored.all():
        return "always mirrored"
    return VARYING


exercise = random(
    horizontal_flip,
    returns="images (N, H, W, C)",
    points=1,
    cases=cases,
    run=run,
    observe=observe,
    judge=[
        values(CERTAIN, "y", weight=4, cases=EXACT, title="p = 1 mirrors every image"),
        # Form: handing back the images meets this one.
        values(CERTAIN, "y", cases="p = 0", form=True, title="p = 0 changes nothing"),
        values(WHAT, weight=3, cases=MANY, title="an image is mirrored or left as it is"),
        values(SHARE, weight=2, cases=MANY, title="the share p is mirrored"),
        values(OWN, ALONE, weight=3, cases=MANY, title="every image decides for itself"),
        # Form: random numbers that have nothing to do with the images meet it.
        values(DRAWS, weight=2, cases=MANY, form=True, title="randomness comes from rng"),
    ],
    form=(shapes("y"), dtype("y"), unchanged_inputs()),
    answers=("course_lib.augmentation.horizontal_flip",),
    hints=(
        COMPARABLE,
        step(
            "A batch is (N, H, W, C). What does `images[:, :, ::-1]` do to it?",
            "an image is mirrored or left as it is",
        ),
        step(
            "A number from `rng.random` lies in [0, 1). How often is it below 0.2? How often below "
            "0, and below 1?",
            "p = 1 mirrors every image",
            "p = 0 changes nothing",
            "the share p is mirrored",
        ),
        step(
            "How many decisions does a batch of N images need, and a batch of one? No decision "
            "may follow from another.",
            "every image decides for itself",
        ),
        step(
            "Where do your decisions come from? Two calls with one generator draw different ones, "
            "and two generators with the same seed lead to the same.",
            "randomness comes from rng",
        ),
        "Draw N numbers u from [0, 1) and mirror image n where u[n] < p. `np.where` chooses "
        "between two batches if its condition has the shape (N, 1, 1, 1).",
        "Smaller: two images of one row, [1, 2, 3] and [4, 5, 6], p = 0.5, drawn 0.7 and 0.2. "
        "The first stays, the second becomes [6, 5, 4].",
    ),
)

CHOSEN = "rng.random((len(images), 1, 1, 1)) < p"
MIRRORED = "images[:, :, ::-1]"

exercise.slip(
    MIRRORED,
    "images[:, ::-1]",
    "The images are turned upside down. They are (N, H, W, C): which axis goes from left to right?",
)
exercise.slip(
    MIRRORED,
    "images[:, ::-1, ::-1]",
    "Up and down are exchanged as well as left and right: that is half a turn. Which one axis is "
    "it about?",
)
exercise.slip(
    MIRRORED,
    "images[..., ::-1]",
    "The colours change places, not the pixels. Which axis is the last one?",
)
exercise.slip(
    MIRRORED,
    "images[::-1]",
    "Images change places with one another, and would then carry the wrong labels. Axis 0 counts "
    "the images: which one runs inside of an image?",
)
exercise.slip(
    CHOSEN,
    "rng.random() < p",
    "All images of a batch are mirrored, or none. Every image is to decide for itself: how many "
    "random numbers does that need?",
)
exercise.slip(
    "(len(images), 1, 1, 1)",
    "(*images.shape[:2], 1, 1)",
    "Some rows of an image are mirrored and others are not, which tears it apart. How many "
    "decisions does an image need?",
)
exercise.slip(
    "(len(images), 1, 1, 1)",
    "images.shape",
    "Every pixel decides for itself. Draw one number for an image, in a shape that broadcasts over "
    "its pixels.",
)
exercise.slip(
    "< p",
    "> p",
    "p = 1 mirrors nothing and p = 0 everything. A number from `rng.random` lies in [0, 1): on "
    "which side of p does it lie with probability p?",
)
exercise.slip(CHOSEN, "True", "Every image is mirrored, whatever p is. What is p for?")
exercise.slip(CHOSEN, "False", "The images come back as they were, even with p = 1.")
exercise.slip(
    "< p",
    "< 0.5",
    "Half of the images are mirrored, whatever p is. Try it with p = 0 and p = 1.",
)
exercise.slip(
    "rng.random(",
    "rng.standard_normal(",
    "The draws are normal. A uniform number on [0, 1) is below p with probability p; how often is "
    "a normal one?",
)
exercise.slip(
    CHOSEN,
    "rng.permutation(len(images)).reshape(-1, 1, 1, 1) < int(p * len(images))",
    "A fixed number of each batch is mirrored. A batch of a single image is then treated alike for "
    "ever: let each image decide with probability p instead.",
)
exercise.slip(
    CHOSEN,
    "np.arange(len(images)).reshape(-1, 1, 1, 1) < int(p * len(images))",
    "It is always the first images of the batch that are mirrored, in every call: nothing is left "
    "to chance. How does an image with the index 0 stay as it is, for once?",
)
exercise.slip(
    f"chosen, {MIRRORED}",
    f"chosen & (np.arange(images.shape[2])[:, None] < images.shape[2] // 2), {MIRRORED}",
    "The result is symmetric: one half was written over the other before it was read. Read from "
    "the original, write into a copy.",
)
exercise.slip(
    f"{MIRRORED}, images",
    f"{MIRRORED}, 0 * images",
    "Images that are not mirrored come back black. What should become of them?",
)
exercise.slip(
    f"np.where(chosen, {MIRRORED}, images)",
    f"{MIRRORED}[chosen[:, 0, 0, 0]]",
    "Only mirrored images come back. All N are to come back, in their order.",
)
