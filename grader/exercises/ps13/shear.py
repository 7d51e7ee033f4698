"""``shear(images, max_shear, rng) -> images``: each one slanted sideways."""

from typing import Any

import numpy as np

from course_lib.augmentation import shear
from grader.checking import (
    Case,
    Exercise,
    Mistake,
    _,
    case,
    dtype,
    shapes,
    unchanged_inputs,
    values,
)
from grader.exercises.ps13.rotate import (
    OWN,
    RANGE,
    READ,
    RIM,
    WHAT,
    Drawn,
    Places,
    core,
    observed,
    ramps,
    read_at,
    read_from,
)

NONE, FEW, MANY = "max_shear = 0", "some colour images", "many images"
DRAWS = "the next draws"


def cases(rng: np.random.Generator) -> list[Case]:
    def batch(about: str, most: float, *shape: int) -> Case:
        images = ramps(rng, *shape)
        return case(about, images=images, max_shear=most, seed=int(rng.integers(2**31)))

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


def run(shear: Any, case: Case) -> dict[str, Any]:
    images, most = case["images"], case["max_shear"]
    if len(images) != 12:
        return {"y": shear(images, most, np.random.default_rng(case["seed"]))}
    first, second = images.copy(), images.copy()
    rng = np.random.default_rng(case["seed"])
    y = np.array(shear(images, most, rng))
    later = shear(first, most, rng)
    again = shear(second, most, np.random.default_rng(case["seed"]))
    return {"y": y, "later": later, "again": again}


DONE = "each is slanted about its centre"


def observe(case: Case, outputs: dict[str, Any]) -> dict[str, Any]:
    return observed(case, outputs, case["max_shear"], NONE, slants, slanted_places)


def slants(images: np.ndarray, y: np.ndarray) -> Drawn:
    """What was done, and the slants in pixels to the side per row."""
    H, W = images.shape[1:3]
    r, c, near = core(images, 1.1 if H % 2 else 1.6, 1.1 if W % 2 else 1.6)
    R, C = read_from(images, y, near)
    s = -(C @ r) / np.sum(r * r)
    upright = -(R @ c) / np.sum(c * c)
    if not (np.isfinite(s).all() and np.isfinite(upright).all()):
        return "something else", np.zeros(len(y))
    sideways, up = np.abs(s).max() > 0.02, np.abs(upright).max() > 0.02
    if sideways and up:
        return "rows slide sideways and columns up and down", s
    if up:
        return "columns slide up and down", upright
    if np.abs(R - r).max() > 1e-3:
        return "something else", s
    if np.abs(C.mean(axis=1)).max() > 0.3:
        return "the row that stays in its place is not in the middle", s
    return DONE, s


def slanted_places(images: np.ndarray, s: np.ndarray) -> Places:
    H, W = images.shape[1:3]
    r, c = np.arange(H)[:, None] - (H - 1) / 2, np.arange(W) - (W - 1) / 2
    columns = c - s[:, None, None] * r
    return np.broadcast_to(r, columns.shape) + (H - 1) / 2, columns + (W - 1) / 2


def slanted(images: Any, s: Any) -> Any:
    """Slanted by s (N,): the wrong ones build on it."""
    H, W = images.shape[1:3]
    r, c = np.arange(H)[:, None] - (H - 1) / 2, np.arange(W) - (W - 1) / 2
    columns = c - np.asarray(s)[:, None, None] * r
    return read_at(images, r + 0 * columns + (H - 1) / 2, columns + (W - 1) / 2)


def up_and_down(images: Any, max_shear: float, rng: Any) -> Any:
    s = rng.uniform(-max_shear, max_shear, len(images))
    return np.swapaxes(slanted(np.swapaxes(images, 1, 2), s), 1, 2)


def both_ways(images: Any, max_shear: float, rng: Any) -> Any:
    y = slanted(images, rng.uniform(-max_shear, max_shear, len(images)))
    return up_and_down(y, max_shear, rng)


def one_slant_for_all(images: Any, max_shear: float, rng: Any) -> Any:
    return slanted(images, rng.uniform(-max_shear, max_shear) * np.ones(len(images)))


