"""``horizontal_flip(images, rng, p) -> images``: each one mirrored with probability p."""

from typing import Any

import numpy as np

from course_lib.augmentation import horizontal_flip
from grader.checking import (
    UNTOLD,
    Case,
    Exercise,
    Mistake,
    _,
    case,
    dtype,
    shapes,
    unchanged_inputs,
    values,
)

# 6.7 standard deviations: right code leaves this band with probability below 2.1e-11 a case.
BAND = 6.7
MANY = "many images, p = 0.2"


def pictures(rng: np.random.Generator, *shape: int) -> np.ndarray:
    """Images without zeros, no two numbers of which are alike."""
    return rng.uniform(0.5, 1.5, size=shape)


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


def run(horizontal_flip: Any, case: Case) -> dict[str, Any]:
    images, p = case["images"], case["p"]
    if len(images) < 100:
        return {"y": horizontal_flip(images, np.random.default_rng(case["seed"]), p)}
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
NEVER = "never mirrored"
UNKNOWN = "unknown, y is no array like images"


def observe(case: Case, outputs: dict[str, Any]) -> dict[str, Any]:
    """Which images are mirrored differs from one right program to the next; this does not."""
    images, p = case["images"], case["p"]
    if case["about"] != MANY:
        return {"y": outputs["y"]}
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
    if found[ALONE] == NEVER and not mirrored.any():
        found[WHAT] = "it is left alone, whichever it is"
    return found


def in_shape(value: Any, like: np.ndarray) -> np.ndarray | None:
    """``value`` as an array in the shape of ``like``, if it has that but for axes of length 1."""
    try:
        array = np.asarray(value)
    except ValueError:
        return None
    fits = [n for n in array.shape if n > 1] == [n for n in like.shape if n > 1]
    return array.reshape(like.shape) if fits and array.dtype.kind in "biuf" else None


def blank(value: Any) -> Any:
    """Zeros in the form of ``value``, whose numbers are the student's draw."""
    try:
        zeros = np.zeros_like(value)
    except ValueError:
        return "lists of unequal lengths"
    return zeros if isinstance(value, np.ndarray) else zeros.tolist()


def same(y: np.ndarray, want: np.ndarray) -> np.ndarray:
    """(N,): which images of ``y`` are those of ``want``."""
    equal: np.ndarray = np.all(np.abs(y - want) < 1e-4, axis=tuple(range(1, y.ndim)))
    return equal


def other_change(y: np.ndarray, images: np.ndarray, left: np.ndarray) -> str:
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


TOGETHER = "one decision for all images"


def own_in_words(mirrored: np.ndarray, p: float) -> str:
    """Whether the decisions are independent, as far as neighbours and the total tell."""
    if mirrored.all() or not mirrored.any():
        return TOGETHER
    d = mirrored - mirrored.mean()
    if abs(np.mean(d[1:] * d[:-1])) > BAND * d.var() / np.sqrt(len(d) - 1):
        return "neighbours decide together"
    return "every image for itself"


def share_in_words(mirrored: np.ndarray, p: float) -> str:
    """The share of mirrored images as the probability it is compatible with."""
    share, band = mirrored.mean(), BAND * np.sqrt(p * (1 - p) / len(mirrored))
    for text, probability in (("p", p), ("1 - p", 1 - p)):
        if abs(share - probability) <= band:
            return text
    return "one half" if abs(share - 0.5) < BAND * 0.5 / np.sqrt(len(mirrored)) else "another one"


def alone_in_words(singles: list[Any], images: np.ndarray) -> str:
    """What becomes of 60 batches of one image each, with p = 0.5."""
    y = in_shape([in_shape(one, images[:1]) for one in singles], images[: len(singles), None])
    if y is None:
        return "no images come back"
    mirrored = same(y[:, 0], images[: len(singles), :, ::-1])
    if not mirrored.any():
        return NEVER
    if mirrored.all():
        return "always mirrored"
    return "now this decision, now that"


def draws_in_words(outputs: dict[str, Any], y: np.ndarray) -> str:
    again, later = in_shape(outputs["again"], y), in_shape(outputs["later"], y)
    if again is None or not np.array_equal(again, y, equal_nan=True):
        return "not from rng: the same seed gave other draws"
    if later is not None and np.array_equal(later, y):
        return "fixed: a second call drew the same"
    return "new ones for every call, from rng"


