"""``translate(images, max_shift, rng) -> images``: each one shifted by whole pixels."""

import numpy as np

from grader.checking.contract import Case, Open, case, float32, mistake, random, slips, step, values
from grader.exercises.drawn_arrays import blank, hidden, in_shape
from grader.exercises.image_draws import (
    DRAWS,
    FEW,
    FORM,
    HOW_MANY,
    MANY,
    OWN,
    UNKNOWN,
    ZERO_RIM,
    bilinear,
    even_in_words,
    from_rng,
    next_draws,
    own_in_words,
    pictures,
    places_in,
    range_of,
    same,
)


def translate(images, max_shift, rng):
    N, H, W, _C = images.shape
    m = max_shift
    down, right = rng.integers(-m, m + 1, size=(2, N))
    far = m + 2  # so wide that wrong shifts fit, too
    padded = np.pad(images, ((0, 0), (far, far), (far, far), (0, 0)))
    top, left = far - down, far - right
    return np.stack([x[i : i + H, j : j + W] for x, i, j in zip(padded, top, left, strict=True)])


ZEROS = "each image is shifted, and zeros enter"


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    def batch(about: str, max_shift: int, *shape: int) -> Case:
        images, seed = pictures(rng, *shape), int(rng.integers(2**31))
        return case(about, images=images, max_shift=max_shift, seed=seed)

    return {
        "max_shift = 0 changes nothing": [batch("max_shift = 0", 0, 20, 3, 4, 2)],
        ZEROS: [
            batch("one image", 1, 1, 3, 4, 1),
            float32(batch("float32", 1, 4, 5, 4, 2)),
            batch(FEW, 2, 40, 9, 10, 3),
            batch(MANY, 2, 1600, 4, 5, 1),
        ],
    }


def run(translate, case):
    images, max_shift = case["images"], case["max_shift"]
    second = images.copy()
    rng = np.random.default_rng(case["seed"])
    y = translate(images, max_shift, rng)
    if len(images) > 40:
        singles = [translate(second[n : n + 1], max_shift, rng) for n in range(20)]
        return {"y": y, "singles": singles}
    if len(images) != 40:
        return {"y": y}
    y = np.array(y)
    later = [translate(images.copy(), max_shift, rng) for call in range(5)]
    again = translate(second, max_shift, np.random.default_rng(case["seed"]))
    return {"y": y, "later": later, "again": again}


WHAT, RANGE, EVEN = "the pixels that enter at the edge", "the shifts", "how often each shift occurs"
STANDING = "max_shift = 0 shifts"


def observe(case, outputs):
    """Determine the shift of each image, which is the student's draw; judge its distribution."""
    images, most = case["images"], case["max_shift"]
    if most == 0:
        return standing(images, outputs["y"])
    y = in_shape(outputs["y"], images)
    found = {"y": blank(outputs["y"])}
    names = (WHAT, *((RANGE, EVEN, OWN) if case["about"] == MANY else ()))
    names += (DRAWS,) if case["about"] == FEW else ()
    if y is None:
        return found | dict.fromkeys(names, Open()) | {WHAT: UNKNOWN}
    if case["about"] == FEW:
        found[DRAWS] = next_draws(y, outputs["again"], outputs["later"])
    found[WHAT], shifts = explained(y, images, most)
    if case["about"] != MANY:
        return found
    if shifts is None:
        return found | dict.fromkeys((RANGE, EVEN, OWN), Open())
    found[RANGE] = range_of(shifts, "down", "to the right")
    if not shifts.any() and never_moved(outputs["singles"], images):
        found[WHAT] = "nothing, they are unchanged"
    found[OWN] = own_in_words(shifts)
    found[EVEN] = even_in_words(shifts + most, (2 * most + 1, 2 * most + 1), found[OWN])
    return found


def standing(images, returned):
    """The result for max_shift = 0: y itself, or that images were shifted, at random."""
    y = in_shape(returned, images)
    _words, shifts = ("", None) if y is None else explained(y, images, 1)
    if shifts is None or not shifts.any():
        return {"y": returned, STANDING: "no image"}
    return {"y": hidden(returned), STANDING: "some images"}


def explained(y, images, most):
    """What was done to the images, and by how much (N, 2), if it is the same for all."""
    H, W = images.shape[1:3]
    ways = {
        ZEROS: ZERO_RIM,
        "the other side of the image enters": {"mode": "wrap"},
        "the edge is repeated": {"mode": "edge"},
        "the image is mirrored at its edge": {"mode": "reflect"},
        "the image is mirrored beyond its edge": {"mode": "symmetric"},
        "ones enter": {"mode": "constant", "constant_values": 1},
    }
    for words, how in ways.items():
        shifts = shifts_between(y, images, most, how)
        if shifts is not None:
            return words, shifts
    seen = y.any(axis=(1, 2, 3)).all()  # the shift of an image that is 0 cannot be determined
    shifts = shifts_between(y, images, max(H, W)) if seen else None
    if shifts is not None:
        return ZEROS, shifts
    if y.any() and (np.isin(y, images) | (y == 0)).all():
        return "pixels come from other places", None
    return "something else", None


def never_moved(singles, images):
    """Whether single images are never shifted: one draw may be 0, but not so many."""
    y = in_shape([in_shape(one, images[:1]) for one in singles], images[: len(singles), None])
    return y is not None and bool(same(y[:, 0], images[: len(singles)]).all())


def shifts_between(y, images, far, how=ZERO_RIM):
    """The shift of each image (N, 2), if there is one for all of them."""
    places = places_in(images, y, far, how)
    return None if places is None else far - places


