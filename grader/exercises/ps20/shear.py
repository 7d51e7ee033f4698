"""``shear(images, max_shear, rng) -> images``: each image sheared horizontally."""

import numpy as np

from grader.checking.contract import Case, case, random, slip, slips, values
from grader.exercises.image_draws import (
    FEW,
    FORM,
    HOW_MANY,
    MANY,
    NEARLY,
    OWN,
    RANGE,
    READ,
    RIM,
    WHAT,
    bilinear,
    core,
    from_rng,
    in_part,
    observed,
    ramps,
    read_from,
)


def shear(images, max_shear, rng):
    N, H, W, _C = images.shape
    s = rng.uniform(-max_shear, max_shear, (N, 1, 1))
    rows, columns = np.arange(H)[:, None], np.arange(W)
    return bilinear(images, rows, columns - s * (rows - (H - 1) / 2))


NONE = "max_shear = 0"


def cases(rng: np.random.Generator) -> list[Case]:
    def batch(about: str, most: float, *shape: int) -> Case:
        images = ramps(rng, *shape)
        seed = int(rng.integers(2**31))
        return case(about, images=images, max_shear=most, seed=seed, once=about != FEW)

    single = batch("float32", 0.4, 4, 6, 7, 3)
    single["images"] = single["images"].astype(np.float32)
    return [
        batch(NONE, 0.0, 2, 3, 4, 2),
        batch("one image", 0.5, 1, 5, 7, 3),
        single,
        batch(FEW, 0.6, 12, 8, 11, 3),
        batch(MANY, 0.5, 400, 5, 7, 2),
    ]


ALL = ("one image", "float32", FEW, MANY)


def observe(case, outputs):
    return observed(case, outputs, case["max_shear"], NONE, slants, slanted_places)


def slants(images, y):
    """What was done, and the slants in pixels per row."""
    H, W = images.shape[1:3]
    r, c, near = core(images, 1.1 if H % 2 else 1.6, 1.1 if W % 2 else 1.6)
    R, C = read_from(images, y, near)
    s = -(C @ r) / np.sum(r * r)
    upright = -(R @ c) / np.sum(c * c)
    if not (np.isfinite(s).all() and np.isfinite(upright).all()):
        return "something else", np.zeros(len(y)), False
    # Positions proportional to r and c: read between pixels, or copied.
    off = np.stack([R - r + upright[:, None] * c, C - c + s[:, None] * r])
    clear = bool(np.abs(off - off.mean(axis=2, keepdims=True)).max() < 1e-2)
    least = 1e-4 if clear else 0.02  # a single image may draw a slant that is almost 0
    sideways, up = np.abs(s).max() > least, np.abs(upright).max() > least
    copied = max(np.abs(places - np.round(places)).max() for places in (R - r, C - c)) < 1e-3
    if not clear and not copied and (up or np.abs(off.mean(axis=2)).max() > 0.3):
        return "something else", s, False
    if sideways and up:
        return "rows are shifted sideways and columns up and down", s, clear
    if up:
        return "columns are shifted up and down", upright, clear
    if np.abs(R - r).max() > 1e-3:
        return "something else", s, False
    middle = C.mean(axis=1)
    if np.abs(middle).max() > (0.01 if clear else 0.3):
        near = clear and (np.abs(middle) < 0.6 * np.abs(s) + 1e-3).all()
        words = "the row that is not shifted is not in the middle"
        return words + ", half a row away" * bool(near), s, clear
    return "each is sheared about its centre", s, True


def slanted_places(images, s):
    H, W = images.shape[1:3]
    r, c = np.arange(H)[:, None] - (H - 1) / 2, np.arange(W) - (W - 1) / 2
    columns = c - s[:, None, None] * r
    return np.broadcast_to(r, columns.shape) + (H - 1) / 2, columns + (W - 1) / 2


CENTRE = "rows are shifted sideways, about the centre"
DRAW = "rng.uniform(-max_shear, max_shear, (N, 1, 1))"
COLUMNS = "columns - s * (rows - (H - 1) / 2)"
RETURNED = f"return bilinear(images, rows, {COLUMNS})"