def upside_down(images: Any, rng: Any, p: float) -> Any:
    chosen = rng.random((len(images), 1, 1, 1)) < p
    return np.where(chosen, images[:, ::-1], images)


def half_turn(images: Any, rng: Any, p: float) -> Any:
    chosen = rng.random((len(images), 1, 1, 1)) < p
    return np.where(chosen, images[:, ::-1, ::-1], images)


def channels_reversed(images: Any, rng: Any, p: float) -> Any:
    chosen = rng.random((len(images), 1, 1, 1)) < p
    return np.where(chosen, images[..., ::-1], images)


def batch_reversed(images: Any, rng: Any, p: float) -> Any:
    chosen = rng.random((len(images), 1, 1, 1)) < p
    return np.where(chosen, images[::-1], images)


def one_draw_for_all(images: Any, rng: Any, p: float) -> Any:
    return images[:, :, ::-1].copy() if rng.random() < p else images.copy()


def each_row_for_itself(images: Any, rng: Any, p: float) -> Any:
    chosen = rng.random((*images.shape[:2], 1, 1)) < p
    return np.where(chosen, images[:, :, ::-1], images)


def each_pixel_for_itself(images: Any, rng: Any, p: float) -> Any:
    return np.where(rng.random(images.shape) < p, images[:, :, ::-1], images)


def comparison_turned(images: Any, rng: Any, p: float) -> Any:
    chosen = rng.random((len(images), 1, 1, 1)) > p
    return np.where(chosen, images[:, :, ::-1], images)


def always(images: Any, rng: Any, p: float) -> Any:
    return images[:, :, ::-1].copy()


def never(images: Any, rng: Any, p: float) -> Any:
    return images.copy()


def always_half(images: Any, rng: Any, p: float) -> Any:
    chosen = rng.random((len(images), 1, 1, 1)) < 0.5
    return np.where(chosen, images[:, :, ::-1], images)


def normal_for_uniform(images: Any, rng: Any, p: float) -> Any:
    chosen = rng.standard_normal((len(images), 1, 1, 1)) < p
    return np.where(chosen, images[:, :, ::-1], images)


def a_fixed_number(images: Any, rng: Any, p: float) -> Any:
    y = images.copy()
    chosen = rng.permutation(len(images))[: int(p * len(images))]
    y[chosen] = y[chosen][:, :, ::-1]
    return y


def the_first_ones(images: Any, rng: Any, p: float) -> Any:
    y = images.copy()
    count = rng.binomial(len(images), p)
    y[:count] = y[:count, :, ::-1]
    return y


def half_copied(images: Any, rng: Any, p: float) -> Any:
    y = images.copy()
    for n in range(len(y)):
        if rng.random() < p:
            for w in range(y.shape[2]):
                y[n, :, w] = y[n, :, -1 - w]
    return y


def others_lost(images: Any, rng: Any, p: float) -> Any:
    chosen = rng.random((len(images), 1, 1, 1)) < p
    return images[:, :, ::-1] * chosen


def only_the_mirrored(images: Any, rng: Any, p: float) -> Any:
    return images[rng.random(len(images)) < p][:, :, ::-1]


def own_generator(images: Any, rng: Any, p: float) -> Any:
    chosen = np.random.default_rng().random((len(images), 1, 1, 1)) < p
    return np.where(chosen, images[:, :, ::-1], images)


def fixed_seed(images: Any, rng: Any, p: float) -> Any:
    chosen = np.random.default_rng(0).random((len(images), 1, 1, 1)) < p
    return np.where(chosen, images[:, :, ::-1], images)


