"""``random_patch(images, size, short_sides, p, rng) -> y``: S2's flips, crops and scales.

The length L, the place of the patch and the flip are the student's draws. They are read off ramps,
and their distributions are judged.
"""

from functools import partial

import numpy as np

from grader.checking.contract import (
    Case,
    Open,
    case,
    draws_in_words,
    dtype,
    float32,
    mistake,
    random,
    shapes,
    slips,
    unchanged_inputs,
    values,
)
from grader.exercises.drawn_arrays import blank, in_shape
from grader.exercises.dropout_masks import CALLS, often_in_words
from grader.exercises.image_draws import BAND, DRAWS, FEW, MANY, bilinear, from_rng, ramps


def random_patch(images, size, short_sides, p, rng):
    N, _C, H, W = images.shape
    low, high = short_sides
    L = rng.integers(low, high + 1, size=(N, 1, 1))
    h, w = H * L // min(H, W), W * L // min(H, W)
    top, left = rng.integers(0, h - size + 1), rng.integers(0, w - size + 1)
    i = np.arange(size)
    rows = (top + i[:, None] + 0.5) * H / h - 0.5
    columns = (left + i + 0.5) * W / w - 0.5
    mirrored = rng.random((N, 1, 1)) < p
    turned = np.where(mirrored, W - 1 - columns, columns)
    return bilinear(images, rows, turned)


STILL, ALONE = "nothing to draw", "one image"
PAIR = "two images, again and again"


def cases(rng: np.random.Generator) -> list[Case]:
    def batch(about: str, shape: tuple[int, ...], size: int, sides: tuple[int, int], p: float):
        seed = int(rng.integers(2**31))
        images = ramps(rng, *shape)
        return case(about, images=images, size=size, short_sides=list(sides), p=p, seed=seed)

    return [
        batch(STILL, (2, 4, 5, 5), 5, (5, 5), 0.0),
        batch(ALONE, (1, 3, 6, 9), 4, (8, 8), 1.0),
        float32(batch("float32", (3, 4, 8, 6), 4, (5, 7), 0.5)),
        batch(FEW, (12, 3, 7, 8), 5, (6, 12), 0.5),
        batch(MANY, (1500, 3, 6, 14), 5, (6, 8), 0.3),
        # Row and column of a corner are 0 or 1: with a flip three draws of two values an image.
        batch(PAIR, (2, 2, 4, 4), 5, (6, 6), 0.5) | {"calls": CALLS},
    ]


PATCHES, SCALE, PLACE = "what the patches show", "the lengths", "the corners"
FLIPS, OWN = "the flips", "who draws"
READ = "each is a patch of its image, scaled"


def observe(case, outputs):
    """Read L, corner and flip of each patch off its ramps; say what is drawn, and how."""
    images, size, about = case["images"].astype(np.float64), case["size"], case["about"]
    y = in_shape(outputs["y"], np.zeros((*images.shape[:2], size, size)))
    if about == STILL:
        return {"y": outputs["y"]}
    found = {"y": blank(outputs["y"])}
    if about == PAIR:
        return found | of_many_calls(images, size, outputs["calls"], y)
    names = (PATCHES, SCALE, PLACE, FLIPS, *((OWN,) if about == MANY else ()))
    names += (DRAWS,) if about == FEW else ()
    if y is None or not np.isfinite(y).all():
        return found | dict.fromkeys(names, Open()) | {PATCHES: "not an array of N patches"}
    if about == FEW:
        same = partial(np.array_equal, equal_nan=True)
        again, later = (in_shape(outputs[name], y) for name in ("again", "later"))
        found[DRAWS] = draws_in_words(y, again, [later], same)
    read = read_off(images, y.astype(np.float64))
    if isinstance(read, str):
        return found | {name: Open() for name in names if name != DRAWS} | {PATCHES: read}
    step_r, step_c, first_r, first_c, mirrored = read
    H, W = images.shape[2:]
    found[PATCHES] = READ
    tall, wide = H / step_r, W / step_c  # of the scaled image, in pixels
    found[SCALE], L = lengths(tall, wide, case)
    if L is None:
        return found | {name: Open() for name in names if name not in found}
    corners = [(first + 0.5) / step - 0.5 for first, step in ((first_r, step_r), (first_c, step_c))]
    # Where the long side is not rounded, a patch may be mirrored where it was cut out.
    left, right = corners[1], wide - size - corners[1]
    corners[1] = np.where(
        mirrored & (off_whole(left) > 0.02) & (off_whole(right) < 0.02), right, left
    )
    found[PLACE] = corners_in_words(corners, (tall, wide), size, L, about)
    found[FLIPS] = flips_in_words(mirrored, case["p"], about)
    if about == MANY:
        found[OWN] = own_in_words([L, *corners, mirrored.astype(float)])
    return found


