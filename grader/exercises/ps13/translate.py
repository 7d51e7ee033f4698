"""``translate(images, max_shift, rng) -> images``: each one shifted by whole pixels."""

import numpy as np

from grader.checking.contract import (
    UNTOLD,
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
    FEW,
    FROM_RNG,
    HOW_MANY,
    MANY,
    UNKNOWN,
    bilinear,
    blank,
    draws_in_words,
    even_in_words,
    hidden,
    in_shape,
    own_in_words,
    pictures,
    same,
)


def translate(images, max_shift, rng):
    N, H, W, _C = images.shape
    m = max_shift
    down, right = rng.integers(-m, m + 1, size=(2, N))
    far = m + 2  # so wide that there is room to be wrong
    padded = np.pad(images, ((0, 0), (far, far), (far, far), (0, 0)))
    top, left = far - down, far - right
    return np.stack([x[i : i + H, j : j + W] for x, i, j in zip(padded, top, left, strict=True)])


FIRST = 5  # images that tell whether it is worth the while to look at the others


def batch(rng: np.random.Generator, about: str, max_shift: int, *shape: int) -> Case:
    return case(
        about, images=pictures(rng, *shape), max_shift=max_shift, seed=int(rng.integers(2**31))
    )


def cases(rng: np.random.Generator) -> list[Case]:
    single = batch(rng, "float32", 1, 4, 5, 4, 2)
    single["images"] = single["images"].astype(np.float32)
    return [
        batch(rng, "max_shift = 0", 0, 20, 3, 4, 2),
        batch(rng, "one image", 1, 1, 3, 4, 1),
        single,
        batch(rng, FEW, 2, 40, 6, 7, 3),
        batch(rng, MANY, 2, 1600, 4, 5, 1),
    ]


ALL = ("one image", "float32", FEW, MANY)


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


WHAT, RANGE, EVEN = "what comes in at the edge", "the shifts", "how often each shift comes"
OWN, DRAWS = "who draws", "the next draws"
STANDING = "max_shift = 0 shifts"
ZEROS = "each image is shifted, and what comes in is 0"


def observe(case, outputs):
    """Each image's shift is found out: it is the student's draw. What they are like is judged."""
    images, most = case["images"], case["max_shift"]
    if most == 0:
        return standing(images, outputs["y"])
    y = in_shape(outputs["y"], images)
    found = {"y": blank(outputs["y"])}
    names = (WHAT, *((RANGE, EVEN, OWN) if case["about"] == MANY else ()))
    names += (DRAWS,) if case["about"] == FEW else ()
    if y is None:
        return found | dict.fromkeys(names, UNKNOWN)
    if case["about"] == FEW:
        found[DRAWS] = draws_in_words(outputs, y)
    found[WHAT], shifts = explained(y, images, most)
    if case["about"] != MANY:
        return found
    if shifts is None:
        return found | dict.fromkeys((RANGE, EVEN, OWN), UNTOLD)
    found[RANGE] = "; ".join(
        f"{way} from {shifts[:, axis].min()} to {shifts[:, axis].max()}"
        for axis, way in enumerate(("down", "to the right"))
    )
    if (shifts == shifts[0]).all():
        found[RANGE] = "only one"
    if not shifts.any() and never_moved(outputs["singles"], images):
        found[WHAT] = "nothing, they come back as they were"
    found[OWN] = own_in_words(shifts)
    found[EVEN] = even_in_words(shifts + most, (2 * most + 1, 2 * most + 1), found[OWN])
    return found


def standing(images, returned):
    """What max_shift = 0 does: y itself, or that images were shifted, which is left to chance."""
    y = in_shape(returned, images)
    _words, shifts = ("", None) if y is None else explained(y, images, 1)
    if shifts is None or not shifts.any():
        return {"y": returned, STANDING: "no image"}
    return {"y": hidden(returned), STANDING: "some images"}


