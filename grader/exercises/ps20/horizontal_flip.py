"""``horizontal_flip(images, rng, p) -> images``: each one mirrored with probability p."""

import numpy as np

from grader.checking.contract import Case, Open, case, float32, random, slips, step, values
from grader.checking.contract.families.random import ANEW
from grader.exercises.drawn_arrays import blank, hidden, in_shape
from grader.exercises.image_draws import (
    BAND,
    DRAWS,
    FORM,
    MANY,
    UNKNOWN,
    from_rng,
    next_draws,
    pictures,
    same,
)


def horizontal_flip(images, rng, p):
    chosen = rng.random((len(images), 1, 1, 1)) < p
    return np.where(chosen, images[:, :, ::-1], images)


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    def batch(about: str, p: float, *shape: int) -> Case:
        return case(about, images=pictures(rng, *shape), p=p, seed=int(rng.integers(2**31)))

    return {
        "p = 1 mirrors every image": [
            batch("p = 1", 1.0, 1, 2, 3, 1),
            float32(batch("float32, p = 1", 1.0, 2, 3, 5, 3)),
            batch("p = 1, square images", 1.0, 60, 4, 4, 3),
            batch("p = 1, larger images", 1.0, 2, 28, 28, 1),
        ],
        "p = 0 changes nothing": [batch("p = 0", 0.0, 2, 3, 4, 2)],
        MANY: [batch("many images, p = 0.2", 0.2, 600, 3, 4, 3)],
    }


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


WHAT, SHARE, OWN = "the transformation of an image", "the share of mirrored images", "who decides"
ALONE = "single images"
MIRRORED = "it is mirrored or unchanged"
TURNED = {
    "it is turned upside down": (1,),
    "it is turned by half a turn": (1, 2),
    "its channels are exchanged": (3,),
}
NEVER, CERTAIN = "never mirrored", "images are mirrored"
OTHER = "neither mirrored nor unchanged"


def observe(case, outputs):
    """Right programs differ in which images they mirror; they agree in these quantities."""
    images, p = case["images"], case["p"]
    if p in (0, 1):
        return certain(images, p, outputs)
    y = in_shape(outputs["y"], images)
    found = {"y": blank(outputs["y"])}
    if y is None:
        return found | dict.fromkeys((SHARE, OWN, DRAWS, ALONE), Open()) | {WHAT: UNKNOWN}
    found[DRAWS] = next_draws(y, outputs["again"], [outputs["later"]])
    left, mirrored = same(y, images), same(y, images[:, :, ::-1])
    if not (left | mirrored).all():
        unknown = dict.fromkeys((SHARE, OWN, ALONE), Open())
        return found | unknown | {WHAT: other_change(y, images, left)}
    found[WHAT] = MIRRORED
    found[OWN] = own_in_words(mirrored, p)
    # One decision for all images does not show the share.
    found[SHARE] = share_in_words(mirrored, p) if found[OWN] != TOGETHER else Open()
    found[ALONE] = alone_in_words(outputs["singles"], images)
    if found[OWN] == TOGETHER and found[ALONE] == VARYING:
        found[DRAWS] = ANEW  # two decisions may agree by chance
    if found[ALONE] == NEVER and not mirrored.any():
        found[WHAT] = "it is always unchanged"
    return found


def certain(images, p, outputs):
    """The results for p = 0 or 1, in many calls; y itself where it is not random."""
    calls = [in_shape(one, images) for one in (outputs["y"], *outputs["more"])]
    if any(y is None for y in calls):
        return {"y": outputs["y"], CERTAIN: OTHER}
    wrong, right = images, images[:, :, ::-1]
    if p == 0:
        wrong, right = right, wrong
    done = np.stack([same(y, right) for y in calls])
    if not (done | np.stack([same(y, wrong) for y in calls])).all():
        return {"y": outputs["y"], CERTAIN: OTHER}
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
        return "it is exchanged with another image"
    if (left | same(y, 0 * y)).all() or (same(y, mirrored) | same(y, 0 * y)).all():
        return "it is 0"
    return "something else"


TOGETHER, VARYING = "one decision for all images", "different decisions"


def own_in_words(mirrored, p):
    """Whether the decisions are independent, as far as neighbours and the total show."""
    if mirrored.all() or not mirrored.any():
        return TOGETHER
    d = mirrored - mirrored.mean()
    if abs(np.mean(d[1:] * d[:-1])) > BAND * d.var() / np.sqrt(len(d) - 1):
        return "neighbours have the same decision"
    return "every image independently"