def one_way_only(images: Any, max_shear: float, rng: Any) -> Any:
    return slanted(images, rng.uniform(0, max_shear, len(images)))


def normal_slants(images: Any, max_shear: float, rng: Any) -> Any:
    return slanted(images, rng.normal(0, max_shear, len(images)))


def always_largest(images: Any, max_shear: float, rng: Any) -> Any:
    return slanted(images, rng.choice([-max_shear, max_shear], len(images)))


def half_the_range(images: Any, max_shear: float, rng: Any) -> Any:
    return slanted(images, max_shear * (rng.random(len(images)) - 0.5))


def twice_the_range(images: Any, max_shear: float, rng: Any) -> Any:
    return slanted(images, rng.uniform(-2 * max_shear, 2 * max_shear, len(images)))


def taken_as_degrees(images: Any, max_shear: float, rng: Any) -> Any:
    return slanted(images, np.tan(np.radians(rng.uniform(-max_shear, max_shear, len(images)))))


def whole_pixels(images: Any, max_shear: float, rng: Any) -> Any:
    s, (H, W) = rng.uniform(-max_shear, max_shear, len(images)), images.shape[1:3]
    r, c = np.arange(H)[:, None] - (H - 1) / 2, np.arange(W) - (W - 1) / 2
    columns = c - s[:, None, None] * r + (W - 1) / 2
    return read_at(images, r + 0 * columns + (H - 1) / 2, np.round(columns))


def rolled_rows(images: Any, max_shear: float, rng: Any) -> Any:
    y, middle = images.copy(), (images.shape[1] - 1) / 2
    for n, s in enumerate(rng.uniform(-max_shear, max_shear, len(images))):
        for i in range(images.shape[1]):
            y[n, i] = np.roll(images[n, i], round(s * (i - middle)), axis=0)
    return y


def from_the_top(images: Any, max_shear: float, rng: Any) -> Any:
    s, (H, W) = rng.uniform(-max_shear, max_shear, len(images)), images.shape[1:3]
    r, c = np.arange(H)[:, None], np.arange(W)
    columns = c - s[:, None, None] * r
    return read_at(images, r + 0 * columns, columns)


def half_a_row_off(images: Any, max_shear: float, rng: Any) -> Any:
    s, (H, W) = rng.uniform(-max_shear, max_shear, len(images)), images.shape[1:3]
    r, c = np.arange(H)[:, None], np.arange(W)
    columns = c - s[:, None, None] * (r - H / 2)
    return read_at(images, r + 0 * columns, columns)


def edge_goes_on(images: Any, max_shear: float, rng: Any) -> Any:
    s, (H, W) = rng.uniform(-max_shear, max_shear, len(images)), images.shape[1:3]
    r, c = np.arange(H)[:, None] - (H - 1) / 2, np.arange(W)
    columns = np.clip(c - s[:, None, None] * r, 0, W - 1)
    return read_at(images, r + 0 * columns + (H - 1) / 2, columns)


def other_side_comes_in(images: Any, max_shear: float, rng: Any) -> Any:
    s, W = rng.uniform(-max_shear, max_shear, len(images)), images.shape[2]
    wide = np.concatenate([images, images, images], axis=2)
    return slanted(wide, s)[:, :, W : 2 * W]


def own_generator(images: Any, max_shear: float, rng: Any) -> Any:
    return slanted(images, np.random.default_rng().uniform(-max_shear, max_shear, len(images)))


def fixed_seed(images: Any, max_shear: float, rng: Any) -> Any:
    return slanted(images, np.random.default_rng(0).uniform(-max_shear, max_shear, len(images)))


