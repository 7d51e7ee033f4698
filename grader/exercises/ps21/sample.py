"""``sample(images, rows, columns) -> images``: images read at real coordinates."""

import numpy as np

from grader.checking.contract import Case, case, float32, function, mistake, slips, step, values
from grader.exercises.image_draws import pictures


def sample(images, rows, columns):
    N, C, H, W = images.shape
    n, k = np.arange(N)[:, None, None, None], np.arange(C)[:, None, None]
    rows, columns = rows[..., None, :, :], columns[..., None, :, :]
    i, j = np.floor(rows).astype(int), np.floor(columns).astype(int)
    s, t = rows - i, columns - j

    def pixel(r, c):
        inside = (r >= 0) & (r < H) & (c >= 0) & (c < W)
        found = images[n, k, np.clip(r, 0, H - 1), np.clip(c, 0, W - 1)]
        return found * inside

    above = (1 - t) * pixel(i, j) + t * pixel(i, j + 1)
    below = (1 - t) * pixel(i + 1, j) + t * pixel(i + 1, j + 1)
    y = (1 - s) * above + s * below
    return y.astype(images.dtype)


WHOLE = "at whole coordinates, the pixel itself"
BETWEEN = "between pixels, a weighted mean of four"
FADE = "less than a pixel outside, fading to 0"
FAR = "further outside, 0"
SHARED = "rows and columns (H', W'), for every image"
SPREAD = "rows and columns that are broadcast"


def within(rng: np.random.Generator, length: int, *shape: int) -> np.ndarray:
    """Coordinates between the first pixel and the last one, at least 0.1 from both neighbours."""
    return rng.integers(0, length - 1, size=shape) + rng.uniform(0.1, 0.9, size=shape)


def inside(rng: np.random.Generator, about: str, of: tuple[int, ...], *shape: int) -> Case:
    rows, columns = within(rng, of[2], *shape), within(rng, of[3], *shape)
    return case(about, images=pictures(rng, *of), rows=rows, columns=columns)


def crossed(rng: np.random.Generator, rows: tuple[int, ...], columns: tuple[int, ...]) -> Case:
    """Rows and columns with an axis of length 1 each, which the other one fills."""
    return {"rows": within(rng, 4, *rows), "columns": within(rng, 5, *columns)}


def beyond(rng: np.random.Generator, about: str, near: float, far: float) -> Case:
    """Places outside of all four sides and corners, by ``near`` to ``far`` pixels."""
    (N, _C, H, W) = of = (2, 2, 3, 4)
    out = rng.uniform(near, far, size=(4, N, 3, 3))
    out[:, 0] = rng.uniform(near, near + 0.3, size=(4, 3, 3))  # what rounds finds a pixel here
    rows = np.stack([-out[0, :, 0], within(rng, H, N, 3), H - 1 + out[1, :, 0]], axis=1)
    columns = np.stack([-out[2, ..., 0], within(rng, W, N, 3), W - 1 + out[3, ..., 0]], axis=2)
    rows[:, 1, 1] = -out[1, :, 1, 1]  # the place in the middle leaves the image as well
    return case(about, images=pictures(rng, *of), rows=rows, columns=columns)


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    N, H, W = 3, 4, 5
    whole = inside(rng, "a few pixels", (N, 2, H, W), N, 2, 3)
    # The first and the last row and column are among them, each beside others.
    whole["rows"] = np.stack([rng.permutation([0.0, H - 1.0, 1, 2, 2, 1]) for _ in range(N)])
    whole["columns"] = np.stack([rng.permutation([0.0, W - 1.0, 1, 3, 2, 2]) for _ in range(N)])
    for name in ("rows", "columns"):
        whole[name] = whole[name].reshape(N, 2, 3)
    shared = inside(rng, "", (3, 2, 4, 5), 2, 6)
    shared["images"] = shared["images"] * rng.choice([-1, 1], size=(3, 2, 4, 5))
    return {
        WHOLE: [whole],
        BETWEEN: [
            inside(rng, "one place", (1, 1, 2, 3), 1, 1, 1),
            inside(rng, "one image", (1, 2, 3, 4), 1, 2, 3),
            inside(rng, "other places in each image", (3, 5, 6, 4), 3, 2, 6),
            float32(inside(rng, "float32", (2, 3, 4, 6), 2, 3, 2)),
        ],
        FADE: [beyond(rng, "", 0.1, 0.9)],
        FAR: [beyond(rng, "", 1.1, 4.5)],
        SHARED: [shared],
        SPREAD: [
            inside(rng, "rows (H', 1), columns (1, W')", (3, 2, 4, 5), 3, 4)
            | crossed(rng, (3, 1), (1, 4)),
            inside(rng, "rows (N, 1, W'), columns (N, H', 1)", (3, 2, 4, 5), 3, 2, 4)
            | crossed(rng, (3, 1, 4), (3, 2, 1)),
        ],
    }


