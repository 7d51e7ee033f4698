"""``random_scale(images, short_sides, rng) -> list``: each image gets a size of its own."""

import numpy as np

from grader.checking.contract import (
    Case,
    case,
    draws_in_words,
    float32,
    holds,
    random,
    slips,
    step,
    unchanged_inputs,
    values,
)
from grader.exercises.image_draws import DRAWS, MANY, OWN, from_rng, pictures


def random_scale(images, short_sides, rng):
    scaled = []
    for x in images:
        side = rng.integers(short_sides[0], short_sides[1] + 1)
        H, W, _C = x.shape
        short = min(H, W)
        for axis, old in enumerate((H, W)):
            new = round(old * side / short)
            place = np.clip((np.arange(new) + 0.5) * old / new - 0.5, 0, old - 1)
            k = np.floor(place).astype(int)
            share = (place - k).astype(x.dtype)[:, None, None]
            y = np.moveaxis(x, axis, 0)
            mixed = (1 - share) * y[k] + share * y[np.minimum(k + 1, old - 1)]
            x = np.moveaxis(mixed, 0, axis)
        scaled.append(x)
    return scaled


WANTED, PROPORTIONS = "the short side gets the wanted length", "proportions are kept"
UNCHANGED = "an image of unchanged size is unchanged"


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    def batch(about: str, sides: tuple[int, int], *shape: int) -> Case:
        images, seed = pictures(rng, *shape), int(rng.integers(2**31))
        return case(about, images=images, short_sides=list(sides), seed=seed)

    return {
        UNCHANGED: [batch("the size it has", (3, 3), 2, 3, 4, 2)],
        WANTED: [
            batch("twice the size", (6, 6), 1, 3, 4, 1),
            batch("a tall image", (8, 8), 3, 7, 5, 3),
            batch("a smaller size", (5, 5), 10, 14, 19, 2),
            float32(batch("float32", (7, 7), 2, 4, 5, 2)),
        ],
        MANY: [batch("", (4, 6), 120, 3, 4, 1)],
    }


def run(random_scale, case):
    images, sides = case["images"], tuple(case["short_sides"])
    copies = images.copy(), images.copy()
    rng = np.random.default_rng(case["seed"])
    y = random_scale(images, sides, rng)
    kind, y = type(y).__name__, [np.array(image) for image in y]
    found = {"kind": kind, "y": y}
    if len(images) > 10:
        later = [random_scale(copies[0][:2].copy(), sides, rng) for call in range(15)]
        again = list(random_scale(copies[1], sides, np.random.default_rng(case["seed"])))
        found["later"] = [[np.shape(image)[-3:] for image in call] for call in later]
        found["again"] = [np.shape(image)[-3:] for image in again]
    return found


SHORT, LONG, MIXED = "the short sides", "the long sides", "the values between the pixels"
FORM = "what is returned"
BILINEAR = "a bilinear mixture, pixels as little squares"


def observe(case, outputs):
    """Sizes are the student's draw; the images have to fit them."""
    images, scaled, about = case["images"], outputs["y"], case["about"]
    fit = isinstance(scaled, list) and len(scaled) == len(images)
    fit = fit and all(isinstance(y, np.ndarray) and y.dtype.kind in "biuf" for y in scaled)
    C, packed = images.shape[3], fit and all(y.ndim == 4 and len(y) == 1 for y in scaled)
    if packed:
        scaled = [y[0] for y in scaled]
    fit = fit and all(y.size and y.ndim == 3 and y.shape[2] == C for y in scaled)
    if about == "the size it has":
        return {"y": scaled if fit else "not a list of N images (H_i, W_i, C)"}
    names = (SHORT, LONG, MIXED, FORM, *((OWN, DRAWS) if about == MANY else ()))
    if not fit:
        return dict.fromkeys(names, "unknown, not a list of N images (H_i, W_i, C)")
    same_type = {y.dtype for y in scaled} == {images.dtype}
    ways = [mixed_in_words(x, y) for x, y in zip(images[:12], scaled[:12], strict=True)]
    if set(ways) == {"something else"} and not they_show(images, scaled):
        return dict.fromkeys(names, "unknown, the given images cannot be recognised")
    found = {FORM: "a list" if outputs["kind"] in ("list", "tuple") else outputs["kind"]}
    if not same_type:
        found[FORM] += ", of another float type"
    if packed:
        found[FORM] += ", of batches of one image"
    sizes = np.array([y.shape[:2] for y in scaled])
    found[SHORT] = short_in_words(sizes, images.shape[1:3], case["short_sides"])
    found[LONG] = long_in_words(sizes, images.shape[1:3])
    # A copy at an unchanged size fits all of them.
    ways = [way for way in dict.fromkeys(ways) if way != "a copy"] or ["a copy"]
    found[MIXED] = "; ".join(sorted(ways))
    if about == MANY:
        found[OWN] = "all alike" if (sizes == sizes[0]).all() else "every image independently"
        found[DRAWS] = next_draws(sizes, outputs["again"], outputs["later"])
    return found