def wrong_axes(images, max_shift, rng):
    """You shift along the wrong axes. In (N, H, W, C), which two are rows and columns?"""
    return np.moveaxis(translate(np.moveaxis(images, 3, 1), max_shift, rng), 1, 3)


def fractions(images, max_shift, rng):
    """You shift images by fractions of a pixel. Here shifts are whole numbers of pixels."""
    N, H, W, _C = images.shape
    down, right = rng.uniform(-max_shift, max_shift, size=(2, N, 1, 1))
    return bilinear(images, np.arange(H)[:, None] - down, np.arange(W) - right)


def cut_at_minus_zero(images, max_shift, rng):
    """A shift of 0 leaves nothing of the image, because `[:-0]` is `[:0]`. Count from the front:
    `[: H - shift]` also works for 0.
    """
    y = np.zeros_like(images)
    for n, image in enumerate(images):
        down, right = rng.integers(-max_shift, max_shift + 1, size=2)
        part = image[:-down] if down >= 0 else image[-down:]
        part = part[:, :-right] if right >= 0 else part[:, -right:]
        top, left = max(down, 0), max(right, 0)
        y[n, top : top + part.shape[0], left : left + part.shape[1]] = part
    return y


exercise = random(
    translate,
    returns="images (N, H, W, C)",
    points=2,
    cases=cases,
    run=run,
    observe=observe,
    judge=[
        values(
            WHAT,
            weight=5,
            cases=ZEROS,
            help="""From which row does the pixel in row i come if the image moves down by 2? And if
            there is no such row? What does the index -1 mean in Python?""",
        ),
        values(
            RANGE, weight=3, cases=MANY, title="shifts go from -max_shift to max_shift", after=ZEROS
        ),
        values(EVEN, weight=2, cases=MANY, title="all shifts are equally likely"),
        values(
            OWN, weight=3, cases=MANY, title="every image draws its own two shifts", help=HOW_MANY
        ),
        from_rng(),
        # A function that returns its input satisfies this one.
        values(
            STANDING,
            "y",
            cases="max_shift = 0 changes nothing",
            alone=False,
            help="With max_shift = 0 there is only one shift. Which numbers may you draw then?",
        ),
    ],
    form=FORM,
    answers=("course_lib.augmentation.translate", "course_lib.augmentation.sampling"),
    hints=(
        step(
            "List the shifts that you can draw for max_shift = 2. Are there five of them, and "
            "are they equally likely?",
            "shifts go from -max_shift to max_shift",
            "all shifts are equally likely",
        ),
        "y[n, i, j] = images[n, i - down, j - right] where that pixel exists, else 0, with "
        "`down` and `right` whole numbers from -max_shift to max_shift. A batch with max_shift "
        "zeros around it (`np.pad`) has all these pixels.",
        "A smaller example: for max_shift = 1 the row [1, 2, 3], padded with zeros, is [0, 1, 2, "
        "3, 0]. Windows of 3 begin at 0, 1 or 2: [0, 1, 2], [1, 2, 3] and [2, 3, 0] are the shifts "
        "by +1, 0 and -1.",
    ),
    mistakes=(
        *slips("""
padded = np.pad(images, ((0, 0), (far, far), (far, far), (0, 0)), mode='wrap')
    Pixels that leave the image on one side enter on the other, as with `np.roll`. Here zeros should
    enter.
padded = np.pad(images, ((0, 0), (far, far), (far, far), (0, 0)), mode='edge')
    You repeat the edge of the image. Zeros should enter from outside.
padded = np.pad(images, ((0, 0), (far, far), (far, far), (0, 0)), mode='reflect')
    You mirror the image at its edge. Zeros should enter from outside.
down, right = rng.integers(-m, max(m, 1 - m), size=(2, N))
    In 1,600 images no shift was +max_shift. Does `rng.integers` draw its upper bound?
down, right = rng.integers(min(1 - m, m), m + 1, size=(2, N))
    In 1,600 images no shift was -max_shift. Which of its bounds does `rng.integers` draw?
down, right = rng.integers(-m, m + 2, size=(2, N))
    Some images are shifted by max_shift + 1, down or to the right. Count the shifts that you can
    draw.
down, right = rng.integers(-m - 1, m + 2, size=(2, N))
    Some images are shifted by max_shift + 1, to all sides. Count the shifts you can draw.
down, right = rng.integers(0, m + 1, size=(2, N))
    All shifts are down and to the right. Shift up and to the left, too.
down, right = rng.choice([-m, m], size=(2, N))
    You shift every image by max_shift, never by less. Draw the shifts between -max_shift and
    max_shift, too.
down, right = np.round(rng.uniform(-m, m, size=(2, N))).astype(int)
    The two largest shifts are half as likely as the others. How long is the interval that is
    rounded to max_shift, and how long the interval that is rounded to 0?
down, right = rng.uniform(-m, m, size=(2, N)).astype(int)
    The largest shifts almost never occur, and 0 is twice as likely, because cutting off decimals
    rounds towards 0. Draw whole numbers.
down, right = rng.integers(-m, m + 1, size=(2, 1)).repeat(N, axis=1)
    You shift all images of a batch alike. Draw shifts for each image.
down, right = [rng.integers(-m, m + 1, size=N)] * 2
    Every image moves along the diagonal, because you use one number for both directions. How many
    numbers does a shift need?
top, left = far - 0 * down, far - right
    You shift images sideways, but never up or down.
top, left = far - down, far - 0 * right
    You shift images up and down, but never sideways.
"""),
        mistake(wrong_axes),
        mistake(fractions),
        mistake(cut_at_minus_zero),
    ),
)