def read_off(images, y):
    """Steps and first places of rows and columns of each patch, and which are mirrored; or why not.

    Pixels whose place is outside of the outermost ones may have any value.
    """
    H, W = images.shape[2:]
    R, C = y[:, 0] - 1, y[:, 1] - 1
    inside = (R > 0.01) & (R < H - 1.01) & (C > 0.01) & (C < W - 1.01)
    k = y.shape[2] // 2
    step_r, step_c = R[:, k, k] - R[:, k - 1, k], C[:, k, k] - C[:, k, k - 1]
    i = np.arange(y.shape[2]) - k
    rows = R[:, k, k, None, None] + step_r[:, None, None] * i[:, None] + 0 * i
    columns = C[:, k, k, None, None] + step_c[:, None, None] * i + 0 * i[:, None]
    near = (rows > 0) & (rows < H - 1) & (columns > 0) & (columns < W - 1)
    whole = np.abs(y[:, :2] - np.round(y[:, :2])).max() < 1e-3
    if whole and np.abs(step_r - np.round(step_r)).max() < 1e-3:
        copied = [np.unique(np.diff(R[n, :, k])).size > 1 for n in range(len(R))]
        if any(copied):
            return "pixels are copied, not mixed"
    if (step_r < -1e-3).any():
        return "some are upside down"
    if (step_r < 1e-3).any() or (np.abs(step_c) < 1e-3).any():
        turned = (np.abs(R[:, k, k] - R[:, k, k - 1]) > 1e-3).all()
        alike = "columns are alike" if (np.abs(step_c) < 1e-3).any() else "rows are alike"
        return "rows and columns are exchanged" if turned else alike
    off = np.where(near, np.maximum(np.abs(R - rows), np.abs(C - columns)), 0)
    if off.max() > 1e-3:
        whole = np.abs(np.where(inside, R, 0) - np.round(np.where(inside, R, 0))).max() < 1e-3
        return "pixels are copied, not mixed" if whole else "the grid is not even"
    if np.abs(np.where(near[:, None], y - bilinear(images, rows, columns), 0)).max() > 1e-3:
        return "pixels of another image"
    mirrored, wide = step_c < 0, np.abs(step_c)
    first = columns[:, 0, 0]
    first = np.where(mirrored, W - 1 - first, first)
    return step_r, wide, rows[:, 0, 0], first, mirrored


def lengths(tall, wide, case):
    """The drawn lengths in words, and the length of each image if it can be told."""
    H, W = case["images"].shape[2:]
    low, high = case["short_sides"]
    short, long, many = (tall, wide, W / H) if H <= W else (wide, tall, H / W)
    L = np.round(short)
    if np.abs(short - L).max() > 1e-2:
        short_is_long = np.abs(long - np.round(long)).max() < 1e-2
        return "the other side has the length" if short_is_long else "no whole numbers", None
    if np.abs(long - L * many).max() > 1.01:
        return "the proportions change", None
    if L.min() < low or L.max() > high:
        if long.min() > low - 0.5 and long.max() < high + 0.5:
            return "the long side has the length", None
        return f"from {L.min() - low:+g} to {L.max() - high:+g} beside the bounds", L
    if case["about"] != MANY:
        return "in the range", L
    seen = np.array([np.sum(L == side) for side in range(low, high + 1)])
    if not seen.all():
        inner = len(seen) > 2 and not seen[1:-1].any()
        return "only the two bounds" if inner else "some lengths never occur", L
    return ("all equally often" if chi_square(seen) < 80 else "not equally often"), L


def off_whole(numbers):
    """How far each number is from the next whole one."""
    return np.abs(numbers - np.round(numbers))