def they_show(images, scaled):
    """Whether the results correlate with the images, resized pixel by pixel. For 120 independent
    images the correlation is 0 with a deviation below 0.03, for a single one below 0.2; for those
    of right code it is near 0.8. Zeros may be padding and do not count.
    """
    sums = np.zeros(3)
    for x, y in zip(images, scaled, strict=True):
        rows, columns = (
            (2 * np.arange(n) + 1) * old // (2 * n)
            for n, old in zip(y.shape[:2], x.shape[:2], strict=True)
        )
        seen = y != 0
        if not seen.any():
            continue
        a, b = (pixels[seen] - pixels[seen].mean() for pixels in (x[rows][:, columns], y))
        sums += np.sum(a * b), np.sum(a * a), np.sum(b * b)
    return bool(sums[0] > 0.2 * np.sqrt(sums[1] * sums[2]))


def short_in_words(sizes, old, sides):
    short = int(np.argmin(old))  # the axis of the short side
    low, high = sizes[:, short].min(), sizes[:, short].max()
    wanted = sides if len(sizes) > 10 else [low, low]
    if low == high and len(sizes) > 10:
        return "all of one length"
    if sides[0] == sides[1]:
        if low == high == sides[0]:
            return "as wanted"
        other = sizes[:, 1 - short]
        return "the long side has its length" if (other == sides[0]).all() else "not as wanted"
    seen, counts = np.unique(sizes[:, short], return_counts=True)
    if sizes[:, 1 - short].max() <= wanted[1]:
        return "the long side has its length"
    if seen[0] == sides[0] and seen[-1] == sides[1] and len(seen) == sides[1] - sides[0] + 1:
        # Right code: each of 3 lengths occurs 40 times in 120, with a standard deviation of 5.2.
        return "from the lowest to the highest" if counts.min() > 1 else "hardly ever some of them"
    return f"from {low - sides[0]:+d} to {high - sides[1]:+d} beside the bounds"


def long_in_words(sizes, old):
    short = int(np.argmin(old))
    exact = sizes[:, short] * old[1 - short] / old[short]
    off = sizes[:, 1 - short] - exact
    if np.abs(off).max() <= 0.5 + 1e-9:
        return "in proportion, rounded"
    if off.max() <= 1e-9 and off.min() > -1:
        return "in proportion, decimals cut off"
    if off.min() >= -1e-9 and off.max() < 1:
        return "in proportion, rounded up"
    if (sizes[:, 0] == sizes[:, 1]).all():
        return "as short as the short side"
    if (sizes[:, 1 - short] == old[1 - short]).all():
        return "as it was"
    return "out of proportion"


