"""``rotate(images, max_degrees, rng) -> images``: each one turned about its centre."""

import numpy as np

from grader.checking.contract import (
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
    COMPARABLE,
    DISTORTED,
    DRAWS,
    FEW,
    FROM_RNG,
    HOW_MANY,
    MANY,
    OWN,
    RANGE,
    READ,
    RIM,
    WHAT,
    bilinear,
    core,
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
    far = (min(images.shape[1:3]) - 1) / 2 - 0.1  # from here nothing is read outside
    r, c, near = core(images, far, far)
    R, C = read_from(images, y, near)
    square = np.sum(r * r + c * c)
    x, s = (R @ r + C @ c) / square, (R @ c - C @ r) / square
    degrees = np.degrees(np.arctan2(s, x))
    if not np.isfinite(degrees).all() or np.abs(np.hypot(x, s) - 1).max() > 0.3:
        return "something else", np.nan_to_num(degrees), False
    copied = np.abs(R - R[:, :1] - np.round(R - R[:, :1])).max() < 1e-3
    off = max(np.abs(R.mean(axis=1)).max(), np.abs(C.mean(axis=1)).max())
    if off > 2 * max(images.shape[1:3]):
        return "something else", degrees, False
    if off > 0.2:
        return "they are turned about another point", degrees, not copied
    # A turn reads R = r cos a + c sin a and C = c cos a - r sin a. Copied pixels say too little.
    down, across = np.sum(r * r), np.sum(c * c)
    rr, rc, cr, cc = R @ r / down, R @ c / across, C @ r / down, C @ c / across
    if not copied and max(np.abs(rr - cc).max(), np.abs(rc + cr).max()) > 0.02:
        alike = np.abs(rc - cr).max() < 0.02
        return DISTORTED + (", as if two signs were alike" if alike else ""), degrees, False
    return "each is turned about its centre", degrees, True


def turned_places(images, degrees):
    H, W = images.shape[1:3]
    a = np.radians(degrees)[:, None, None]
    r, c = np.arange(H)[:, None] - (H - 1) / 2, np.arange(W) - (W - 1) / 2
    rows, columns = r * np.cos(a) + c * np.sin(a), c * np.cos(a) - r * np.sin(a)
    return rows + (H - 1) / 2, columns + (W - 1) / 2


exercise = random(
    rotate,
    returns="y",
    points=3,
    cases=cases,
    observe=observe,
    judge=[
        values(WHAT, weight=4, cases=ALL, title="each image is turned about its centre"),
        values(READ, weight=4, cases=ALL, title="between pixels it is read bilinearly"),
        values(RIM, weight=2, cases=ALL, title="what comes in from outside is 0"),
        values(RANGE, weight=3, cases=MANY, title="angles are uniform in ±max_degrees"),
        values(OWN, weight=2, cases=MANY, title="every image draws its own angle"),
        # Form: random numbers that have nothing to do with the images meet it.
        values(DRAWS, weight=2, cases=FEW, form=True, title="randomness comes from rng"),
        # Form: handing back the images meets this one.
        values("y", cases=NONE, form=True, title="max_degrees = 0 changes nothing"),
    ],
    form=(shapes("y"), dtype("y"), unchanged_inputs()),
    answers=("course_lib.augmentation.rotate", "course_lib.augmentation.sampling"),
    hints=(
        COMPARABLE,
        step(
            "Go through the pixels of the result and ask where each one comes from. Which point "
            "comes from itself?",
            "each image is turned about its centre",
        ),
        step(
            "A place lies between four pixels, at distances below 1 from each. What are the four "
            "weights, and what is their sum?",
            "between pixels it is read bilinearly",
        ),
        step(
            "Some of the four neighbours of a place may lie outside of the image. Check each of "
            "them on all four sides: what does it count there?",
            "what comes in from outside is 0",
        ),
        step(
            "Print the angles of ten images for max_degrees = 30. What are the smallest and the "
            "largest that can come, and is everything between equally likely?",
            "angles are uniform in ±max_degrees",
        ),
        step(
            HOW_MANY,
            "every image draws its own angle",
        ),
        FROM_RNG,
        step(
            "Turn an image by 0 degrees. Does every pixel come from itself, those of the last row "
            "and column too?",
            "max_degrees = 0 changes nothing",
        ),
        "With r, c counted from the centre ((H - 1)/2, (W - 1)/2), the pixel at (r, c) is read "
        "at (r·cos a + c·sin a, c·cos a - r·sin a). A place between pixels is a mixture of its "
        "four neighbours, weighted by (1 - distance) in each direction.",
        "Smaller: 3 × 3 pixels, a = 30°. The pixel right of the centre has (r, c) = (0, 1) and "
        "is read at (0.5, 0.866): half from the row below the centre, half from the centre's, "
        "and of each 0.866 from the right column, 0.134 from the middle one.",
    ),
)

DRAW = "rng.uniform(-max_degrees, max_degrees, (N, 1, 1))"
PLACES = "rows + mid_r, columns + mid_c"

exercise.slip(
    f"np.radians({DRAW})",
    DRAW,
    "Images are turned far beyond max_degrees, once round and more. In which unit do `np.sin` and "
    "`np.cos` take their angle?",
)
exercise.slip(
    DRAW,
    f"np.radians({DRAW})",
    "The images hardly move. A degree is about 0.017 radians: is it converted twice?",
)
exercise.slip(
    DRAW,
    "rng.uniform(-max_degrees, max_degrees) * np.ones((N, 1, 1))",
    "All images of a batch are turned by the same angle. Each draws its own.",
)
exercise.slip(
    "-max_degrees,",
    "0,",
    "All images are turned to the same side. Which signs are allowed?",
)
exercise.slip(
    DRAW,
    "rng.normal(0, max_degrees, (N, 1, 1))",
    "Some angles are beyond max_degrees and most are near 0: a normal distribution has no largest "
    "value. Which one has?",
)
exercise.slip(
    DRAW,
    "rng.choice([-max_degrees, max_degrees], (N, 1, 1))",
    "Every image is turned by the largest angle. What lies in between?",
)
exercise.slip(
    DRAW,
    "(max_degrees * (rng.random((N, 1, 1)) - 0.5))",
    "No angle is beyond half of max_degrees. `rng.random()` lies in [0, 1): from where to where "
    "does your angle go?",
)
exercise.slip(
    DRAW,
    f"(2 * {DRAW})",
    "Angles go up to twice max_degrees. From where to where do you draw?",
)
exercise.slip(
    DRAW,
    "rng.integers(-int(max_degrees), int(max_degrees) + 1, (N, 1, 1))",
    "All angles are whole degrees. An angle may be any number in between, too.",
)
exercise.slip(
    PLACES,
    "np.round(rows + mid_r), np.round(columns + mid_c)",
    "Every pixel is a copy of a single one: the nearest. A place between four pixels takes from "
    "all four, the more the nearer.",
    costs=0.2,
    title="a place between pixels is a mixture, not a copy",
)
exercise.slip(
    "(H - 1) / 2, (W - 1) / 2",
    "0, 0",
    "The upper left corner stays in its place. Count rows and columns from where?",
)
exercise.slip(
    "(H - 1) / 2, (W - 1) / 2",
    "H / 2, W / 2",
    "The images are turned about a point half a pixel off. Five pixels have the indices 0 … 4: "
    "which one is the middle?",
)
exercise.slip(
    "(H - 1) / 2, (W - 1) / 2",
    "H // 2, W // 2",
    "Where the number of rows or columns is even, the images are turned about a point half a pixel "
    "off. Four pixels have the indices 0 … 3: where is their middle?",
)
exercise.slip(
    f"np.radians({DRAW})",
    f"np.pi / 2 - np.radians({DRAW})",
    "An angle of 0 does not leave the images as they are: it turns them by 90 degrees. What are "
    "cos 0 and sin 0, and where does the pixel at (r, c) come from then?",
)
exercise.slip(
    PLACES,
    f"{PLACES}, np.trunc",
    "Above and to the left of the image something comes in that is not 0. Which whole number lies "
    "below -0.3? `int` and `astype(int)` cut it to 0.",
)
exercise.slip(
    f"images, {PLACES}",
    "np.pad(images, ((0, 0), (0, 1), (0, 1), (0, 0)), 'wrap'), (rows + mid_r) % H, "
    "(columns + mid_c) % W",
    "What leaves on one side comes in on the other. Zeros are to come in.",
)
exercise.slip(
    PLACES,
    "np.clip(rows + mid_r, 0, H - 1), np.clip(columns + mid_c, 0, W - 1)",
    "Outside of the image its edge goes on. What is read there is to be 0.",
)
exercise.slip(
    "c * np.cos(a) - r",
    "c * np.cos(a) + r",
    "The images are not turned but distorted. Try your formula with 90 degrees: where do (1, 0) "
    "and (0, 1) go? One of the two signs differs from the other.",
)
exercise.slip(
    "rows = r",
    "rows = r = r",
    "The images are turned, and distorted as well: is the new row used where the old one belongs?",
)


@exercise.mistake
def sent_forward(images, max_degrees, rng):
    """There are holes: pixels are sent to where they go, and some places get none. Ask for every
    pixel of the result where it comes from.
    """
    y, (H, W) = np.zeros_like(images), images.shape[1:3]
    r, c = np.indices((H, W)) - np.array([(H - 1) / 2, (W - 1) / 2])[:, None, None]
    for n, a in enumerate(np.radians(rng.uniform(-max_degrees, max_degrees, len(images)))):
        i = np.round(r * np.cos(a) + c * np.sin(a) + (H - 1) / 2).astype(int)
        j = np.round(c * np.cos(a) - r * np.sin(a) + (W - 1) / 2).astype(int)
        ok = (i >= 0) & (i < H) & (j >= 0) & (j < W)
        y[n, i[ok], j[ok]] = images[n, ok]
    return y