def corners_in_words(corners, sides, size, L, about):
    """Whether corners are pixels of the scaled image, and all that fit occur equally often."""
    if max(off_whole(corner).max() for corner in corners) > 0.02:
        of_one = [corners[0][L == side] for side in np.unique(L)]
        between = about == MANY and max(off_whole(c - c[0]).max() for c in of_one) > 0.02
        return "anywhere between pixels" if between else "not where pixels of the scaled image are"
    corners = [np.round(corner) for corner in corners]
    room = [np.floor(side + 1e-6) - size for side in sides]
    # The long side may be rounded up. The short one is L.
    bounds = [fits + (np.abs(side - L) > 0.02) for fits, side in zip(room, sides, strict=True)]
    if any((c < 0).any() or (c > m).any() for c, m in zip(corners, bounds, strict=True)):
        return "beyond the image"
    if about != MANY:
        return "whole pixels, inside"
    if all(np.abs(2 * c - fits).max() < 1.5 for c, fits in zip(corners, room, strict=True)):
        return "always in the middle"
    if all(np.ptp(corner) < 0.5 for corner in corners):
        return "one for all images" if np.max(corners) > 0.5 else "always the upper left one"
    uneven, last, everywhere = 0.0, False, True
    for corner, fits in zip(corners, room, strict=True):
        for side in np.unique(L):
            of_side = L == side
            most = int(fits[of_side].max())
            seen = np.bincount(corner[of_side].astype(int), minlength=most + 1)
            seen = seen[: most + 1] if not seen[most + 1 :].any() else seen
            last |= most > 0 and not seen[most]
            everywhere &= most == 0 or not seen[most]
            if not seen.any() or (most > 0 and (seen == 0).any() and not last):
                return "some places never occur"
            uneven += chi_square(seen) if most > 0 else 0.0
    if last:
        return "never the last place" if everywhere else "not always up to the last place"
    # Right draws have 39 to 42 degrees of freedom: they leave this band with probability 1e-10.
    return "all equally often" if uneven < 130 else "not equally often"


def flips_in_words(mirrored, p, about):
    if p == 1:
        return "all" if mirrored.all() else "not all"
    if about != MANY:
        return "some or none"
    share = mirrored.mean()
    if abs(share - p) < BAND * np.sqrt(p * (1 - p) / len(mirrored)):
        return "with probability p"
    if share in (0, 1):
        return "none" if share == 0 else "all"
    return "half of them" if abs(share - 0.5) < 0.08 else "another share"


def own_in_words(drawn):
    """Whether each image has its own draws: neighbours, and the draws of one image, as L allows."""
    L, top, left, _mirrored = drawn
    if any(np.ptp(numbers) < 1e-6 for numbers in (L, top, left)):
        return "one draw for all images"
    bar = BAND / np.sqrt(len(L) - 1)
    for numbers in drawn:
        if np.ptp(numbers) > 1e-6:
            d = (numbers - numbers.mean()) / numbers.std()
            if abs(np.mean(d[1:] * d[:-1])) > bar:
                return "neighbouring images depend on each other"
    inside = [a - np.array([a[side == L].mean() for side in L]) for a in (top, left)]
    if any(np.ptp(one) < 1e-6 for one in inside):
        return "one place for all images of a scale"
    a, b = (one / max(one.std(), 1e-9) for one in inside)
    if abs(np.mean(a * b)) > bar:
        return "one number for both directions"
    return "every image, for all draws"


def of_many_calls(images, size, calls, like):
    """Whether corners and flips of two images are even, and each pair of them independent.

    Of 6 draws and 15 pairs in 200 calls, right ones leave the band with probability below 1e-10.
    """
    calls = [None if like is None else in_shape(one, like) for one in calls]
    if any(one is None or not np.isfinite(one).all() for one in calls):
        return {PATCHES: "not an array of N patches", OWN: Open()}
    read = read_off(np.tile(images, (len(calls), 1, 1, 1)), np.concatenate(calls))
    if isinstance(read, str):
        return {PATCHES: read, OWN: Open()}
    step_r, step_c, first_r, first_c, mirrored = read
    corners = [(first + 0.5) / step > 1 for first, step in ((first_r, step_r), (first_c, step_c))]
    draws = np.stack([*corners, mirrored], axis=1).reshape(len(calls), -1)
    words, of_corners, of_flips = (
        often_in_words(list(some)) for some in (draws, draws[:, [0, 1, 3, 4]], draws[:, [2, 5]])
    )
    if of_corners == of_flips:
        return {PATCHES: READ, OWN: words}
    return {PATCHES: READ, OWN: f"corners: {of_corners}; flips: {of_flips}"}