def mixed_in_words(x, y):
    """How one image was resized, if it is a known method."""
    x = x.astype(np.float64)
    (H, W), (h, w) = x.shape[:2], y.shape[:2]
    if (H, W) == (h, w) and np.abs(y - x).max() < 1e-4:
        return "a copy"
    i, j = np.arange(h), np.arange(w)
    side = min(h, w) / min(H, W)
    squares = (i + 0.5) * H / h - 0.5, (j + 0.5) * W / w - 0.5
    ways = {
        BILINEAR: squares,
        # The same, with the ratio of the short sides for both directions.
        BILINEAR + " ": ((i + 0.5) / side - 0.5, (j + 0.5) / side - 0.5),
        "a bilinear mixture, corners on corners": (
            i * ((H - 1) / max(h - 1, 1)),
            j * ((W - 1) / max(w - 1, 1)),
        ),
        "a bilinear mixture, first pixel on first pixel": (i * H / h, j * W / w),
        "a bilinear mixture, half a pixel further": ((i + 0.5) * H / h, (j + 0.5) * W / w),
        "a bilinear mixture, first pixel on first pixel ": (i / side, j / side),
    }
    for words, (rows, columns) in ways.items():
        if np.abs(y - mixture(x, rows, columns)).max() < 1e-3:
            return words.strip()
        if words == BILINEAR and np.abs(y - mixture(x, rows, columns, zero=True)).max() < 1e-3:
            return "a bilinear mixture that fades to 0 at the edge"
        if words == BILINEAR and np.abs(y - mixture(x, rows, columns, wrap=True)).max() < 1e-3:
            return "a bilinear mixture, with the other side at the edge"
    far = np.abs(y.reshape(-1, 1) - x.reshape(1, -1)).min(axis=1)
    if far.max() < 1e-4:
        return "a single pixel"
    return "something else"


def mixture(x, rows, columns, zero=False, wrap=False):
    """Image (H, W, C) read at rows (h,) and columns (w,); beyond its edge the edge, or 0.

    With ``wrap`` places below 0 are read as Python reads negative indices.
    """
    for axis, places in ((0, rows), (1, columns)):
        x = np.pad(x, [(1, 1) if a == axis else (0, 0) for a in range(3)]) if zero else x
        places = np.clip(places + zero, -1 if wrap else 0, x.shape[axis] - 1)
        i = np.floor(places).astype(int)
        share = np.expand_dims(places - i, (1, 2) if axis == 0 else (0, 2))
        there = np.minimum(i + 1, x.shape[axis] - 1)
        x = (1 - share) * np.take(x, i, axis, mode="wrap") + share * np.take(x, there, axis)
    return x


def next_draws(sizes, again, later):
    """Where the sizes come from; ``later`` are the shapes of two images of each further call."""

    def same(first, shapes):
        return [list(shape[:2]) for shape in shapes] in (first, first[:2])

    return draws_in_words(sizes.tolist(), again, later, same)


def problem_of_form(case, got, want):
    if got[FORM] == want[FORM]:
        return None
    return f"it is {got[FORM]}; expected a list of images of the float type of the given ones"


