"""``random_crop(images, size, rng, pad) -> crops``: a square out of each image."""

import numpy as np

from grader.checking.contract import (
    Case,
    Open,
    case,
    dtype,
    float32,
    random,
    shapes,
    slip,
    slips,
    step,
    unchanged_inputs,
    values,
)
from grader.checking.contract.families.random import FIXED
from grader.exercises.drawn_arrays import blank, in_shape
from grader.exercises.image_draws import (
    DRAWS,
    FEW,
    HOW_MANY,
    MANY,
    OWN,
    ZERO_RIM,
    even_in_words,
    from_rng,
    next_draws,
    own_in_words,
    pictures,
    places_in,
    range_of,
    same,
)


def random_crop(images, size, rng, pad=0):
    crops = []
    for x in images:
        if pad:  # np.pad takes its time, with pad = 0 too
            x = np.pad(x, ((pad, pad), (pad, pad), (0, 0)))
        top, left = (rng.integers(side - size + 1) for side in x.shape[:2])
        crops.append(x[top : top + size, left : left + size])
    return np.stack(crops)


RIM = "many images, pad = 1"


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    def crops(about: str, images: list[np.ndarray] | np.ndarray, size: int, pad: int = 0) -> Case:
        return case(about, images=images, size=size, pad=pad, seed=int(rng.integers(2**31)))

    def batch(about: str, size: int, pad: int, *shape: int) -> Case:
        return crops(about, pictures(rng, *shape), size, pad)

    # The first is large: a program that draws for all as for the first hardly ever fits the others.
    sides = ((7, 9), (4, 5), (6, 4), (4, 4), (5, 5), (4, 4), (9, 4))
    rimmed = ((2, 3), (5, 4), (6, 7))
    return {
        "the only possible crop is the image": [
            batch("crops as large as the image", 3, 0, 2, 3, 3, 1)
        ],
        "a crop is a piece of its image": [
            batch("one image", 2, 0, 1, 3, 4, 1),
            batch(FEW, 8, 0, 40, 10, 11, 3),
            batch(MANY, 3, 0, 1600, 5, 6, 1),
        ],
        "the image is padded with zeros": [
            batch("one image, pad = 1", 3, 1, 1, 3, 4, 1),
            float32(batch("float32, pad = 1", 3, 1, 5, 4, 3, 2)),
            batch(RIM, 3, 1, 1600, 3, 4, 1),
        ],
        "a list of images is accepted": [
            crops("a list of images", [pictures(rng, H, W, 3) for H, W in sides], 4),
            crops("a list, pad = 2", [pictures(rng, H, W, 2) for H, W in rimmed], 5, pad=2),
        ],
    }


def run(random_crop, case):
    images, size, pad = case["images"], case["size"], case["pad"]
    if len(images) != 40:
        return {"y": random_crop(images, size, np.random.default_rng(case["seed"]), pad)}
    copies = [images.copy() for call in range(5)]
    rng = np.random.default_rng(case["seed"])
    y = random_crop(images, size, rng, pad)
    later = [random_crop(copy, size, rng, pad) for copy in copies[1:]]
    again = random_crop(copies[0], size, np.random.default_rng(case["seed"]), pad)
    return {"y": y, "later": later, "again": again}


WHAT, PLACES = "what a crop is", "the positions of the crops"
EVEN = "how often each position occurs"
CUT = "a piece of the image padded with zeros"
UNKNOWN = "unknown, y is not an array of shape (N, size, size, C)"