def counted_from_the_centre(images, rows, columns):
    """Your coordinates count from the centre of the image. Row 0 and column 0 are the first pixel
    in the upper left corner.
    """
    H, W = images.shape[2:]
    return sample(images, rows + (H - 1) / 2, columns + (W - 1) / 2)


def half_a_pixel_off(images, rows, columns):
    """All values are read half a pixel too far up and to the left. The middle of the first pixel is
    at row 0 and column 0, not at 0.5.
    """
    return sample(images, rows - 0.5, columns - 0.5)


def channels_mixed(images, rows, columns):
    """Every channel of your result is the mean of all channels. Read each channel on its own."""
    y = sample(images, rows, columns)
    return (0 * y + y.mean(axis=1, keepdims=True)).astype(y.dtype)


def distances_of_all_four(images, rows, columns):
    """Your weights are 1 minus the distance along the straight line. Take the weights of both
    directions and multiply them.
    """
    N, C, H, W = images.shape
    rows, columns = (np.broadcast_to(a, (N, *a.shape[-2:])) for a in (rows, columns))
    y = np.zeros((N, C, *rows.shape[1:]), images.dtype)
    i, j = np.indices((H, W))
    for n, a, b in np.ndindex(rows.shape):
        w = np.maximum(0, 1 - np.hypot(i - rows[n, a, b], j - columns[n, a, b]))
        y[n, :, a, b] = np.tensordot(images[n], w, 2)
    return y


def weights_from_truncated_places(images, rows, columns):
    """Less than a pixel above or to the left of the image one of your weights is negative:
    `astype(int)` makes -0.3 to 0, so you mix the rows 0 and 1. Between which whole numbers is -0.3?
    """
    H, W = images.shape[2:]
    n = np.arange(len(images))[:, None, None, None]
    k = np.arange(images.shape[1])[:, None, None]
    r, c = rows[..., None, :, :], columns[..., None, :, :]
    y = 0
    for i, j in ((r.astype(int) + a, c.astype(int) + b) for a in (0, 1) for b in (0, 1)):
        inside = (i >= 0) & (i < H) & (j >= 0) & (j < W)
        weight = (1 - np.abs(r - i)) * (1 - np.abs(c - j)) * inside
        y = y + weight * images[n, k, np.clip(i, 0, H - 1), np.clip(j, 0, W - 1)]
    return y.astype(images.dtype)


def ceil_for_the_next(images, rows, columns):
    """At whole coordinates your result is 0. There `np.ceil` gives the same pixel as `np.floor`, so
    both weights are 0. Take the floor plus 1 as the second neighbour.
    """
    whole = (rows == np.floor(rows)) | (columns == np.floor(columns))
    y = sample(images, rows, columns)
    return np.where(whole[..., None, :, :], 0, y).astype(images.dtype)


def places_of_one_image_each(images, rows, columns):
    """Your function needs rows and columns of shape (N, H', W'). They may also be (H', W'): then
    all images are read at these places. `np.broadcast_to` makes the one shape of the other.
    """
    y = np.zeros((*images.shape[:2], rows.shape[1], rows.shape[2]), images.dtype)
    for n in range(len(images)):
        y[n] = sample(images[n : n + 1], rows[n], columns[n])[0]
    return y


def rows_have_the_shape(images, rows, columns):
    """Your result has the shape of `rows`. Rows of shape (H', 1) and columns of shape (1, W') are
    (H', W') places: NumPy broadcasts them. Which shape do both have together?
    """
    y = sample(images, rows, columns)
    return y[..., : rows.shape[-1]] if rows.shape[-1] < columns.shape[-1] else y


def border_of_one(images, rows, columns):
    """A border of zeros helps only as far as it reaches: further outside your index is out of
    range, or negative. What does `np.clip` do to the coordinates before you read?
    """
    big = np.pad(images, ((0, 0), (0, 0), (1, 1), (1, 1)))
    i, j = np.floor(rows + 1).astype(int), np.floor(columns + 1).astype(int)
    big[np.arange(len(images))[:, None, None], 0, i, j]  # fails beyond the border
    return sample(images, rows, columns)