def share_in_words(mirrored, p):
    """The share of mirrored images as the probability it is compatible with."""
    share, band = mirrored.mean(), BAND * np.sqrt(p * (1 - p) / len(mirrored))
    for text, probability in (("p", p), ("1 - p", 1 - p)):
        if abs(share - probability) <= band:
            return text
    return "one half" if abs(share - 0.5) < BAND * 0.5 / np.sqrt(len(mirrored)) else "another one"


def alone_in_words(singles, images):
    """The results of 60 batches of one image each, with p = 0.5."""
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
        values(CERTAIN, "y", weight=4, cases="p = 1 mirrors every image"),
        # A function that returns its input satisfies this one.
        values(CERTAIN, "y", cases="p = 0 changes nothing", alone=False),
        values(
            WHAT,
            weight=3,
            cases=MANY,
            title="an image is mirrored or unchanged",
            help="A batch is (N, H, W, C). What does `images[:, :, ::-1]` do to it?",
        ),
        values(SHARE, weight=2, cases=MANY, title="the share p is mirrored"),
        values(
            OWN,
            ALONE,
            weight=3,
            cases=MANY,
            title="every image is decided independently",
            help="""How many decisions does a batch of N images need, and how many a batch of one?
            The decisions have to be independent.""",
        ),
        from_rng(MANY),
    ],
    form=FORM,
    answers=("course_lib.augmentation.horizontal_flip",),
    hints=(
        step(
            "A number from `rng.random` lies in [0, 1). How often is it below 0.2? How often below "
            "0, and below 1?",
            "p = 1 mirrors every image",
            "p = 0 changes nothing",
            "the share p is mirrored",
        ),
        "Draw N numbers u from [0, 1) and mirror image n where u[n] < p. `np.where` chooses "
        "between two batches if its condition has the shape (N, 1, 1, 1).",
        "A smaller example: two images of one row, [1, 2, 3] and [4, 5, 6], p = 0.5, drawn 0.7 and "
        "0.2. The first stays, the second becomes [6, 5, 4].",
    ),
    mistakes=slips("""
return np.where(chosen, images[:, ::-1], images)
    You mirror the images upside down. Their shape is (N, H, W, C). Which axis goes from left to
    right?
return np.where(chosen, images[:, ::-1, ::-1], images)
    You reverse two axes, which rotates the images by 180 degrees. Which single axis do you have to
    reverse?
return np.where(chosen, images[..., ::-1], images)
    You reverse the order of the channels, not of the pixels. Which axis is the last one?
return np.where(chosen, images[::-1], images)
    You exchange whole images, which would then have the wrong labels. Axis 0 belongs to the images.
    Which axis goes from left to right inside an image?
chosen = rng.random() < p
    You mirror all images of a batch or none. Each image needs an independent decision. How many
    random numbers does this need?
chosen = rng.random((*images.shape[:2], 1, 1)) < p
    You mirror some rows of an image and not others. How many decisions does an image need?
chosen = rng.random(images.shape) < p
    You draw a decision for every pixel. Draw one number per image, in a shape that broadcasts over
    its pixels.
chosen = rng.random((len(images), 1, 1, 1)) > p
    With p = 1 you mirror nothing and with p = 0 everything. A number from `rng.random` is in [0,
    1). Is it below or above p with probability p?
chosen = True
    You mirror every image for every p. Mirror an image with probability p.
chosen = False
    You return the images unchanged, even with p = 1.
chosen = rng.random((len(images), 1, 1, 1)) < 0.5
    You always mirror half of the images. Try p = 0 and p = 1.
chosen = rng.standard_normal((len(images), 1, 1, 1)) < p
    You draw normal numbers. A uniform number on [0, 1) is below p with probability p. Is this true
    for a normal number?
chosen = rng.permutation(len(images)).reshape(-1, 1, 1, 1) < int(p * len(images))
    You mirror a fixed number of images per batch, so a batch of a single image always has the same
    result. Mirror each image with probability p, independently.
chosen = np.arange(len(images)).reshape(-1, 1, 1, 1) < int(p * len(images))
    You always mirror the first images of the batch, so nothing is random. The image with index 0,
    too, should stay unchanged with probability 1 − p.
return np.where(chosen & (np.arange(images.shape[2])[:, None] < images.shape[2] // 2), images[:,
    :, ::-1], images)
    Your result is symmetric, because you overwrite one half before you read it. Read from the
    original and write into a copy.
return np.where(chosen, images[:, :, ::-1], 0 * images)
    Images that are not mirrored become 0. They should be unchanged.
return images[:, :, ::-1][chosen[:, 0, 0, 0]]
    You return only the mirrored images. Return all N images, in their order.
"""),
)
