"""``sample(images, rows, columns) -> images``: images read at real coordinates."""

import numpy as np

from grader.checking.contract import Case, case, float32, function, step, values
from grader.exercises.image_draws import pictures


def sample(images, rows, columns):
    N, H, W, _C = images.shape
    n = np.arange(N)[:, None, None]
    i, j = np.floor(rows).astype(int), np.floor(columns).astype(int)
    s, t = (rows - i)[..., None], (columns - j)[..., None]

    def pixel(r, c):
        inside = (r >= 0) & (r < H) & (c >= 0) & (c < W)
        found = images[n, np.clip(r, 0, H - 1), np.clip(c, 0, W - 1)]
        return found * inside[..., None]

    above = (1 - t) * pixel(i, j) + t * pixel(i, j + 1)
    below = (1 - t) * pixel(i + 1, j) + t * pixel(i + 1, j + 1)
    y = (1 - s) * above + s * below
    return y.astype(images.dtype)


WHOLE = "at whole coordinates, the pixel itself"
BETWEEN = "between pixels, a weighted mean of four"
FADE = "less than a pixel outside, fading to 0"
FAR = "further outside, 0"
SHARED = "rows and columns (H', W'), for every image"


def within(rng: np.random.Generator, length: int, *shape: int) -> np.ndarray:
    """Coordinates between the first pixel and the last one, at least 0.1 from both neighbours."""
    return rng.integers(0, length - 1, size=shape) + rng.uniform(0.1, 0.9, size=shape)


def inside(rng: np.random.Generator, about: str, of: tuple[int, ...], *shape: int) -> Case:
    rows, columns = within(rng, of[1], *shape), within(rng, of[2], *shape)
    return case(about, images=pictures(rng, *of), rows=rows, columns=columns)


def beyond(rng: np.random.Generator, about: str, near: float, far: float) -> Case:
    """Places outside of all four sides and corners, by ``near`` to ``far`` pixels."""
    (N, H, W, _C) = of = (2, 3, 4, 2)
    out = rng.uniform(near, far, size=(4, N, 3, 3))
    rows = np.stack([-out[0, :, 0], within(rng, H, N, 3), H - 1 + out[1, :, 0]], axis=1)
    columns = np.stack([-out[2, ..., 0], within(rng, W, N, 3), W - 1 + out[3, ..., 0]], axis=2)
    rows[:, 1, 1] = -out[1, :, 1, 1]  # the place in the middle leaves the image as well
    return case(about, images=pictures(rng, *of), rows=rows, columns=columns)


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    N, H, W = 3, 4, 5
    whole = inside(rng, "a few pixels", (N, H, W, 2), N, 2, 3)
    # The first and the last row and column are among them, each beside others.
    whole["rows"] = np.stack([rng.permutation([0.0, H - 1.0, 1, 2, 2, 1]) for _ in range(N)])
    whole["columns"] = np.stack([rng.permutation([0.0, W - 1.0, 1, 3, 2, 2]) for _ in range(N)])
    for name in ("rows", "columns"):
        whole[name] = whole[name].reshape(N, 2, 3)
    return {
        WHOLE: [whole],
        BETWEEN: [
            inside(rng, "one place", (1, 2, 3, 1), 1, 1, 1),
            inside(rng, "one image", (1, 3, 4, 2), 1, 2, 3),
            inside(rng, "other places in each image", (3, 5, 4, 2), 3, 2, 6),
            float32(inside(rng, "float32", (2, 4, 6, 3), 2, 3, 2)),
        ],
        FADE: [beyond(rng, "", 0.1, 0.9)],
        FAR: [beyond(rng, "", 1.1, 4.5)],
        SHARED: [inside(rng, "", (3, 4, 5, 2), 2, 6)],
    }


exercise = function(
    sample,
    returns="images",
    outputs="y",
    points=4,
    cases=cases,
    judge=[
        values(
            weight=2,
            cases=WHOLE,
            help="""At row 2 and column 1 the result is `images[n, 2, 1]`. Which pixel do you read
            there, and with which weight?""",
        ),
        values(
            weight=9,
            cases=BETWEEN,
            help="""A place is between four pixels. Which are their rows and columns, how far is the
            place from each of them, and which weight does a distance of 0.3 give?""",
        ),
        values(
            weight=5,
            cases=FADE,
            help="""At row -0.3 the pixels of row -1 and of row 0 are mixed. Which value has the one
            outside the image, and with which weight does row 0 count?""",
        ),
        # Zeros satisfy it.
        values(
            cases=FAR,
            alone=False,
            help="""All four neighbours of such a place are outside the image. Which value do they
            have?""",
        ),
        values(
            weight=2,
            cases=SHARED,
            help="""With rows and columns of shape (H', W'), every image is read at the same places.
            Which shape does the result have?""",
        ),
    ],
    answers=("course_lib.augmentation.sample", "course_lib.augmentation.sampling"),
    hints=(
        step(
            "Which four pixels are around row 2.3 and column 0.6? `np.floor` gives the row above "
            "and the column to the left, also for negative numbers.",
            *(WHOLE, BETWEEN),
        ),
        step(
            "Read a pixel in a function of its own that returns 0 outside: compare row and column "
            "with 0, H and W, read at indices that `np.clip` keeps in the image, and multiply by "
            "what the comparison says. Or add a border of zeros to the images first.",
            *(FADE, FAR),
        ),
        "With s = row - floor(row) and t = column - floor(column): mix the two pixels of the "
        "upper row with the weights 1 - t and t, those of the lower row as well, and then the two "
        "results with 1 - s and s. `images[n, i, j]` with n of shape (N, 1, 1) reads a batch at "
        "once.",
        "Smaller: the image [[4, 8]] at row 0 and column 0.25 is 0.75·4 + 0.25·8 = 5. At row -0.5 "
        "and column 0 it is 0.5·0 + 0.5·4 = 2, because row -1 is outside.",
    ),
)