def explained(y, images, most):
    """What was done to the images, and by how much (N, 2), as far as it is one thing."""
    H, W = images.shape[1:3]
    ways = {
        ZEROS: (most, {"mode": "constant"}),
        "the other side of the image comes in": (most, {"mode": "wrap"}),
        "the edge is repeated": (most, {"mode": "edge"}),
        "the image is mirrored at its edge": (most, {"mode": "reflect"}),
        "the image is mirrored behind its edge": (most, {"mode": "symmetric"}),
        "what comes in is 1": (most, {"mode": "constant", "constant_values": 1}),
    }
    for words, (far, how) in ways.items():
        shifts = shifts_between(y, images, far, how)
        if shifts is not None:
            return words, shifts
    seen = y.any(axis=(1, 2, 3)).all()  # of an image that is 0 it cannot be told how far it went
    shifts = shifts_between(y, images, max(H, W), {"mode": "constant"}) if seen else None
    if shifts is not None:
        return ZEROS, shifts
    if y.any() and (np.isin(y, images) | (y == 0)).all():
        return "pixels come from other places", None
    return "something else", None


def never_moved(singles, images):
    """Whether images that come alone stay where they are too: one draw may be 0, not so many."""
    y = in_shape([in_shape(one, images[:1]) for one in singles], images[: len(singles), None])
    return y is not None and bool(same(y[:, 0], images[: len(singles)]).all())


def shifts_between(y, images, far, how):
    """By how much each image was shifted, if there is such a shift for all of them."""
    if len(y) > FIRST and shifts_between(y[:FIRST], images[:FIRST], far, how) is None:
        return None
    H, W = images.shape[1:3]
    rim = ((0, 0), (far, far), (far, far), (0, 0))
    try:
        padded = np.pad(images, rim, **how)
    except ValueError:
        return None
    shifts = np.full((len(y), 2), far + 1)
    left = np.arange(len(y))
    for down in range(-far, far + 1):
        for right in range(-far, far + 1):
            window = padded[:, far - down : far - down + H, far - right : far - right + W]
            hit = same(y[left], window[left])
            shifts[left[hit]] = down, right
            left = left[~hit]
            if not len(left):
                return shifts
    return None


exercise = random(
    translate,
    returns="images (N, H, W, C)",
    points=2,
    cases=cases,
    run=run,
    observe=observe,
    judge=[
        values(WHAT, weight=5, cases=ALL, title="each image is shifted, with zeros coming in"),
        values(RANGE, weight=3, cases=MANY, title="shifts go from -max_shift to max_shift"),
        values(EVEN, weight=2, cases=MANY, title="all shifts are equally likely"),
        values(OWN, weight=3, cases=MANY, title="every image draws both shifts for itself"),
        # Form: random numbers that have nothing to do with the images meet it.
        values(DRAWS, weight=2, cases=FEW, form=True, title="randomness comes from rng"),
        # Form: handing back the images meets this one.
        values(
            STANDING, "y", cases="max_shift = 0", form=True, title="max_shift = 0 changes nothing"
        ),
    ],
    form=(shapes("y"), dtype("y"), unchanged_inputs()),
    answers=("course_lib.augmentation.translate", "course_lib.augmentation.sampling"),
    hints=(
        COMPARABLE,
        step(
            "Where does the pixel in row i come from if the image moves down by 2? And what if "
            "there is no such row? What does Python make of the index -1?",
            "each image is shifted, with zeros coming in",
        ),
        step(
            "List the shifts that you can draw for max_shift = 2. Are there five of them, and does "
            "each come as often as the others?",
            "shifts go from -max_shift to max_shift",
            "all shifts are equally likely",
        ),
        step(
            HOW_MANY,
            "every image draws both shifts for itself",
        ),
        FROM_RNG,
        step(
            "With max_shift = 0 there is one shift. Which numbers may be drawn then?",
            "max_shift = 0 changes nothing",
        ),
        "y[n, i, j] = images[n, i - down, j - right] where that pixel exists, else 0, with "
        "`down` and `right` whole numbers from -max_shift to max_shift. A batch with max_shift "
        "zeros around it (`np.pad`) has all these pixels.",
        "Smaller: one row [1, 2, 3] with max_shift 1 and its rim is [0, 1, 2, 3, 0]. Windows "
        "of 3 begin at 0, 1 or 2: [0, 1, 2], [1, 2, 3] and [2, 3, 0] are the shifts by "
        "+1, 0 and -1.",
    ),
)

