"""``rotate(images, max_degrees, rng) -> images``: each one turned about its centre."""

from collections.abc import Callable
from typing import Any

import numpy as np

from course_lib.augmentation import rotate
from course_lib.augmentation.sampling import bilinear_at
from grader.checking import (
    UNTOLD,
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
from grader.exercises.ps13.horizontal_flip import (
    BAND,
    UNKNOWN,
    blank,
    draws_in_words,
    in_shape,
    pictures,
)

NONE, FEW, MANY = "max_degrees = 0", "some colour images", "many images"


def ramps(rng: np.random.Generator, *shape: int) -> np.ndarray:
    """Images that tell where they were read: channel 0 grows with the row, 1 with the column.

    Between pixels bilinear reading is exact for them. Further channels are noise.
    """
    images = pictures(rng, *shape)
    _N, H, W, _C = shape
    images[..., 0], images[..., 1] = 1 + np.arange(H)[:, None], 1 + np.arange(W)
    return images


def cases(rng: np.random.Generator) -> list[Case]:
    def batch(about: str, most: float, *shape: int) -> Case:
        images = ramps(rng, *shape)
        return case(about, images=images, max_degrees=most, seed=int(rng.integers(2**31)))

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


def run(rotate: Any, case: Case) -> dict[str, Any]:
    images, most = case["images"], case["max_degrees"]
    if len(images) != 12:
        return {"y": rotate(images, most, np.random.default_rng(case["seed"]))}
    first, second = images.copy(), images.copy()
    rng = np.random.default_rng(case["seed"])
    y = np.array(rotate(images, most, rng))
    later = rotate(first, most, rng)
    again = rotate(second, most, np.random.default_rng(case["seed"]))
    return {"y": y, "later": later, "again": again}


WHAT, READ, RIM = "what is done to the images", "what is read between the pixels", "what comes in"
RANGE, OWN, DRAWS = "the angles", "who draws", "the next draws"
DONE, BILINEAR, ZEROS = "each is turned about its centre", "a bilinear mixture", "zeros"
DISTORTED = "they are distorted"

Drawn = tuple[str, np.ndarray]  # in words what was done, and by how much
Places = tuple[np.ndarray, np.ndarray]


def observe(case: Case, outputs: dict[str, Any]) -> dict[str, Any]:
    return observed(case, outputs, case["max_degrees"], NONE, turns, turned_places)


def observed(
    case: Case,
    outputs: dict[str, Any],
    most: float,
    none: str,
    drawn: Callable[[np.ndarray, np.ndarray], Drawn],
    places: Callable[[np.ndarray, np.ndarray], Places],
) -> dict[str, Any]:
    """The numbers drawn are found out; judged is what they are like and what was done by them."""
    images, about = case["images"].astype(np.float64), case["about"]
    if about == none:
        return {"y": outputs["y"]}
    y = in_shape(outputs["y"], images)
    found = {"y": blank(outputs["y"])}
    names = (WHAT, READ, RIM, *((RANGE, OWN) if about == MANY else ()))
    names += (DRAWS,) if about == FEW else ()
    if y is None:
        return found | dict.fromkeys(names, UNKNOWN)
    if about == FEW:
        found[DRAWS] = draws_in_words(outputs, y)
    found[WHAT], numbers = drawn(images, y)
    is_done = found[WHAT].startswith("each is")
    still = about == MANY and is_done and np.abs(numbers).max() < 1e-6
    if still and np.abs(y - images).max() > 1e-6:
        return found | dict.fromkeys(names, UNTOLD)
    if still:
        found[WHAT], is_done = "nothing, they come back as they were", False
    if not is_done:
        found[READ] = found[RIM] = UNTOLD
    else:
        found[READ], found[RIM] = how_read(images, y, places(images, numbers))
    roughly = is_done or found[WHAT].startswith(("something", DISTORTED))
    if about == MANY and roughly and found[READ] != BILINEAR:
        found[RANGE] = found[OWN] = UNTOLD  # where pixels are not mixed, numbers are found roughly
    elif about == MANY:
        found[RANGE], found[OWN] = range_in_words(numbers / most)
        if most >= 1 and np.all(np.abs(numbers - np.round(numbers)) < 1e-6) and np.ptp(numbers):
            found[RANGE] += ", whole numbers only"
    return found


def core(images: np.ndarray, far_r: float, far_c: float) -> tuple[np.ndarray, ...]:
    """Row and column, from the centre, of the pixels about it, and which these are."""
    H, W = images.shape[1:3]
    r, c = np.indices((H, W)) - np.array([(H - 1) / 2, (W - 1) / 2])[:, None, None]
    near = (r / far_r) ** 2 + (c / far_c) ** 2 <= 1
    return r[near], c[near], near


def read_from(images: np.ndarray, y: np.ndarray, near: np.ndarray) -> Places:
    """Where the pixels about the centre were read, as the ramps tell: rows, columns (N, n)."""
    H, W = images.shape[1:3]
    return y[:, near, 0] - 1 - (H - 1) / 2, y[:, near, 1] - 1 - (W - 1) / 2


def turns(images: np.ndarray, y: np.ndarray) -> Drawn:
    """What was done, and the angles in degrees."""
    far = (min(images.shape[1:3]) - 1) / 2 - 0.1  # from here nothing is read outside
    r, c, near = core(images, far, far)
    R, C = read_from(images, y, near)
    square = np.sum(r * r + c * c)
    x, s = (R @ r + C @ c) / square, (R @ c - C @ r) / square
    degrees = np.degrees(np.arctan2(s, x))
    if not np.isfinite(degrees).all() or np.abs(np.hypot(x, s) - 1).max() > 0.3:
        return "something else", np.nan_to_num(degrees)
    if max(np.abs(R.mean(axis=1)).max(), np.abs(C.mean(axis=1)).max()) > 0.2:
        return "they are turned about another point", degrees
    # A turn reads R = r cos a + c sin a and C = c cos a - r sin a. Copied pixels say too little.
    down, across = np.sum(r * r), np.sum(c * c)
    rr, rc, cr, cc = R @ r / down, R @ c / across, C @ r / down, C @ c / across
    copied = np.abs(R - R[:, :1] - np.round(R - R[:, :1])).max() < 1e-3
    if not copied and max(np.abs(rr - cc).max(), np.abs(rc + cr).max()) > 0.02:
        alike = np.abs(rc - cr).max() < 0.02
        return DISTORTED + (", as if two signs were alike" if alike else ""), degrees
    return DONE, degrees


def turned_places(images: np.ndarray, degrees: np.ndarray) -> Places:
    H, W = images.shape[1:3]
    a = np.radians(degrees)[:, None, None]
    r, c = np.arange(H)[:, None] - (H - 1) / 2, np.arange(W) - (W - 1) / 2
    rows, columns = r * np.cos(a) + c * np.sin(a), c * np.cos(a) - r * np.sin(a)
    return rows + (H - 1) / 2, columns + (W - 1) / 2


def how_read(images: np.ndarray, y: np.ndarray, places: Places) -> tuple[str, str]:
    """How the pixels at these places were read, inside of the images and outside.

    In the band of one pixel around an image, where inside and outside are mixed, 0 is right too.
    """
    H, W = images.shape[1:3]
    rows, columns = places
    want = bilinear_at(images, rows, columns)
    beyond = np.maximum(np.maximum(-rows, rows - (H - 1)), np.maximum(-columns, columns - (W - 1)))
    inside, outside = beyond < -1e-3, beyond > 1 + 1e-3
    hit = np.all(np.abs(y - want) < 1e-3, axis=-1)
    black = np.all(np.abs(y) < 1e-3, axis=-1)
    rim = ZEROS
    if not (hit | black | inside).all():
        on = bilinear_at(images, np.clip(rows, 0, H - 1), np.clip(columns, 0, W - 1))
        rim = "the edge goes on" if np.abs(y - on).max() < 1e-3 else "something else than 0"
    if (hit | ~inside).all():
        return BILINEAR, rim
    # Each number of the result is one of its own image: the last channel is noise.
    own = np.concatenate([images[..., -1].reshape(len(y), -1), np.zeros((len(y), 1))], axis=1)
    mine = np.abs(y[..., -1].reshape(len(y), -1, 1) - own[:, None, :]).min(axis=2) < 1e-3
    if mine.all():
        return "a single pixel", rim if not black[outside].all() else ZEROS
    return "something else", rim


def range_in_words(numbers: np.ndarray) -> tuple[str, str]:
    """The spread of the draws in units of the largest one, and whether images share them."""
    n = len(numbers)
    if np.ptp(numbers) < 1e-6:
        one = "beyond the largest" if np.abs(numbers).max() > 1 + 1e-4 else "only one"
        return one, "one draw for all images"
    d = (numbers - numbers.mean()) / numbers.std()
    own = "every image for itself"
    if abs(np.mean(d[1:] * d[:-1])) > BAND / np.sqrt(n - 1):
        own = "neighbouring images depend on each other"
    size = np.abs(numbers)
    if size.max() > 1 + 1e-4:
        words = "beyond the largest" if size.max() < 5.3 else "far beyond the largest"
        if size.mean() < 0.4 * size.max():
            words = "beyond the largest, most of them close to 0"
    elif abs(np.mean(numbers > 0) - 0.5) > BAND * 0.5 / np.sqrt(n):
        words = "to one side only"
    elif size.max() < 0.85:
        words = "far below the largest" if size.max() > 0.1 else "all but 0"
    elif abs(size.mean() - 0.5) > BAND * 0.289 / np.sqrt(n):
        words = "mostly close to 0" if size.mean() < 0.5 else "mostly close to the largest"
    else:
        words = "uniform up to the largest, to both sides"
    return words, own


def read_at(images: Any, rows: Any, columns: Any) -> Any:
    """Bilinear, zero outside: the wrong ones build on it."""
    N, H, W, C = images.shape
    big = np.pad(images, ((0, 0), (1, 2), (1, 2), (0, 0)))
    rows, columns = np.clip(rows + 1, 0, H + 1), np.clip(columns + 1, 0, W + 1)
    i, j, n = rows.astype(int), columns.astype(int), np.arange(N)[:, None, None]
    s, t = (rows - i)[..., None], (columns - j)[..., None]
    above = (1 - t) * big[n, i, j] + t * big[n, i, j + 1]
    below = (1 - t) * big[n, i + 1, j] + t * big[n, i + 1, j + 1]
    return ((1 - s) * above + s * below).astype(images.dtype)


def turned(images: Any, a: Any) -> Any:
    """Turned by angles in radians (N,)."""
    H, W = images.shape[1:3]
    r, c = np.arange(H)[:, None] - (H - 1) / 2, np.arange(W) - (W - 1) / 2
    cos, sin = np.cos(a)[:, None, None], np.sin(a)[:, None, None]
    return read_at(images, r * cos + c * sin + (H - 1) / 2, c * cos - r * sin + (W - 1) / 2)


def degrees_as_radians(images: Any, max_degrees: float, rng: Any) -> Any:
    return turned(images, rng.uniform(-max_degrees, max_degrees, len(images)))


def converted_twice(images: Any, max_degrees: float, rng: Any) -> Any:
    return turned(
        images, np.radians(np.radians(rng.uniform(-max_degrees, max_degrees, len(images))))
    )


def one_angle_for_all(images: Any, max_degrees: float, rng: Any) -> Any:
    return turned(images, np.radians(rng.uniform(-max_degrees, max_degrees)) * np.ones(len(images)))


def one_way_only(images: Any, max_degrees: float, rng: Any) -> Any:
    return turned(images, np.radians(rng.uniform(0, max_degrees, len(images))))


def normal_angles(images: Any, max_degrees: float, rng: Any) -> Any:
    return turned(images, np.radians(rng.normal(0, max_degrees, len(images))))


def always_largest(images: Any, max_degrees: float, rng: Any) -> Any:
    return turned(images, np.radians(rng.choice([-max_degrees, max_degrees], len(images))))


def half_the_range(images: Any, max_degrees: float, rng: Any) -> Any:
    return turned(images, np.radians(max_degrees * (rng.random(len(images)) - 0.5)))


def twice_the_range(images: Any, max_degrees: float, rng: Any) -> Any:
    return turned(images, np.radians(rng.uniform(-2 * max_degrees, 2 * max_degrees, len(images))))


def whole_degrees(images: Any, max_degrees: float, rng: Any) -> Any:
    return turned(
        images,
        np.radians(rng.integers(-int(max_degrees), int(max_degrees) + 1, len(images))),
    )


def nearest(images: Any, max_degrees: float, rng: Any) -> Any:
    (H, W), a = images.shape[1:3], np.radians(rng.uniform(-max_degrees, max_degrees, len(images)))
    r, c = np.arange(H)[:, None] - (H - 1) / 2, np.arange(W) - (W - 1) / 2
    cos, sin = np.cos(a)[:, None, None], np.sin(a)[:, None, None]
    rows, columns = r * cos + c * sin + (H - 1) / 2, c * cos - r * sin + (W - 1) / 2
    return read_at(images, np.round(rows), np.round(columns))


def about_the_corner(images: Any, max_degrees: float, rng: Any) -> Any:
    (H, W), a = images.shape[1:3], np.radians(rng.uniform(-max_degrees, max_degrees, len(images)))
    r, c = np.arange(H)[:, None], np.arange(W)
    cos, sin = np.cos(a)[:, None, None], np.sin(a)[:, None, None]
    return read_at(images, r * cos + c * sin, c * cos - r * sin)


def centre_half_a_pixel_off(images: Any, max_degrees: float, rng: Any) -> Any:
    (H, W), a = images.shape[1:3], np.radians(rng.uniform(-max_degrees, max_degrees, len(images)))
    r, c = np.arange(H)[:, None] - H / 2, np.arange(W) - W / 2
    cos, sin = np.cos(a)[:, None, None], np.sin(a)[:, None, None]
    return read_at(images, r * cos + c * sin + H / 2, c * cos - r * sin + W / 2)


def edge_goes_on(images: Any, max_degrees: float, rng: Any) -> Any:
    (H, W), a = images.shape[1:3], np.radians(rng.uniform(-max_degrees, max_degrees, len(images)))
    r, c = np.arange(H)[:, None] - (H - 1) / 2, np.arange(W) - (W - 1) / 2
    cos, sin = np.cos(a)[:, None, None], np.sin(a)[:, None, None]
    rows, columns = r * cos + c * sin + (H - 1) / 2, c * cos - r * sin + (W - 1) / 2
    return read_at(images, np.clip(rows, 0, H - 1), np.clip(columns, 0, W - 1))


def one_sign_wrong(images: Any, max_degrees: float, rng: Any) -> Any:
    (H, W), a = images.shape[1:3], np.radians(rng.uniform(-max_degrees, max_degrees, len(images)))
    r, c = np.arange(H)[:, None] - (H - 1) / 2, np.arange(W) - (W - 1) / 2
    cos, sin = np.cos(a)[:, None, None], np.sin(a)[:, None, None]
    return read_at(images, r * cos + c * sin + (H - 1) / 2, c * cos + r * sin + (W - 1) / 2)


def row_used_after_it_was_turned(images: Any, max_degrees: float, rng: Any) -> Any:
    (H, W), a = images.shape[1:3], np.radians(rng.uniform(-max_degrees, max_degrees, len(images)))
    r, c = np.arange(H)[:, None] - (H - 1) / 2, np.arange(W) - (W - 1) / 2
    cos, sin = np.cos(a)[:, None, None], np.sin(a)[:, None, None]
    r = r * cos + c * sin
    c = c * cos - r * sin
    return read_at(images, r + (H - 1) / 2, c + (W - 1) / 2)


def sent_forward(images: Any, max_degrees: float, rng: Any) -> Any:
    y, (H, W) = np.zeros_like(images), images.shape[1:3]
    r, c = np.indices((H, W)) - np.array([(H - 1) / 2, (W - 1) / 2])[:, None, None]
    for n, a in enumerate(np.radians(rng.uniform(-max_degrees, max_degrees, len(images)))):
        i = np.round(r * np.cos(a) + c * np.sin(a) + (H - 1) / 2).astype(int)
        j = np.round(c * np.cos(a) - r * np.sin(a) + (W - 1) / 2).astype(int)
        ok = (i >= 0) & (i < H) & (j >= 0) & (j < W)
        y[n, i[ok], j[ok]] = images[n, ok]
    return y


def own_generator(images: Any, max_degrees: float, rng: Any) -> Any:
    a = np.random.default_rng().uniform(-max_degrees, max_degrees, len(images))
    return turned(images, np.radians(a))


def fixed_seed(images: Any, max_degrees: float, rng: Any) -> Any:
    a = np.random.default_rng(0).uniform(-max_degrees, max_degrees, len(images))
    return turned(images, np.radians(a))


exercise = Exercise(
    name="rotate",
    takes=("rotate",),
    points=3,
    reference=(rotate,),
    cases=cases,
    run=run,
    observe=observe,
    judge=[
        values(WHAT, weight=4, cases=ALL, title=_("each image is turned about its centre")),
        values(READ, weight=4, cases=ALL, title=_("between pixels it is read bilinearly")),
        values(RIM, weight=2, cases=ALL, title=_("what comes in from outside is 0")),
        values(RANGE, weight=3, cases=MANY, title=_("angles are uniform in ±max_degrees")),
        values(OWN, weight=2, cases=MANY, title=_("every image draws its own angle")),
        # Form: random numbers that have nothing to do with the images meet it.
        values(DRAWS, weight=2, cases=FEW, form=True, title=_("randomness comes from rng")),
        # Form: handing back the images meets this one.
        values("y", cases=NONE, form=True, title=_("max_degrees = 0 changes nothing")),
        shapes("y"),
        dtype("y"),
        unchanged_inputs(),
    ],
    mistakes=[
        Mistake(
            degrees_as_radians,
            hint=_(
                "Images are turned far beyond max_degrees, once round and more. In which unit do "
                "`np.sin` and `np.cos` take their angle?"
            ),
        ),
        Mistake(
            converted_twice,
            hint=_(
                "The images hardly move. A degree is about 0.017 radians: is it converted twice?"
            ),
        ),
        Mistake(
            one_angle_for_all,
            hint=_("All images of a batch are turned by the same angle. Each draws its own."),
        ),
        Mistake(
            one_way_only, hint=_("All images are turned to the same side. Which signs are allowed?")
        ),
        Mistake(
            normal_angles,
            hint=_(
                "Some angles are beyond max_degrees and most are near 0: a normal distribution has "
                "no largest value. Which one has?"
            ),
        ),
        Mistake(
            always_largest,
            hint=_("Every image is turned by the largest angle. What lies in between?"),
        ),
        Mistake(
            half_the_range,
            hint=_(
                "No angle is beyond half of max_degrees. `rng.random()` lies in [0, 1): from where "
                "to where does your angle go?"
            ),
        ),
        Mistake(
            twice_the_range,
            hint=_("Angles go up to twice max_degrees. From where to where do you draw?"),
        ),
        Mistake(
            whole_degrees,
            hint=_("All angles are whole degrees. An angle may be any number in between, too."),
        ),
        Mistake(
            nearest,
            hint=_(
                "Every pixel is a copy of a single one: the nearest. A place between four pixels "
                "takes from all four, the more the nearer."
            ),
            costs=0.2,
            title=_("a place between pixels is a mixture, not a copy"),
        ),
        Mistake(
            about_the_corner,
            hint=_("The upper left corner stays in its place. Count rows and columns from where?"),
        ),
        Mistake(
            centre_half_a_pixel_off,
            hint=_(
                "The images are turned about a point half a pixel off. Five pixels have the "
                "indices 0 … 4: which one is the middle?"
            ),
        ),
        Mistake(
            edge_goes_on,
            hint=_("Outside of the image its edge goes on. What is read there is to be 0."),
        ),
        Mistake(
            one_sign_wrong,
            hint=_(
                "The images are not turned but distorted. Try your formula with 90 degrees: where "
                "do (1, 0) and (0, 1) go? One of the two signs differs from the other."
            ),
        ),
        Mistake(
            row_used_after_it_was_turned,
            hint=_(
                "The images are turned, and distorted as well: is the new row used where the old "
                "one belongs?"
            ),
        ),
        Mistake(
            sent_forward,
            hint=_(
                "There are holes: pixels are sent to where they go, and some places get none. Ask "
                "for every pixel of the result where it comes from."
            ),
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
                "Every call draws the same angles, because the generator starts anew inside the "
                "function. Draw from the `rng` you are given."
            ),
        ),
    ],
    answers=("course_lib.augmentation.rotate", "course_lib.augmentation.sampling"),
    returns="images (N, H, W, C)",
    hints=(
        _(
            "Go through the pixels of the result and ask where each one comes from. Which point "
            "comes from itself?"
        ),
        _(
            "With r, c counted from the centre ((H - 1)/2, (W - 1)/2), the pixel at (r, c) is read "
            "at (r·cos a + c·sin a, c·cos a - r·sin a). A place between pixels is a mixture of its "
            "four neighbours, weighted by (1 - distance) in each direction."
        ),
        _(
            "Smaller: 3 × 3 pixels, a = 30°. The pixel right of the centre has (r, c) = (0, 1) and "
            "is read at (0.5, 0.866): half from the row below the centre, half from the centre's, "
            "and of each 0.866 from the right column, 0.134 from the middle one."
        ),
    ),
)
