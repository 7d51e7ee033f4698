"""``rotate(images, max_degrees, rng) -> images``: each image rotated about its centre."""

import numpy as np

from grader.checking.contract import Case, case, mistake, random, slip, slips, values
from grader.exercises.image_draws import (
    DISTORTED,
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


def rotate(images, max_degrees, rng):
    N, H, W, _C = images.shape
    a = np.radians(rng.uniform(-max_degrees, max_degrees, (N, 1, 1)))
    mid_r, mid_c = (H - 1) / 2, (W - 1) / 2
    r, c = np.arange(H)[:, None] - mid_r, np.arange(W) - mid_c
    rows = r * np.cos(a) + c * np.sin(a)
    columns = c * np.cos(a) - r * np.sin(a)
    return bilinear(images, rows + mid_r, columns + mid_c)


NONE = "max_degrees = 0"


def cases(rng: np.random.Generator) -> list[Case]:
    def batch(about: str, most: float, *shape: int) -> Case:
        images = ramps(rng, *shape)
        seed = int(rng.integers(2**31))
        return case(about, images=images, max_degrees=most, seed=seed, once=about != FEW)

    single = batch("float32", 20.0, 4, 8, 7, 3)
    single["images"] = single["images"].astype(np.float32)
    return [
        batch(NONE, 0.0, 2, 3, 4, 2),
        batch("one image", 30.0, 1, 7, 7, 3),
        single,
        batch(FEW, 40.0, 12, 8, 11, 3),
        batch(MANY, 30.0, 400, 5, 6, 2),
    ]


ALL = ("one image", "float32", FEW, MANY)


def observe(case, outputs):
    return observed(case, outputs, case["max_degrees"], NONE, turns, turned_places)


def turns(images, y):
    """What was done, and the angles in degrees."""
    far = (min(images.shape[1:3]) - 1) / 2 - 0.1  # from here no value outside the image is needed
    r, c, near = core(images, far, far)
    R, C = read_from(images, y, near)
    degrees, length = turned_by(R, C, r, c)
    if not np.isfinite(degrees).all() or np.abs(length - 1).max() > 0.3:
        return "something else", np.nan_to_num(degrees), False
    apart = [places - places[:, :1] for places in (R, C)]
    copied = max(np.abs(d - np.round(d)).max() for d in apart) < 1e-3
    off = max(np.abs(R.mean(axis=1)).max(), np.abs(C.mean(axis=1)).max())
    if off > 2 * max(images.shape[1:3]):
        return "something else", degrees, False
    if off > 0.2:
        if off < 0.6:  # nearer to the centre, values outside the image are not needed here either
            r, c, near = core(images, far - 0.7, far - 0.7)
            degrees, _length = turned_by(*read_from(images, y, near), r, c)
        return (
            "they are rotated, but not about their centre, or pixels are missing"
            + ", at most a pixel away" * bool(off < 0.6),
            degrees,
            not copied,
        )
    # A rotation reads R = r cos a + c sin a and C = c cos a - r sin a. Copied pixels show too
    # little.
    down, across = np.sum(r * r), np.sum(c * c)
    rr, rc, cr, cc = R @ r / down, R @ c / across, C @ r / down, C @ c / across
    if not copied and max(np.abs(rr - cc).max(), np.abs(rc + cr).max()) > 0.02:
        alike = np.abs(rc - cr).max() < 0.02
        return DISTORTED + (", as if two signs were alike" if alike else ""), degrees, False
    return "each is rotated about its centre", degrees, True


def turned_by(R, C, r, c):
    """The angles in degrees from (r, c) to (R, C), and the ratios of their lengths."""
    square = np.sum(r * r + c * c)
    x, s = (R @ r + C @ c) / square, (R @ c - C @ r) / square
    return np.degrees(np.arctan2(s, x)), np.hypot(x, s)


def turned_places(images, degrees):
    H, W = images.shape[1:3]
    a = np.radians(degrees)[:, None, None]
    r, c = np.arange(H)[:, None] - (H - 1) / 2, np.arange(W) - (W - 1) / 2
    rows, columns = r * np.cos(a) + c * np.sin(a), c * np.cos(a) - r * np.sin(a)
    return rows + (H - 1) / 2, columns + (W - 1) / 2


CENTRE = "each image is rotated about its centre"
DRAW = "rng.uniform(-max_degrees, max_degrees, (N, 1, 1))"
PLACES = "rows + mid_r, columns + mid_c"


def sent_forward(images, max_degrees, rng):
    """Your result has holes, because you move each pixel to its new position, and some positions
    get none. Compute for every pixel of the result from where it comes.
    """
    y, (H, W) = np.zeros_like(images), images.shape[1:3]
    r, c = np.indices((H, W)) - np.array([(H - 1) / 2, (W - 1) / 2])[:, None, None]
    for n, a in enumerate(np.radians(rng.uniform(-max_degrees, max_degrees, len(images)))):
        i = np.round(r * np.cos(a) + c * np.sin(a) + (H - 1) / 2).astype(int)
        j = np.round(c * np.cos(a) - r * np.sin(a) + (W - 1) / 2).astype(int)
        ok = (i >= 0) & (i < H) & (j >= 0) & (j < W)
        y[n, i[ok], j[ok]] = images[n, ok]
    return y


exercise = random(
    rotate,
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
                help="""Loop over the pixels of the result and compute from where each one comes.
                Which point comes from itself?""",
            ),
            {"at most a pixel away": 0.8, "not about their centre": 0.4},
        ),
        values(
            READ,
            weight=2,
            cases=ALL,
            title="values between pixels are bilinear",
            after=CENTRE,
            help="""A position is between four pixels, at distances below 1 from each. What are the
            four weights, and what is their sum?""",
        ),
        values(
            RIM,
            weight=2,
            cases=ALL,
            title="pixels from outside are 0",
            help="""Some of the four neighbours of a position may be outside the image. Check each
            of them on all four sides. Which value does a pixel outside have?""",
        ),
        in_part(
            values(
                RANGE,
                weight=8,
                cases=MANY,
                alone=False,
                title="angles are uniform in ±max_degrees",
                after=CENTRE,
                help="""Print the angles of ten images for max_degrees = 30. What are the smallest
                and the largest possible one, and is the distribution uniform between them?""",
            ),
            NEARLY,
        ),
        values(
            OWN,
            weight=2,
            cases=MANY,
            alone=False,
            title="every image draws its own angle",
            help=HOW_MANY,
        ),
        from_rng(),
        # A function that returns its input satisfies this one.
        values(
            "y",
            cases=NONE,
            alone=False,
            title="max_degrees = 0 changes nothing",
            help="""Rotate an image by 0 degrees. Does every pixel come from itself, also in the
            last row and column?""",
        ),
    ],
    form=FORM,
    uses=("sample",),
    answers=(
        "course_lib.augmentation.rotate",
        "course_lib.augmentation.sample",
        "course_lib.augmentation.sampling",
    ),
    hints=(
        "With r, c counted from the centre ((H - 1)/2, (W - 1)/2), the pixel at (r, c) is read "
        "at (r·cos a + c·sin a, c·cos a - r·sin a). A value between pixels is a weighted mean of "
        "its four neighbours, with weights (1 - distance) in each direction.",
        "A smaller example: 3 × 3 pixels, a = 30°. The pixel right of the centre has (r, c) = (0, "
        "1) and is read at (0.5, 0.866): the row below the centre and the centre's row have the "
        "weight 0.5 each, the right column has 0.866 and the middle one 0.134.",
    ),
    mistakes=(
        *slips("""
a = rng.uniform(-max_degrees, max_degrees, (N, 1, 1))
    You rotate images far beyond max_degrees. In which unit do `np.sin` and `np.cos` take their
    angle?
a = np.radians(np.radians(rng.uniform(-max_degrees, max_degrees, (N, 1, 1))))
    The images hardly change. A degree is about 0.017 radians. Do you convert the angle twice?
a = np.radians(rng.uniform(-max_degrees, max_degrees) * np.ones((N, 1, 1)))
    You rotate all images of a batch by the same angle. Draw an angle for each image.
a = np.radians(rng.uniform(0, max_degrees, (N, 1, 1)))
    You rotate all images in the same direction. Which signs should the angles have?
a = np.radians(rng.normal(0, max_degrees, (N, 1, 1)))
    Some angles are beyond max_degrees and most are near 0, because a normal distribution has no
    largest value. Which distribution has limits?
a = np.radians(rng.choice([-max_degrees, max_degrees], (N, 1, 1)))
    You rotate every image by the largest angle. Draw the angles between -max_degrees and
    max_degrees, too.
a = np.radians((max_degrees * (rng.random((N, 1, 1)) - 0.5)))
    No angle is beyond half of max_degrees. `rng.random()` is in [0, 1). Which interval does your
    angle have?
a = np.radians((2 * rng.uniform(-max_degrees, max_degrees, (N, 1, 1))))
    Your angles go up to twice max_degrees. From which interval do you draw?
a = np.radians(rng.integers(-int(max_degrees), int(max_degrees) + 1, (N, 1, 1)))
    All your angles are whole degrees. An angle may be any number in the interval.
return bilinear(images, np.round(rows + mid_r), np.round(columns + mid_c))
    Every pixel is a copy of the nearest one. A value between four pixels is a weighted mean of all
    four; nearer ones have larger weights.
mid_r, mid_c = 0, 0
    You rotate about the upper left corner. From which point do you have to count rows and columns?
return bilinear(images, rows, columns)
    Your rotated coordinates count from the centre, and `sample` counts from the first pixel. What
    do you have to add to rows and columns?
return bilinear(images, columns + mid_c, rows + mid_r)
    Without a rotation your images are mirrored at their diagonal, because rows and columns are
    exchanged where you read. Which of them comes first in `sample`?
return bilinear(images, rows + H / 2, columns + W / 2)
    Without a rotation your images are shifted by half a pixel: you count from (H - 1)/2 and (W -
    1)/2, and add something else at the end.
mid_r, mid_c = H / 2, W / 2
    You rotate the images about a point half a pixel away from the centre. Five pixels have the
    indices 0 … 4. Which index is the middle?
mid_r, mid_c = (W - 1) / 2, (H - 1) / 2
    H and W are exchanged in your centre: an image of more columns than rows shows it. Which of the
    two counts the rows?
mid_r, mid_c = H // 2, W // 2
    For some sizes you rotate about a point that is not the centre. Four rows have the indices 0 …
    3. Where is their middle? And where is that of the columns?
a = np.pi / 2 - np.radians(rng.uniform(-max_degrees, max_degrees, (N, 1, 1)))
    For the angle 0 you rotate the images by 90 degrees. What are cos 0 and sin 0, and from where
    does the pixel at (r, c) come then?
return bilinear(images, rows + mid_r, columns + mid_c, np.trunc)
    Above and to the left of the image you read values that are not 0. Which whole number is below
    -0.3? `int` and `astype(int)` round it to 0.
return bilinear(np.pad(images, ((0, 0), (0, 1), (0, 1), (0, 0)), 'wrap'), (rows + mid_r) % H,
    (columns + mid_c) % W)
    Pixels that leave on one side enter on the other side. Zeros should enter instead.
return bilinear(images, np.clip(rows + mid_r, 0, H - 1), np.clip(columns + mid_c, 0, W - 1))
    Outside the image you repeat its edge. The values there should be 0.
columns = c * np.cos(a) + r * np.sin(a)
    You distort the images instead of rotating them. Try your formula with 90 degrees: where do (1,
    0) and (0, 1) go? The two sine terms have opposite signs.
"""),
        slip(
            "rows = r",
            "rows = r = r",
            "You rotate and distort the images. Do you use the new row where the old row belongs?",
        ),
        mistake(sent_forward),
    ),
)