exercise = Exercise(
    name="horizontal_flip",
    takes=("horizontal_flip",),
    points=1,
    reference=(horizontal_flip,),
    cases=cases,
    run=run,
    observe=observe,
    judge=[
        values("y", weight=4, cases=EXACT, title=_("p = 1 mirrors every image")),
        # Form: handing back the images meets this one.
        values("y", cases="p = 0", form=True, title=_("p = 0 changes nothing")),
        values(WHAT, weight=3, cases=MANY, title=_("an image is mirrored or left as it is")),
        values(SHARE, weight=2, cases=MANY, title=_("the share p is mirrored")),
        values(OWN, ALONE, weight=3, cases=MANY, title=_("every image decides for itself")),
        # Form: random numbers that have nothing to do with the images meet it.
        values(DRAWS, weight=2, cases=MANY, form=True, title=_("randomness comes from rng")),
        shapes("y"),
        dtype("y"),
        unchanged_inputs(),
    ],
    mistakes=[
        Mistake(
            upside_down,
            hint=_(
                "The images are turned upside down. They are (N, H, W, C): which axis goes from "
                "left to right?"
            ),
        ),
        Mistake(
            half_turn,
            hint=_(
                "Up and down are exchanged as well as left and right: that is half a turn. Which "
                "one axis is it about?"
            ),
        ),
        Mistake(
            channels_reversed,
            hint=_("The colours change places, not the pixels. Which axis is the last one?"),
        ),
        Mistake(
            batch_reversed,
            hint=_(
                "Images change places with one another, and would then carry the wrong labels. "
                "Axis 0 counts the images: which one runs inside of an image?"
            ),
        ),
        Mistake(
            one_draw_for_all,
            hint=_(
                "All images of a batch are mirrored, or none. Every image is to decide for itself: "
                "how many random numbers does that need?"
            ),
        ),
        Mistake(
            each_row_for_itself,
            hint=_(
                "Some rows of an image are mirrored and others are not, which tears it apart. How "
                "many decisions does an image need?"
            ),
        ),
        Mistake(
            each_pixel_for_itself,
            hint=_(
                "Every pixel decides for itself. Draw one number for an image, in a shape that "
                "broadcasts over its pixels."
            ),
        ),
        Mistake(
            comparison_turned,
            hint=_(
                "p = 1 mirrors nothing and p = 0 everything. A number from `rng.random` lies in "
                "[0, 1): on which side of p does it lie with probability p?"
            ),
        ),
        Mistake(always, hint=_("Every image is mirrored, whatever p is. What is p for?")),
        Mistake(never, hint=_("The images come back as they were, even with p = 1.")),
        Mistake(
            always_half,
            hint=_("Half of the images are mirrored, whatever p is. Try it with p = 0 and p = 1."),
        ),
        Mistake(
            normal_for_uniform,
            hint=_(
                "The draws are normal. A uniform number on [0, 1) is below p with probability p; "
                "how often is a normal one?"
            ),
        ),
        Mistake(
            a_fixed_number,
            hint=_(
                "A fixed number of each batch is mirrored. A batch of a single image is then "
                "treated alike for ever: let each image decide with probability p instead."
            ),
        ),
        Mistake(
            the_first_ones,
            hint=_(
                "The right number is mirrored, but it is always the first images of the batch. "
                "Every image is to have the same chance, whatever happens to its neighbours."
            ),
        ),
        Mistake(
            half_copied,
            hint=_(
                "The result is symmetric: one half was written over the other before it was read. "
                "Read from the original, write into a copy."
            ),
        ),
        Mistake(
            others_lost,
            hint=_("Images that are not mirrored come back black. What should become of them?"),
        ),
        Mistake(
            only_the_mirrored,
            hint=_("Only mirrored images come back. All N are to come back, in their order."),
        ),
        Mistake(
            own_generator,
            hint=_(
                "The draws do not come from `rng`: with the same seed they must be the same again, "
                "or no experiment can be repeated."
            ),
        ),
        Mistake(
            fixed_seed,
            hint=_(
                "Every call mirrors the same images, because the generator starts anew inside the "
                "function. Draw from the `rng` you are given."
            ),
        ),
    ],
    answers=("course_lib.augmentation.horizontal_flip",),
    returns="images (N, H, W, C)",
    hints=(
        _("A batch is (N, H, W, C). What does `images[:, :, ::-1]` do to it?"),
        _(
            "Draw N numbers u from [0, 1) and mirror image n where u[n] < p. `np.where` chooses "
            "between two batches if its condition has the shape (N, 1, 1, 1)."
        ),
        _(
            "Smaller: two images of one row, [1, 2, 3] and [4, 5, 6], p = 0.5, drawn 0.7 and 0.2. "
            "The first stays, the second becomes [6, 5, 4]."
        ),
    ),
)
