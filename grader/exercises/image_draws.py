"""What was done to images, and with which random numbers, read off the images themselves.

The exercises of ps20 draw a number for each image. Right programs draw in different orders, so the
numbers are determined from the returned images, and their distribution is judged.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import product
from typing import Any

import numpy as np

from grader.checking.contract import (
    Case,
    Open,
    PartialCredit,
    drawn_anew,
    draws_in_words,
    dtype,
    shapes,
    unchanged_inputs,
    values,
)
from grader.checking.contract.properties import Answer, CaseResult, Property
from grader.exercises.drawn_arrays import blank, in_shape

# 6.7 standard deviations: right code leaves this band with probability below 2.1e-11 a case.
BAND = 6.7
UNKNOWN = "unknown, y is not an array of the shape of images"

# The names of the quantities that are judged for rotated and sheared images.
WHAT, READ = "the transformation of the images", "the values between the pixels"
RIM = "what comes in"
RANGE, OWN, DRAWS = "the numbers drawn", "who draws", "the next draws"
BILINEAR, ZEROS = "a bilinear mixture", "zeros"
DISTORTED = "they are distorted"
FEW, MANY = "some colour images", "many images"  # cases that say something about the draws

FORM = (
    shapes(
        "y",
        help="""Your result cannot be compared with `images`. Print its type and its shape: an array
        (N, H, W, C) is expected.""",
    ),
    dtype("y"),
    unchanged_inputs(),
)
ZERO_RIM = {"mode": "constant"}
HOW_MANY = "How many random numbers does a batch of N images need?"


def from_rng(cases: str = FEW, alone: bool = False) -> Property:
    """The draws come from rng. Random numbers independent of the images satisfy it, too."""
    help = """Which generator draws your numbers? Two calls with one generator should draw different
    numbers, and two generators with the same seed the same numbers."""
    title = "randomness comes from rng"
    return drawn_anew(values(DRAWS, weight=2, cases=cases, alone=alone, title=title, help=help))


Drawn = tuple[str, np.ndarray, bool]  # in words what was done, by how much, if this can be told
Places = tuple[np.ndarray, np.ndarray]


# --- images that are easy to read -------------------------------------------------------------


def pictures(rng: np.random.Generator, *shape: int) -> np.ndarray:
    """Images without zeros, no two numbers of which are alike."""
    return rng.uniform(0.5, 1.5, size=shape)


def ramps(rng: np.random.Generator, *shape: int) -> np.ndarray:
    """Images that tell where they were read: channel 0 grows with the row, 1 with the column.

    Between pixels bilinear reading is exact for them. Further channels are noise.
    """
    images = pictures(rng, *shape)
    _N, H, W, _C = shape
    images[..., 0], images[..., 1] = 1 + np.arange(H)[:, None], 1 + np.arange(W)
    return images


def bilinear(
    images: np.ndarray, rows: np.ndarray, columns: np.ndarray, whole: Any = np.floor
) -> np.ndarray:
    """Images (N, H, W, C) read at places (N, h, w) between their pixels; outside they are zero.

    ``whole`` makes whole numbers of the places.
    """
    N, H, W, _C = images.shape
    padded = np.pad(images, ((0, 0), (2, 2), (2, 2), (0, 0)))
    rows, columns = np.broadcast_arrays(rows, columns)
    rows, columns = np.clip(rows, -2, H), np.clip(columns, -2, W)
    n, i, j = np.arange(N)[:, None, None], whole(rows).astype(int), whole(columns).astype(int)
    s, t = (rows - i)[..., None], (columns - j)[..., None]
    i, j = i + 2, j + 2
    above = (1 - t) * padded[n, i, j] + t * padded[n, i, j + 1]
    below = (1 - t) * padded[n, i + 1, j] + t * padded[n, i + 1, j + 1]
    mixture: np.ndarray = ((1 - s) * above + s * below).astype(images.dtype)
    return mixture


# --- arrays as they come back -----------------------------------------------------------------


def same(y: np.ndarray, want: np.ndarray) -> np.ndarray:
    """(N,): which images of ``y`` are those of ``want``."""
    equal: np.ndarray = np.all(np.abs(y - want) < 1e-4, axis=tuple(range(1, y.ndim)))
    return equal


# --- draws of whole numbers -------------------------------------------------------------------


def next_draws(y: np.ndarray, again: Any, later: Sequence[Any]) -> str:
    """Where the draws come from; ``again`` and ``later`` are what further calls returned."""
    calls = [in_shape(one, y) for one in later]
    return draws_in_words(y, in_shape(again, y), calls, partial(np.array_equal, equal_nan=True))


def places_in(
    images: np.ndarray, y: np.ndarray, rim: int, how: Mapping[str, Any] = ZERO_RIM
) -> np.ndarray | None:
    """Where each of ``y`` was cut out of its image with a rim (N, 2), if all of them were."""
    first = 5  # a few that show whether the others have to be compared
    if len(y) > first and places_in(images[:first], y[:first], rim, how) is None:
        return None
    try:
        padded = np.pad(images, ((0, 0), (rim, rim), (rim, rim), (0, 0)), **how)
    except ValueError:
        return None
    (h, w), (H, W) = y.shape[1:3], padded.shape[1:3]
    places, left = np.zeros((len(y), 2), dtype=int), np.arange(len(y))
    for i, j in product(range(H - h + 1), range(W - w + 1)):
        hit = same(y[left], padded[left, i : i + h, j : j + w])
        places[left[hit]] = i, j
        left = left[~hit]
        if not len(left):
            return places
    return None


def range_of(places: np.ndarray, *ways: str) -> str:
    """The lowest and the highest number in each of the two directions; ``places`` are (N, 2)."""
    if (places == places[0]).all():
        return "only one"
    ends = zip(ways, places.min(axis=0), places.max(axis=0), strict=True)
    return "; ".join(f"{way} from {low} to {high}" for way, low, high in ends)


def own_in_words(places: np.ndarray) -> str:
    """Whether images, and the two directions, draw independently; ``places`` are (N, 2)."""
    if (places == places[0]).all():
        return "one draw for all images"
    down, right = places.T
    if (down == right).all() or (down == -right).all():
        return "one number for both directions"
    if (down == 0).all() or (right == 0).all():
        return "one direction only"
    d = (places - places.mean(axis=0)) / np.maximum(places.std(axis=0), 1e-9)
    bar = BAND / np.sqrt(len(places))
    if abs(np.mean(d[:, 0] * d[:, 1])) > bar or (np.sum(places != 0, axis=1) < 2).all():
        return "the two directions depend on each other"
    if np.abs(np.mean(d[1:] * d[:-1], axis=0)).max() > bar:
        return "neighbouring images depend on each other"
    return "every image independently, in both directions"


def even_in_words(places: np.ndarray, counts: Sequence[int], own: str) -> str | Open:
    """Whether all places, counted from 0, are drawn equally often: by the sum of two chi squares.

    Where the range is wrong already, that says it.
    """
    ends_right = (places.min(axis=0) == 0) & (places.max(axis=0) == np.subtract(counts, 1))
    if own == "one draw for all images" or not ends_right.all():
        return Open()
    seen = [np.bincount(places[:, axis], minlength=n) for axis, n in enumerate(counts)]
    # At most 8 degrees of freedom: right code is above 80 with probability below 1e-13.
    if sum(map(chi_square, seen)) < 80:
        return "all equally often"
    ends, inner = ([each[part] for each in seen] for part in ([0, -1], slice(1, -1)))
    if not any(each.any() for each in inner):
        return "the outermost alone"
    ratios = np.concatenate([end / each.mean() for end, each in zip(ends, inner, strict=True)])
    even = sum(map(chi_square, inner)) < 60
    if even and np.abs(ratios - 0.5).max() < 0.15:
        return "the outermost half as often"
    if even:
        return f"the outermost {'more' if ratios.mean() > 1 else 'less'} often"
    return "not equally often"


def chi_square(seen: np.ndarray) -> float:
    """How far counts are from being equal."""
    return float(np.sum((seen - seen.mean()) ** 2) / max(seen.mean(), 1e-9))


def in_part(prop: Property, shares: Mapping[str, float]) -> Property:
    """``prop``, which earns a share of its points where its quantity says one of these words."""

    def test(result: CaseResult) -> Answer:
        problem = prop.test(result)
        said = str(result.got.get(prop.outputs[0]))
        share = max((part for words, part in shares.items() if words in said), default=0.0)
        return PartialCredit(share, problem) if share and isinstance(problem, str) else problem

    return replace(prop, test=test)


# Of the range that is drawn from; other draws are far smaller or larger, as degrees for radians.
NEARLY = dict.fromkeys(("to one side", "mostly", "whole numbers", "far below"), 0.6)

# --- images that are read between their pixels ------------------------------------------------


def observed(
    case: Case,
    outputs: dict[str, Any],
    most: float,
    none: str,
    drawn: Callable[[np.ndarray, np.ndarray], Drawn],
    places: Callable[[np.ndarray, np.ndarray], Places],
) -> dict[str, Any]:
    """Determine the drawn numbers; judge their distribution and the transformation."""
    images, about = case["images"].astype(np.float64), case["about"]
    if about == none:
        return {"y": outputs["y"]}
    y = in_shape(outputs["y"], images)
    found = {"y": blank(outputs["y"])}
    names = (WHAT, READ, RIM, *((RANGE, OWN) if about == MANY else ()))
    names += (DRAWS,) if about == FEW else ()
    if y is None:
        return found | dict.fromkeys(names, Open()) | {WHAT: UNKNOWN}
    if about == FEW:
        found[DRAWS] = next_draws(y, outputs["again"], [outputs["later"]])
    found[WHAT], numbers, clear = drawn(images, y)
    is_done = found[WHAT].startswith("each is")
    if is_done and np.abs(numbers / most).max() < (1e-6 if len(y) == 1 else 1e-4):
        words = still(images, y)
        if isinstance(words, Open):
            return dict.fromkeys(names, words) | found
        if words:
            found[WHAT], is_done = words, False
    if not is_done:
        found[READ] = found[RIM] = Open()
    else:
        found[READ], found[RIM] = how_read(images, y, places(images, numbers))
        clear = found[READ] == BILINEAR  # where pixels are not mixed, numbers are found roughly
    if about == MANY and not clear:
        found[RANGE] = found[OWN] = Open()
    elif about == MANY:
        found[RANGE], found[OWN] = range_in_words(numbers / most)
        if most >= 1 and np.all(np.abs(numbers - np.round(numbers)) < 1e-6) and np.ptp(numbers):
            found[RANGE] += ", whole numbers only"
    return found


def still(images: np.ndarray, y: np.ndarray) -> str | Open:
    """What was done where the pixels about the centre have not moved.

    Right code draws so little for one image with a probability of 1e-6, and never for several. A
    single image that is the same to the last bit may be one of copied pixels: "" if so.
    """
    if len(y) == 1 and np.array_equal(y, images):
        return ""
    if np.abs(y - images).max() < 1e-2:
        return "nothing, they are unchanged"
    return Open() if of_own_pixels(images, y).all() else "something else"


def of_own_pixels(images: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Which pixels of ``y`` are one of their own image, or 0: the last channel is noise."""
    own = np.concatenate([images[..., -1].reshape(len(y), -1), np.zeros((len(y), 1))], axis=1)
    mine: np.ndarray = np.abs(y[..., -1].reshape(len(y), -1, 1) - own[:, None, :]).min(axis=2)
    return mine < 1e-3


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