exercise = random(
    shear,
    returns="y",
    points=2,
    cases=cases,
    observe=observe,
    judge=[
        in_part(
            values(
                WHAT,
                weight=4,
                cases=ALL,
                title=CENTRE,
                help="""Where was the pixel in row r, column c before its row was shifted by s·r to
                the right?""",
            ),
            {"not in the middle": 0.8, "columns are shifted": 0.5},
        ),
        values(
            READ,
            weight=2,
            cases=ALL,
            title="values between pixels are bilinear",
            after=CENTRE,
            help="""A position is between two pixels of its row. What are the two weights, and what
            is their sum? And which row is not shifted, also for an even number of rows?""",
        ),
        values(
            RIM,
            weight=2,
            cases=ALL,
            title="pixels from outside are 0",
            help="""One of the two neighbours of a position may be outside the row. Check each of
            them at both ends. Which value does a pixel outside have?""",
        ),
        in_part(
            values(
                RANGE,
                weight=8,
                cases=MANY,
                alone=False,
                title="slants are uniform in ±max_shear",
                after=CENTRE,
                help="""Print the slants of ten images for max_shear = 0.5. What are the smallest
                and the largest possible one, and is the distribution uniform between them?""",
            ),
            NEARLY,
        ),
        values(
            OWN,
            weight=2,
            cases=MANY,
            alone=False,
            title="every image draws its own slant",
            help=HOW_MANY,
        ),
        from_rng(),
        # A function that returns its input satisfies this one.
        values(
            "y",
            cases=NONE,
            alone=False,
            title="max_shear = 0 changes nothing",
            help="""Shear an image by s = 0. Does every pixel come from itself, also at the end of a
            row?""",
        ),
    ],
    form=FORM,
    uses=("sample",),
    answers=(
        "course_lib.augmentation.shear",
        "course_lib.augmentation.sample",
        "course_lib.augmentation.sampling",
    ),
    hints=(
        "With r, c counted from the centre, the pixel at (r, c) is read at (r, c - s·r): the row "
        "is the same, and the value is a weighted mean of two neighbours in it. Pixels outside "
        "are 0.",
        "A smaller example: s = 0.5 and the row [4, 8, 6] just below the centre, r = 1. Its pixels "
        "are read half a pixel further left: [2, 6, 7]. The first is the mean of 0 and 4.",
    ),
    mistakes=(
        *slips("""
return bilinear(images, rows - s * (columns - (W - 1) / 2), columns)
    You shift columns up and down. Shift the rows sideways, so that no pixel leaves its row.
return bilinear(images, rows - rng.uniform(-max_shear, max_shear, (N, 1, 1)) * (columns - (W -
    1) / 2), columns - s * (rows - (H - 1) / 2))
    You shift rows sideways and columns up and down. Shift only the rows.
s = rng.uniform(-max_shear, max_shear, (1, 1, 1))
    All images of a batch have the same slant. Draw a slant for each image.
s = rng.uniform(0, max_shear, (N, 1, 1))
    All slants have the same sign. Which signs should they have?
s = rng.normal(0, max_shear, (N, 1, 1))
    Some slants are beyond max_shear and most are near 0, because a normal distribution has no
    largest value. Which distribution has limits?
s = rng.choice([-max_shear, max_shear], (N, 1, 1))
    Every image has the largest slant. Draw the slants between -max_shear and max_shear, too.
s = max_shear * (rng.random((N, 1, 1)) - 0.5)
    No slant is beyond half of max_shear. From which interval do you draw it? (`rng.random()` is in
    [0, 1).) And is a row shifted by the slant times its distance from the middle in rows?
s = 2 * rng.uniform(-max_shear, max_shear, (N, 1, 1))
    Your slants go up to twice max_shear. From which interval do you draw?
s = np.tan(np.radians(rng.uniform(-max_shear, max_shear, (N, 1, 1))))
    The images hardly change, because max_shear is not an angle. It is the number of pixels by which
    a row is shifted further than the row above it.
return bilinear(images, rows, np.round(columns - s * (rows - (H - 1) / 2)))
    You shift rows by whole pixels. A value between two pixels is a weighted mean of both; the
    nearer one has the larger weight.
return bilinear(images, rows, np.round(columns - s * (rows - (H - 1) / 2)) % W)
    There are two mistakes. You shift rows by whole pixels: take a weighted mean of the two nearest
    ones. And pixels that leave on one side enter on the other: zeros should enter.
return bilinear(images, rows, columns - s * rows)
    You do not shift the top row, and you shift all others to one side. The middle row should not be
    shifted. From which row do you count r?
return bilinear(images, rows - (H - 1) / 2, columns - s * (rows - (H - 1) / 2) - (W - 1) / 2)
    Your coordinates count from the centre, and `sample` counts from the first pixel. What do you
    have to add to rows and columns?
return bilinear(images, columns - s * (rows - (H - 1) / 2), rows + 0 * s)
    Without a shear your images are mirrored at their diagonal, because rows and columns are
    exchanged where you read. Which of them comes first in `sample`?
return bilinear(images, rows - (H - 1) / 2, columns - s * (rows - (H - 1) / 2))
    Your rows count from the centre, and `sample` counts from the first row. What do you have to add
    to them?
return bilinear(images, rows, columns - s * (rows - (W - 1) / 2))
    The row that you do not shift is (W - 1)/2. How many rows has an image of the shape (H, W, C)?
s = rng.uniform(-max_shear, max_shear, (N, H, 1))
    Every row of an image has its own slant, so the image falls apart. How many slants does an image
    need?
return bilinear(images, rows, columns - s * (rows - H / 2))
    The row that you do not shift is half a row below the middle. Five rows have the indices 0 … 4.
    Which index is the middle?
return bilinear(images, rows, columns - s * (rows - H // 2))
    If the number of rows is even, the row that you do not shift is half a row below the middle.
    Four rows have the indices 0 … 3. Where is their middle?
return bilinear(images, rows, columns - s * (rows - (H - 1) / 2), np.trunc)
    On the left you read values that are not 0. Which whole number is below -0.3? `int` and
    `astype(int)` round it to 0.
return bilinear(images, rows, np.clip(columns - s * (rows - (H - 1) / 2), 0, W - 1))
    Outside the image you repeat its edge. The values there should be 0.
"""),
        slip(
            RETURNED,
            "wide = np.concatenate([images, images, images], axis=2)\n"
            f"    return bilinear(wide, rows, W + {COLUMNS})",
            "Pixels that leave on one side enter on the other side. Zeros should enter instead.",
        ),
        *slips("""
return bilinear(images, rows, 2 * np.floor(columns - s * (rows - (H - 1) / 2)) + 1 - (columns -
    s * (rows - (H - 1) / 2)))
    The two weights are exchanged: the nearer pixel must have the larger one. If you shear by 0,
    every pixel has to come from itself.
"""),
    ),
)