exercise = Exercise(
    name="shear",
    takes=("shear",),
    points=2,
    reference=(shear,),
    cases=cases,
    run=run,
    observe=observe,
    judge=[
        values(WHAT, weight=4, cases=ALL, title=_("rows slide sideways, about the centre")),
        values(READ, weight=4, cases=ALL, title=_("between pixels it is read bilinearly")),
        values(RIM, weight=2, cases=ALL, title=_("what comes in from outside is 0")),
        values(RANGE, weight=3, cases=MANY, title=_("slants are uniform in ±max_shear")),
        values(OWN, weight=2, cases=MANY, title=_("every image draws its own slant")),
        # Form: random numbers that have nothing to do with the images meet it.
        values(DRAWS, weight=2, cases=FEW, form=True, title=_("randomness comes from rng")),
        # Form: handing back the images meets this one.
        values("y", cases=NONE, form=True, title=_("max_shear = 0 changes nothing")),
        shapes("y"),
        dtype("y"),
        unchanged_inputs(),
    ],
    mistakes=[
        Mistake(
            up_and_down,
            hint=_(
                "Columns slide up and down. A slanted letter's rows slide to the side, and no "
                "pixel leaves its row."
            ),
        ),
        Mistake(
            both_ways,
            hint=_("Rows slide sideways and columns up and down as well. Here only rows slide."),
        ),
        Mistake(
            one_slant_for_all,
            hint=_("All images of a batch are slanted alike. Each draws its own slant."),
        ),
        Mistake(
            one_way_only,
            hint=_("All images are slanted to the same side. Which signs are allowed?"),
        ),
        Mistake(
            normal_slants,
            hint=_(
                "Some slants are beyond max_shear and most are near 0: a normal distribution has "
                "no largest value. Which one has?"
            ),
        ),
        Mistake(
            always_largest,
            hint=_("Every image is slanted by the largest amount. What lies in between?"),
        ),
        Mistake(
            half_the_range,
            hint=_(
                "No slant is beyond half of max_shear. `rng.random()` lies in [0, 1): from where "
                "to where does your slant go?"
            ),
        ),
        Mistake(
            twice_the_range,
            hint=_("Slants go up to twice max_shear. From where to where do you draw?"),
        ),
        Mistake(
            taken_as_degrees,
            hint=_(
                "The images hardly change. max_shear is no angle: it says by how many pixels a row "
                "slides further than the one above it."
            ),
        ),
        Mistake(
            whole_pixels,
            hint=_(
                "Rows slide by whole pixels, so edges become stairs. A place between two pixels "
                "takes from both, the more the nearer."
            ),
            costs=0.2,
            title=_("a place between pixels is a mixture, not a copy"),
        ),
        Mistake(
            rolled_rows,
            hint=_(
                "Rows slide by whole pixels, and what leaves on one side comes in on the other. "
                "Two things to change: mix the two nearest pixels, and let zeros come in."
            ),
        ),
        Mistake(
            from_the_top,
            hint=_(
                "The top row stays and all others leave to one side. The row in the middle is to "
                "stay: from where do you count r?"
            ),
        ),
        Mistake(
            half_a_row_off,
            hint=_(
                "The row that stays is half a row below the middle. Five rows have the indices "
                "0 … 4: which one is the middle?"
            ),
        ),
        Mistake(
            edge_goes_on,
            hint=_("Outside of the image its edge goes on. What is read there is to be 0."),
        ),
        Mistake(
            other_side_comes_in,
            hint=_("What leaves on one side comes in on the other. Zeros are to come in."),
        ),
        Mistake(
            own_generator,
            hint=_(
                "The draws do not come from `rng`: with the same seed they must be the same again, "
                "or no experiment can be repeated."
            ),
        ),
        Mistake(
            fixed_seed,
            hint=_(
                "Every call slants in the same way, because the generator starts anew inside the "
                "function. Draw from the `rng` you are given."
            ),
        ),
    ],
    answers=("course_lib.augmentation.shear", "course_lib.augmentation.sampling"),
    returns="images (N, H, W, C)",
    hints=(
        _("Where was the pixel in row r, column c before its row slid by s·r to the right?"),
        _(
            "With r, c counted from the centre, the pixel at (r, c) is read at (r, c - s·r): the "
            "row stays, and in it two neighbours are mixed. What lies outside counts as 0."
        ),
        _(
            "Smaller: s = 0.5 and the row [4, 8, 6] just below the centre, r = 1. Its pixels are "
            "read half a pixel further left: [2, 6, 7]. The first is half of 0 and half of 4."
        ),
    ),
)