def channels_last(images, rows, columns):
    """The channels stand in the wrong place: images are (N, C, H, W), and the result is (N, C, H',
    W'). NumPy puts the axis of a slice behind the others if indices stand on both sides of it.
    """
    return sample(images, rows, columns).transpose(0, 2, 3, 1).copy()


def edge_for_one_pixel(images, rows, columns):
    """Up to one pixel outside you repeat the edge instead of letting it fade. At row -0.3, row 0
    counts with the weight 0.7, and row -1 is 0.
    """
    H, W = images.shape[2:]
    near = (rows > -1) & (rows < H) & (columns > -1) & (columns < W)
    at_edge = sample(images, np.clip(rows, 0, H - 1), np.clip(columns, 0, W - 1))
    return (at_edge * near[..., None, :, :]).astype(images.dtype)


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
            help="""At row 2 and column 1 the result is `images[n, :, 2, 1]`. Which pixel do you
            read there, and with which weight?""",
        ),
        values(
            weight=9,
            cases=BETWEEN,
            help="""A place is between four pixels. Which are their rows and columns, how far is the
            place from each of them, and which weight does a distance of 0.3 give? The result has
            as many rows and columns of places as `rows` has, whatever the size of the images.""",
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
            have? If you add a border of zeros: how far does it reach, and what does `np.clip` do to
            coordinates beyond it?""",
        ),
        values(
            weight=3,
            cases=SHARED,
            help="""With rows and columns of shape (H', W'), every image is read at the same places.
            Which shape does the result have? `np.broadcast_to(rows, (N, *rows.shape[-2:]))` makes
            the other form of it.""",
        ),
        values(
            weight=2,
            cases=SPREAD,
            help="""Rows of shape (H', 1) and columns of shape (1, W') are an array (H', W') of
            places. Which of your lines takes the shape of one of them for that of both?""",
        ),
    ],
    # The library's refuses rows and columns of two shapes.
    answers=("grader.exercises.ps21.sample", "course_lib.augmentation.sampling"),
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
        "results with 1 - s and s. `images[n, k, i, j]` with n of shape (N, 1, 1, 1), k of shape "
        "(C, 1, 1) and i, j of shape (N, 1, h, w) reads a batch at once.",
        "A smaller example: the image [[4, 8]] at row 0 and column 0.25 is 0.75·4 + 0.25·8 = 5. At "
        "row -0.5 and column 0 it is 0.5·0 + 0.5·4 = 2, because row -1 is outside.",
    ),
    mistakes=(
        *slips("""
i, j = np.floor(columns).astype(int), np.floor(rows).astype(int)
s, t = columns - i, rows - j
    Rows and columns are exchanged. `images` has the shape (N, C, H, W): which of its axes is read
    by a row?
i, j = rows.astype(int), columns.astype(int)
    Less than a pixel above or to the left of the image your values are wrong. `astype(int)` and
    `int` round -0.3 to 0. Which whole number is below -0.3?
s, t = i + 1 - rows, j + 1 - columns
    The weights are exchanged: at the distance 0.3 a pixel has the weight 0.3. Try a whole
    coordinate: which pixel should have the weight 1?
s, t = columns - j, rows - i
    The two distances are exchanged: the one to the upper row mixes the columns. Which of the two
    mixes the upper row with the lower one?
s, t = i + 1 - rows, columns - j
    In the direction of the rows the weights are exchanged. How much should the upper row count if
    the place is at the distance 0.3 from it?
s, t = rows - i, j + 1 - columns
    In the direction of the columns the weights are exchanged. How much should the left column count
    if the place is at the distance 0.3 from it?
i, j = np.round(rows).astype(int), np.round(columns).astype(int)
s, t = 0 * rows, 0 * columns
    Every value is that of the nearest pixel. Between the pixels it should be a weighted mean of the
    four around the place.
s, t = 0 * rows, 0 * columns
    Every value is that of the pixel above and to the left. Between the pixels it should be a
    weighted mean of the four around the place.
i, j = np.round(rows).astype(int), np.round(columns).astype(int)
    You round to the nearest pixel, so the place may be before it, and one of your distances is
    negative. Which whole number is always the one before?
inside = np.ones(np.shape(r), dtype=bool)
    Outside the image you repeat its edge. The pixels there should be 0.
y = ((1 - s) * above + s * below) * ((rows >= 0) & (rows <= H - 1) & (columns >= 0) & (columns <= W
    - 1))
    As soon as a place is outside the outermost pixels, your value is 0. It should fade to 0 within
    one pixel: at row -0.3, row 0 still counts with the weight 0.7.
inside = (r >= 0) & (r < H - 1) & (c >= 0) & (c < W - 1)
    Your last row and your last column count as outside. Which indices does an axis of length H
    have?
inside = (r > 0) & (r < H) & (c > 0) & (c < W)
    Your first row and your first column count as outside. Does the index 0 belong to the image?
inside = (r >= 0) & (c >= 0)
    Below and to the right of the image you repeat its edge. Which two comparisons are missing?
inside = (r < H) & (c < W)
    Above and to the left of the image you repeat its edge. Which two comparisons are missing?
inside = (r >= 0) & (r < W) & (c >= 0) & (c < H)
    H and W are exchanged where you ask whether a pixel is inside. How many rows has an image of the
    shape (C, H, W)?
inside = np.ones(np.shape(r), dtype=bool)
i, j = np.clip(np.floor(rows).astype(int), 0, H - 2), np.clip(np.floor(columns).astype(int), 0, W -
    2)
    Outside the image your weights are negative or above 1: you keep the index inside and measure
    the distance from the pixel that you get. Take the distance from the true neighbour, and 0 for
    a pixel outside.
inside = np.ones(np.shape(r), dtype=bool)
i, j = np.clip(np.floor(rows).astype(int), 0, H - 1), np.clip(np.floor(columns).astype(int), 0, W -
    1)
    Above and to the left of the image your weights are negative or above 1, and below and to the
    right you repeat the edge. Clip the index only where you read a pixel, and take 0 for a pixel
    outside.
inside = (r < H) & (c < W)
found = images[n, k, np.minimum(r, H - 1), np.minimum(c, W - 1)]
    Above and to the left of the image you read pixels of the other side: the index -1 is the last
    row. Which comparison is missing?
inside = np.ones(np.shape(r), dtype=bool)
found = images[n, k, r % H, c % W]
    Pixels that leave on one side come back on the other side. Outside the image the value is 0.
n, k = slice(None), np.arange(C)[:, None, None]
    `images[:, k, i, j]` reads all places of the batch in every image. Image n needs the places of
    its own row of `rows` and `columns`. Which index array goes beside i and j?
n, k = 0, np.arange(C)[:, None, None]
    All your results show the first image. Which image belongs to place n?
rows, columns = rows[:1, None], columns[:1, None]
    All images are read at the places of the first one. `rows[n]` and `columns[n]` belong to image
    n.
above = (1 - t) * pixel(i, j) + t * pixel(i, j)
    In the upper row you read the left pixel twice. Which column has its neighbour?
y = (above + below) / 2
    The upper and the lower row count half each. How far is the place from each of them?
y = (pixel(i, j) + pixel(i, j + 1) + pixel(i + 1, j) + pixel(i + 1, j + 1)) / 4
    All four pixels count a quarter. Nearer ones should have larger weights.
y = (2 - s - t) * pixel(i, j) + (1 - s + t) * pixel(i, j + 1) + (1 + s - t) * pixel(i + 1, j) + (s +
    t) * pixel(i + 1, j + 1)
    You add the two weights of a pixel, so the four sum to 4. At a whole coordinate one pixel should
    count 1 and the others 0. How do you combine the two weights?
s, t = (rows - i) ** 2, (columns - j) ** 2
    The squares of the distances are your weights. A distance of 0.3 gives the weights 0.7 and 0.3.
y = above
    Only the two pixels of the upper row count. Do you read those of the lower row, i + 1, and mix
    the two rows?
y = (1 - t) * pixel(i, j) + t * pixel(i + 1, j + 1)
    You mix only two of the four pixels. Which two are missing?
y = (1 - s) * pixel(i, j) + s * pixel(i + 1, j)
    You mix only two pixels, those of the left column. A place is also between two columns.
"""),
        mistake(counted_from_the_centre),
        mistake(half_a_pixel_off),
        mistake(channels_mixed),
        mistake(distances_of_all_four),
        mistake(ceil_for_the_next),
        mistake(weights_from_truncated_places),
        mistake(places_of_one_image_each),
        mistake(rows_have_the_shape),
        mistake(border_of_one),
        mistake(channels_last),
        mistake(edge_for_one_pixel),
    ),
)