exercise = random(
    random_scale,
    returns="a list of N images (H_i, W_i, C)",
    points=1,
    cases=cases,
    run=run,
    observe=observe,
    judge=[
        # Empty images of that size satisfy it.
        values(SHORT, weight=8, cases=WANTED, alone=False),
        values(
            SHORT,
            weight=3,
            cases=MANY,
            title="all lengths are drawn, including both bounds",
            after=PROPORTIONS,
            help="Which whole numbers can your draw give for short_sides = (4, 6)? And for (6, 6)?",
        ),
        # A function that returns its input satisfies both.
        values(LONG, weight=5, cases=(WANTED, MANY), alone=False, title=PROPORTIONS, after=WANTED),
        values(
            MIXED,
            weight=5,
            cases=(WANTED, MANY),
            title="values between pixels are bilinear",
            help="""4 pixels become 8. Which position among the 4 has the first of the 8? And the
            last?""",
        ),
        values(
            OWN,
            weight=2,
            cases=MANY,
            title="every image draws its own size",
            help="How many random numbers do N images need?",
        ),
        from_rng(MANY, alone=True),
        values(
            "y",
            cases=UNCHANGED,
            alone=False,
            help="If h = H, new pixel i is at old pixel i. Which position does your formula give?",
        ),
    ],
    form=(
        holds(
            "a list, and the float type is kept",
            problem_of_form,
            cases=(WANTED, MANY),
            alone=False,
            help="""The returned images may differ in size, so return a list. Which float type does
            each of them have?""",
        ),
        unchanged_inputs(),
    ),
    answers=("course_lib.augmentation.random_scale", "course_lib.augmentation.sampling"),
    hints=(
        step(
            "A wide image and a tall one get the short side 8. Which of H and W is 8 in each, and "
            "how do you find the other one?",
            WANTED,
            PROPORTIONS,
        ),
        "New pixel i of h has its middle at p = (i + 1/2)·H/h - 1/2 among the H old ones, kept "
        "within 0 … H - 1. With k = floor(p) it is (1 - (p - k))·old[k] + (p - k)·old[k + 1]. Do "
        "the rows first, then the columns of the result.",
        "A smaller example: the row [0, 8] made 4 pixels long is read at -0.25, 0.25, 0.75, 1.25. "
        "Kept within 0 … 1 that gives [0, 2, 6, 8].",
    ),
    mistakes=slips("""
place = np.floor((np.arange(new) + 0.5) * old / new)
    Every pixel is a copy of the nearest one. A value between pixels is a weighted mean of its
    neighbours; nearer ones have larger weights.
place = np.linspace(0, old - 1, new)
    You keep the centres of the corner pixels fixed, as with `np.linspace(0, H - 1, h)`. Here pixels
    are small squares that cover the image. Where is the centre of the first of h squares?
place = np.minimum(np.arange(new) * old / new, old - 1)
    Your image is shifted, because you read pixel i at i·H/h. The centre of a pixel is half a pixel
    after its start, in both images.
side = rng.integers(short_sides[0], max(short_sides[1], short_sides[0] + 1))
    In 120 images no short side had the largest length. Does `rng.integers` draw its upper bound?
side = rng.choice(list(short_sides))
    Your short sides have only the two bounds. Draw all whole numbers between them, too.
side = min(scaled[0].shape[:2]) if scaled else rng.integers(short_sides[0], short_sides[1] + 1)
    All images of a batch get the same size. Draw a size for each image.
new = side
    The results are squares. Keep the proportions. How long is the other side?
short = H
    You always give the drawn length to the height. Which side of a tall image is the shorter one?
short = W
    You always give the drawn length to the width. Which side of a wide image is the shorter one?
short = max(H, W)
    You give the drawn length to the longer side. S2 draws the shorter one.
side = rng.uniform(*short_sides)
    Your drawn length is not a whole number, so height and width are rounded separately and the
    proportions change. Draw a whole number.
new = int(np.ceil(old * side / short))
    You always round the longer side up. Round to the nearest whole number: 11.2 to 11, and 11.8 to
    12.
place = np.minimum((np.arange(new) + 0.5) * old / new - 0.5, old - 1)
    At its start your image uses pixels of the other side. The first new pixel may be at -0.25.
    Which two old pixels does your code mix there, and what does the index -1 mean?
place = np.minimum((np.arange(new) + 0.5) * old / new, old - 1)
    Your image is shifted by half a pixel. The centre of new pixel i is at (i + 1/2)·H/h if the
    image starts at 0. Where is the centre of old pixel 0 then?
new = side if old == short else old
    You do not change the long side. Both sides change by the same factor.
new = round(old * side / short * [1, 1.6 if short_sides[0] == short_sides[1] else 1.3][axis])
    Height and width change by different factors. Keep the proportions.
new = int(old * side / short)
    You cut off the decimals of the longer side. Round to the nearest whole number: 11.2 to 11, and
    11.8 to 12.
place = (np.arange(new) + 0.5) * old / new + 0.5
y = np.pad(np.moveaxis(x, axis, 0), ((1, 1), (0, 0), (0, 0)))
mixed = (1 - share) * y[k] + share * y[k + 1]
    Your image fades to 0 at its edge. Where a neighbour is missing, use the outermost pixel.
"""),
)