DRAW = "rng.integers(-m, m + 1, size=(2, N))"
PADDED = "((0, 0), (far, far), (far, far), (0, 0))"

exercise.slip(
    PADDED,
    f"{PADDED}, mode='wrap'",
    "What leaves the image on one side comes in on the other, as `np.roll` does it. Here zeros are "
    "to come in.",
)
exercise.slip(
    PADDED,
    f"{PADDED}, mode='edge'",
    "The edge is drawn out into the gap. What comes in from outside is to be 0.",
)
exercise.slip(
    PADDED,
    f"{PADDED}, mode='reflect'",
    "A mirror image comes in at the edge. What comes in is to be 0.",
)
exercise.slip(
    "m + 1, size",
    "max(m, 1 - m), size",
    "In 1,600 images no shift was +max_shift. Is the upper bound of `rng.integers` among the "
    "numbers it draws?",
)
exercise.slip(
    "(-m, m + 1",
    "(min(1 - m, m), m + 1",
    "In 1,600 images no shift was -max_shift. Which bounds of `rng.integers` are among the numbers "
    "it draws?",
)
exercise.slip(
    "m + 1, size",
    "m + 2, size",
    "Some images are shifted by max_shift + 1, down or to the right. Count the shifts that you can "
    "draw.",
)
exercise.slip(
    "(-m, m + 1",
    "(-m - 1, m + 2",
    "Some images are shifted by max_shift + 1, to all sides. Count the shifts you can draw.",
)
exercise.slip(
    "(-m, m + 1",
    "(0, m + 1",
    "All shifts are down and to the right. Objects also move up and to the left.",
)
exercise.slip(
    DRAW,
    "rng.choice([-m, m], size=(2, N))",
    "Every image is shifted by the full max_shift, never by less. What lies between -max_shift and "
    "max_shift?",
)
exercise.slip(
    DRAW,
    "np.round(rng.uniform(-m, m, size=(2, N))).astype(int)",
    "The two farthest shifts come half as often as the others. How long is the piece of the "
    "interval that rounds to max_shift, and how long that for 0?",
)
exercise.slip(
    DRAW,
    "rng.uniform(-m, m, size=(2, N)).astype(int)",
    "The farthest shifts are hardly there and 0 comes twice as often: cutting off decimals goes "
    "towards 0. Draw whole numbers.",
)
exercise.slip(
    "size=(2, N))",
    "size=(2, 1)).repeat(N, axis=1)",
    "All images of a batch are shifted alike. Every image draws for itself.",
)
exercise.slip(
    "down, right = rng.integers(-m, m + 1, size=(2, N))",
    "down = right = rng.integers(-m, m + 1, size=N)",
    "Every image moves along the diagonal: one number serves both directions. How many numbers "
    "does a shift in the plane have?",
)
exercise.slip("far - down", "far - 0 * down", "Images move to the sides but never up or down.")
exercise.slip("far - right", "far - 0 * right", "Images move up and down but never to the sides.")


@exercise.mistake
def wrong_axes(images, max_shift, rng):
    """The shift goes along the wrong axes. In (N, H, W, C), which two are rows and columns?"""
    return np.moveaxis(translate(np.moveaxis(images, 3, 1), max_shift, rng), 1, 3)


@exercise.mistake
def fractions(images, max_shift, rng):
    """Images are shifted by fractions of a pixel. Here shifts are whole pixels."""
    N, H, W, _C = images.shape
    down, right = rng.uniform(-max_shift, max_shift, size=(2, N, 1, 1))
    return bilinear(images, np.arange(H)[:, None] - down, np.arange(W) - right)