def observe(case, outputs):
    """Determine the position of each crop, which is the student's draw; judge its distribution."""
    images, size, pad, about = case["images"], case["size"], case["pad"], case["about"]
    if about == "crops as large as the image":
        return {"y": outputs["y"]}
    like = np.empty((len(images), size, size, images[0].shape[-1]))
    y = in_shape(outputs["y"], like)
    found = {"y": blank(outputs["y"])}
    names = (WHAT, *((PLACES, EVEN, OWN) if about in (MANY, RIM) else ()))
    names += (DRAWS,) if about == FEW else ()
    if y is None:
        return found | dict.fromkeys(names, Open()) | {WHAT: UNKNOWN}
    if about == FEW:
        found[DRAWS] = where_from(outputs, y, images)
    if isinstance(images, list):
        each = [explained(y[n : n + 1], x[None], pad)[0] for n, x in enumerate(images)]
        return found | {WHAT: "; ".join(dict.fromkeys(each))}
    found[WHAT], places = explained(y, images, pad)
    if about not in (MANY, RIM):
        return found
    if places is None:
        return found | dict.fromkeys((PLACES, EVEN, OWN), Open())
    found[PLACES] = range_of(places - pad, "rows", "columns")
    found[OWN] = own_in_words(places)
    H, W = images.shape[1:3]
    counts = (H + 2 * pad - size + 1, W + 2 * pad - size + 1)
    found[EVEN] = even_in_words(places, counts, found[OWN])
    return found