def chi_square(seen: np.ndarray) -> float:
    """How far counts are from being equal."""
    return float(np.sum((seen - seen.mean()) ** 2) / max(seen.mean(), 1e-9))


IS_PATCH = "a patch of the scaled image, between pixels bilinear"
BATCHES = (ALONE, "float32", FEW, MANY)


def in_loop_of_whole_pixels(images, size, short_sides, p, rng):
    """You cut out a patch without changing the scale. First the short side becomes L."""
    N, _C, H, W = images.shape
    top, left = rng.integers(0, H - size + 1, N), rng.integers(0, W - size + 1, N)
    crops = [x[:, a : a + size, b : b + size] for x, a, b in zip(images, top, left, strict=True)]
    mirrored = rng.random((N, 1, 1, 1)) < p
    return np.where(mirrored, np.stack(crops)[..., ::-1], np.stack(crops))


exercise = random(
    random_patch,
    returns="y",
    points=4,
    cases=cases,
    observe=observe,
    judge=[
        values(
            PATCHES,
            weight=4,
            cases=(*BATCHES, PAIR),
            title=IS_PATCH,
            help="""Pixel (i, j) of the patch is pixel (top + i, left + j) of the scaled image. From
            which row of the old image does it come? Read there with `sample`.""",
        ),
        values(
            SCALE,
            weight=4,
            cases=BATCHES,
            title="the short side becomes L, a whole number from low to high",
            after=IS_PATCH,
            help="""An image of H rows and W columns becomes h = H·L/min(H, W) rows high. Which
            whole numbers can your L be for short_sides = (6, 8)?""",
        ),
        values(
            PLACE,
            weight=4,
            cases=BATCHES,
            title="the corner is drawn from all places where the patch fits",
            after=IS_PATCH,
            help="""At how many rows can a patch of 5 begin in an image of 7? And where is the
            middle of row 0 of the scaled image, if the image begins at -1/2?""",
        ),
        values(
            FLIPS,
            weight=3,
            cases=BATCHES,
            title="an image is mirrored with probability p",
            after=IS_PATCH,
            help="""With p = 1 all patches are mirrored. From which column comes the pixel that came
            from column c before?""",
        ),
        values(
            OWN,
            weight=3,
            cases=(MANY, PAIR),
            alone=False,
            title="every image has its own draws",
            help="How many lengths, rows, columns and flips does a batch of N images need?",
        ),
        from_rng(),
        # A function that returns the first pixels of its input satisfies this one.
        values(
            "y",
            cases=STILL,
            alone=False,
            title="without a change of scale and with one place, the image itself",
            help="""With L = H = size there is one place, and each pixel comes from itself. Which
            row does your formula give for i = 0?""",
        ),
    ],
    form=(shapes("y"), dtype("y"), unchanged_inputs()),
    uses=("sample",),
    answers=(
        "grader.exercises.ps21.random_patch",
        "course_lib.augmentation.geometric",
    ),
    hints=(
        "Draw L of shape (N, 1, 1). The scaled image has h = H·L // min(H, W) rows and w columns. "
        "Draw `top` from 0 to h - size, both included, and `left` as well.",
        "Row top + i of the scaled image has its middle at top + i + 1/2 below its upper edge, in "
        "scaled pixels. Times H/h these are old pixels, and the middle of old row 0 lies at 1/2: "
        "rows = (top + i + 1/2)·H/h - 1/2.",
        "A smaller example: H = 2 rows become h = 4, size = 2 and top = 1. The rows are 1.5·0.5 - "
        "0.5 = 0.25 and 2.5·0.5 - 0.5 = 0.75. A flip reads column W - 1 - c in place of c.",
    ),
    mistakes=(
        *slips("""
L = rng.integers(low, max(high, low + 1), size=(N, 1, 1))
    In 1,500 images L was never the largest length. Does `rng.integers` draw its upper bound?
L = rng.integers(low, high + 1) * np.ones((N, 1, 1), int)
    All images of a batch have the same scale. Draw an L for each image.
L = rng.uniform(low, high, size=(N, 1, 1))
h, w = np.floor(H * L / min(H, W)), np.floor(W * L / min(H, W))
    Your lengths are not whole numbers before you round, so the largest one hardly ever occurs. Draw
    whole numbers.
L = rng.choice([low, high], size=(N, 1, 1))
    Only the two bounds occur. Draw all whole numbers between them, too.
h, w = H * L // max(H, W), W * L // max(H, W)
top, left = (rng.integers(0, np.maximum(side - size, 0) + 1) for side in (h, w))
    L becomes the length of the long side. S2 gives it to the short one.
h, w = L, L
    Both sides become L long, so the proportions change. How long is the other side?
top, left = rng.integers(0, np.maximum(h - size, 1)), rng.integers(0, np.maximum(w - size, 1))
    The patch never lies at the lower or right end. Does `rng.integers` draw its upper bound?
top, left = (h - size) // 2, (w - size) // 2
    The patch always lies in the middle. Draw its corner.
top, left = 0 * h, 0 * w
    The patch always lies in the upper left corner. Draw its place.
top, left = [rng.integers(0, np.minimum(h, w) - size + 1)] * 2
    One number serves for both directions, so the patches lie on the diagonal. How many numbers does
    a corner need?
top, left = [rng.integers(0, np.minimum(h, w) - size + 1)] * 2
turned = np.where(mirrored, columns[..., ::-1], columns)
    Many places of the corner never occur. Does each image draw two numbers of its own, one for the
    row and one for the column?
top, left = rng.random(h.shape) * (h - size), rng.random(w.shape) * (w - size)
    The corners of your patches lie between the pixels of the scaled image. Draw whole numbers.
top, left = rng.integers(0, h.min() - size + 1), rng.integers(0, w.min() - size + 1)
    All images have one corner, drawn for the smallest of them. `rng.integers` takes an array as
    its bound, too, and then draws a number for each entry.
top, left = (rng.random(h.shape) * (h - size + 1) // 1 for h in (np.full_like(h, h[0, 0, 0]), w))
    The rows of all images are drawn for the scale of the first one. Each image has its own h.
rows = (top + i[:, None]) * H / h
columns = (left + i) * W / w
    Your patch is shifted: pixels are squares, and the middle of pixel 0 lies half a pixel below its
    edge, in both images. Which two halves are missing?
rows = (top + i[:, None] + 0.5) * H / h
columns = (left + i + 0.5) * W / w
    Your patch is shifted by half an old pixel. `sample` counts from the middle of the first pixel,
    which is half a pixel from the edge.
rows = (top + i[:, None]) * (H - 1) / (h - 1)
columns = (left + i) * (W - 1) / (w - 1)
    You put the middles of the corner pixels onto each other. Here the edges of the images agree: a
    new pixel is H/h old ones long.
rows = (top + i[:, None] + 0.5) * h / H - 0.5
columns = (left + i + 0.5) * w / W - 0.5
    The scale is inverted. An image that becomes twice as high is read in steps of half a pixel.
columns = rng.permuted((left + i + 0.5) * W / w - 0.5, axis=2)
    The columns of a patch are in a random order. They are W/w apart, one after the other.
mirrored = rng.random((1, 1, 1)) < p
    All images of a batch are mirrored or none. Each image has its own draw.
mirrored = rng.random((N, 1, 1)) < 0.5
    Half of the images are mirrored, whatever p is.
mirrored = rng.random((N, 1, 1)) > p
    You mirror with the probability 1 - p. With p = 1 every image is mirrored.
turned = np.where(mirrored, -columns, columns)
    Mirrored columns are negative, so they lie outside of the image. The last column is W - 1: which
    one comes from column 0?
turned = np.where(mirrored, W - columns, columns)
    Mirrored patches are one pixel too far to the right. In a row of five pixels, 0 … 4, the
    mirror image of column 0 is column 4.
mirrored = np.zeros((N, 1, 1), bool)
return bilinear(images, np.where(rng.random((N, 1, 1)) < p, H - 1 - rows, rows), turned)
    Your images are upside down. A horizontal flip exchanges left and right.
mirrored = np.zeros((N, 1, 1), bool)
    No image is mirrored.
return bilinear(images, np.round(rows), np.round(turned))
    Every pixel is a copy of the nearest one. Read between the pixels, with `sample`.
return bilinear(images, turned, rows)
    Rows and columns are exchanged where you read. Which of them comes first in `sample`?
"""),
        mistake(in_loop_of_whole_pixels),
    ),
)