def how_read(images: np.ndarray, y: np.ndarray, places: Places) -> tuple[str, str | Open]:
    """How the pixels at these places were read, inside of the images and outside.

    In the band of one pixel around an image, where inside and outside are mixed, 0 is right too.
    """
    H, W = images.shape[1:3]
    rows, columns = places
    want = bilinear(images, rows, columns)
    beyond = np.maximum(np.maximum(-rows, rows - (H - 1)), np.maximum(-columns, columns - (W - 1)))
    inside, outside = beyond < -1e-3, beyond > 1 + 1e-3
    hit = np.all(np.abs(y - want) < 1e-3, axis=-1)
    black = np.all(np.abs(y) < 1e-3, axis=-1)
    rim = ZEROS
    if not (hit | black | inside).all():
        readings = {
            "the edge is repeated": bilinear(images, rows.clip(0, H - 1), columns.clip(0, W - 1)),
            "the value at a place rounded towards 0": bilinear(images, rows, columns, np.trunc),
            "the other side": bilinear(
                np.pad(images, ((0, 0), (0, 1), (0, 1), (0, 0)), "wrap"), rows % H, columns % W
            ),
        }
        known = [words for words, on in readings.items() if np.abs(y - on).max() < 1e-3]
        rim = known[0] if known else "something else than 0"
    if (hit | ~inside).all():
        return BILINEAR, rim
    if of_own_pixels(images, y).all():
        return "a single pixel", rim if not black[outside].all() else ZEROS
    return "something else", ZEROS if black[outside].all() and outside.any() else Open()


def range_in_words(numbers: np.ndarray) -> tuple[str, str]:
    """The spread of the draws in units of the largest one, and whether images share them."""
    n = len(numbers)
    if np.ptp(numbers) < 1e-6:
        one = "beyond the largest" if np.abs(numbers).max() > 1 + 1e-4 else "only one"
        return one, "one draw for all images"
    d = (numbers - numbers.mean()) / numbers.std()
    own = "every image independently"
    if abs(np.mean(d[1:] * d[:-1])) > BAND / np.sqrt(n - 1):
        own = "neighbouring images depend on each other"
    size = np.abs(numbers)
    if size.max() > 1 + 1e-4:
        words = "beyond the largest" if size.max() < 5.3 else "far beyond the largest"
        if size.min() > 1:
            words = "all beyond the largest"
        elif size.mean() < 0.4 * size.max():
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