def where_from(outputs, y, images):
    """Where the draws come from; if they are fixed, where the crops are."""
    words = next_draws(y, outputs["again"], outputs["later"])
    if words != FIXED:
        return words
    (H, W), size = images.shape[1:3], y.shape[1]
    centre = [(side - size) // 2 for side in (H, W)], [(side - size + 1) // 2 for side in (H, W)]
    for i, j in ([0, 0], *centre):
        if same(y, images[:, i : i + size, j : j + size]).all():
            return f"{words}, in the {'centre' if i else 'corner'}"
    return words


def explained(y, images, pad):
    """From what the crops were taken, and their positions (N, 2) in the padded image."""
    rims = {CUT: ZERO_RIM}
    if pad:
        rims["a piece of the image padded by repeating the edge"] = {"mode": "edge"}
        rims["a piece of the image padded by mirroring"] = {"mode": "reflect"}
        rims["a piece of the image padded with its other side"] = {"mode": "wrap"}
        rims["a piece of the image padded with 1"] = {"mode": "constant", "constant_values": 1}
    for words, how in rims.items():
        places = places_in(images, y, pad, how)
        if places is not None:
            return words, places
    places = places_in(images, y, y.shape[1] - 1)
    if places is not None:
        return "a piece that reaches too far beyond the edge", places + pad - (y.shape[1] - 1)
    turned = places_in(np.swapaxes(images, 1, 2), y, pad)
    return ("a piece with rows and columns exchanged" if turned is not None else "else"), None


exercise = random(
    random_crop,
    returns="crops (N, size, size, C)",
    points=2,
    cases=cases,
    run=run,
    observe=observe,
    judge=[
        values(
            WHAT,
            weight=3,
            cases="a crop is a piece of its image",
            help="""Where does a crop begin, and where does it end? How many positions are there
            along each of the two axes?""",
        ),
        values(
            WHAT,
            weight=3,
            cases="the image is padded with zeros",
            help="""Print one padded image, for pad = 1. Which axes of (H, W, C) have grown, by how
            much, and which values do the new pixels have?""",
        ),
        values(
            WHAT,
            weight=3,
            cases="a list of images is accepted",
            help="""A list has no `shape`, and its images differ in size. Which value in your code
            is the same for all images, although it belongs to one of them?""",
        ),
        values(PLACES, weight=3, cases=(MANY, RIM), title="every position can be drawn"),
        values(EVEN, weight=2, cases=(MANY, RIM), title="all positions are equally likely"),
        values(
            OWN,
            weight=2,
            cases=(MANY, RIM),
            title="every image draws its own position",
            help=HOW_MANY,
        ),
        from_rng(),
        # A function that returns its input satisfies this one.
        values(
            "y",
            cases="the only possible crop is the image",
            alone=False,
            help="""A crop as large as the image has a single position. Which numbers may you draw
            then?""",
        ),
    ],
    form=(
        shapes(
            "y",
            help="""Your result has the wrong shape. Print the shape of one crop and of the padded
            image. Which axes do you pad, and which do you cut?""",
        ),
        dtype("y"),
        unchanged_inputs(),
    ),
    answers=("course_lib.augmentation.random_crop", "course_lib.augmentation.sampling"),
    hints=(
        step(
            "A row has 5 pixels. At how many positions does a window of 3 fit? And at how many "
            "with a padding of 1 on both sides?",
            "every position can be drawn",
            "all positions are equally likely",
        ),
        "A padded image has H + 2·pad rows, so the first row of the crop is one of 0 … H + 2·pad "
        "- size, both ends included; the same holds for the columns. Loop over the images: this "
        "works for batches and lists.",
        "A smaller example: one row [1, 2, 3] with pad = 1 is [0, 1, 2, 3, 0]. Windows of 2 begin "
        "at 0, 1, 2 or 3, so [0, 1], [1, 2], [2, 3] and [3, 0] are equally likely.",
    ),
    mistakes=(
        *slips("""
top, left = (rng.integers(max(side - size, 1)) for side in x.shape[:2])
    You never draw the last position of a row or a column. In 5 pixels, at how many positions does a
    crop of 3 fit? Does `rng.integers` draw its upper bound?
top, left = (0 for side in x.shape[:2])
    All crops come from the upper left corner. Draw a position for each image.
top, left = ((side - size) // 2 for side in x.shape[:2])
    All crops come from the centre, as in testing. Here draw a position for each image.
"""),
        slip(
            "top, left = (rng.integers(side - size + 1) for side in x.shape[:2])",
            """if not crops:
            sides = np.min([image.shape[:2] for image in images], axis=0) + 2 * pad
            top, left = (rng.integers(side - size + 1) for side in sides)""",
            "You crop all images of a batch at the same position. Draw a position for each image.",
        ),
        *slips("""
top, left = [rng.integers(min(x.shape[:2]) - size + 1)] * 2
    You use one random number for the row and for the column. How many numbers does a position need?
top, left = (rng.integers(side - size + 1) for side in [min(x.shape[:2])] * 2)
    You draw positions as if the images were square. How many positions are there along the rows,
    and how many along the columns?
top, left = (round(rng.uniform(0, side - size)) for side in x.shape[:2])
    Positions at the edge are half as likely as the others. How long is the interval that is rounded
    to 0, and how long the interval that is rounded to 1?
x = np.asarray(x)
    No crop contains the padding: `pad` is not used.
top, left = (rng.integers(max(side - 2 * pad - size, 0) + 1) for side in x.shape[:2])
    You pad the image, but draw positions as if you did not, so the last ones are missing. How high
    and wide is the padded image?
"""),
        *slips(
            """
top, left = (rng.integers(max(side - pad - size, 0) + 1) for side in x.shape[:2])
    With padding, you never draw the last positions. You pad on both sides. By how many rows does
    this make the image higher?
""",
            needs=("the only possible crop is the image",),
        ),
        *slips("""
x = np.pad(x, ((0, pad), (0, pad), (0, 0)))
    You pad only below and on the right. Pad on all four sides.
x = np.pad(x, ((2 * pad, 2 * pad), (2 * pad, 2 * pad), (0, 0)))
    Your padding is wider than `pad`. How many zeros does a row get on each side?
x = np.pad(x, ((pad, pad), (pad, pad), (0, 0)), mode='edge')
    Your padding repeats the edge of the image. It should be 0.
x = np.pad(x, ((pad, pad), (pad, pad), (0, 0)), mode='symmetric')
    Your padding mirrors the image. It should be 0.
crops.append(x[top : top + size, left : left + size].swapaxes(0, 1))
    The crops are transposed: rows and columns are exchanged.
crops = [images.shape][:0]
    Your function works for a batch, but not for a list: a list has no `shape`, and its images may
    differ in size. Use the shape of each image instead.
x = np.pad(x, pad)
    `np.pad(image, pad)` pads every axis, the channels, too. Give it one pair for each axis, and (0,
    0) for the channels.
x = np.asarray(x)
return np.pad(np.stack(crops), ((0, 0), (pad, pad), (pad, pad), (0, 0)))
    You pad the piece that you have cut out, so it is larger than size × size. Pad the image first,
    then cut.
"""),
    ),
)
