"""Solutions of ``shear(images, max_shear, rng)``: rows shifted in proportion to their height."""

import functools
from typing import Any

import numpy as np

from . import readers
from .carriers import carried
from .readers import centred, middle, read
from .tables import Table, put

RIGHT: Table = {}
FORM: Table = {}
WRONG: Table = {}
EITHER: Table = {}


@put(RIGHT)
def textbook(images, max_shear, rng):
    slanted = []
    for image in images:
        s = rng.uniform(-max_shear, max_shear)
        H, W, _ = image.shape
        r, c = centred(image)
        slanted.append(read(image, r + (H - 1) / 2, c - s * r + (W - 1) / 2))
    return np.stack(slanted)


@put(RIGHT)
def row_by_row(images, max_shear, rng):
    # Each row is a mixture of two of its shifts by whole pixels.
    N, H, W, _ = images.shape
    shears = max_shear * rng.uniform(-1, 1, N)

    def shifted(row, k):
        out = np.zeros_like(row)
        if 0 <= k < W:
            out[k:] = row[: W - k]
        elif -W < k < 0:
            out[:k] = row[-k:]
        return out

    out = np.empty_like(images)
    for n in range(N):
        for i in range(H):
            d = float(shears[n] * (i - (H - 1) / 2))
            k = int(np.floor(d))
            row = images[n, i]
            out[n, i] = (1 - (d - k)) * shifted(row, k) + (d - k) * shifted(row, k + 1)
    return out


@put(RIGHT)
def interpolated_rows(images, max_shear, rng):
    # np.interp with two zeros at each end.
    N, H, W, C = images.shape
    padded = np.pad(images, ((0, 0), (0, 0), (2, 2), (0, 0)))
    known = np.arange(-2, W + 2)
    out = np.zeros_like(images)
    for n in reversed(range(N)):
        s = max_shear * (1 - 2 * rng.random())
        for i in range(H):
            at = np.arange(W) + s * (i - (H - 1) / 2)
            for k in range(C):
                out[n, i, :, k] = np.interp(at, known, padded[n, i, :, k], left=0, right=0)
    return out


@put(RIGHT)
def tents(images, max_shear, rng):
    # Every old pixel of the row counts by max(0, 1 - distance).
    N, H, W, _ = images.shape
    s = rng.uniform(low=-max_shear, high=max_shear, size=(N, 1, 1, 1))
    r = (np.arange(H) - (H - 1) / 2)[:, None, None]
    at = np.arange(W)[:, None] - s * r
    weights = np.maximum(0, 1 - np.abs(at - np.arange(W)))
    return np.einsum("nrij,nrjc->nric", weights, images).astype(images.dtype)


@put(RIGHT)
def matrices(images, max_shear, rng):
    N, H, W, C = images.shape
    centre = np.array([(H - 1) / 2, (W - 1) / 2])
    places = np.stack(np.indices((H, W)), axis=-1) - centre
    out = []
    for n in range(N):
        S = np.eye(2)
        S[1, 0] = rng.uniform(-max_shear, max_shear)
        old = places @ np.linalg.inv(S).T + centre
        out.append(read(images[n], old[..., 0], old[..., 1]))
    return np.array(out).reshape(N, H, W, C)


@put(RIGHT)
def gathered(images, max_shear, rng):
    N, H, W, _ = images.shape
    s = float(max_shear) * (2 * rng.random((N, 1, 1)) - 1)
    c = np.arange(W) + s * (np.arange(H)[:, None] - (H - 1) / 2)
    left = np.floor(c).astype(int)
    n, i = np.arange(N)[:, None, None], np.arange(H)[None, :, None]

    def pixels(j):
        inside = (j >= 0) & (j < W)
        return images[n, i, np.clip(j, 0, W - 1)] * inside[..., None]

    share = (c - left)[..., None].astype(images.dtype)
    return pixels(left) + share * (pixels(left + 1) - pixels(left))


@put(RIGHT)
def with_an_angle_drawn_as_its_tangent(images, max_shear, rng, centre=0.5):
    _, H, W, _ = images.shape
    y = (H - 1) * centre
    out = np.zeros_like(images)
    for n in range(len(images)):
        a = np.arctan(rng.uniform(-max_shear, max_shear))
        i, j = np.indices((H, W))
        out[n] = read(images[n], i, j - np.tan(a) * (i - y))
    return out


@put(EITHER)
def places_outside_are_black(images, max_shear, rng):
    # A place beyond the middle of the last pixel is 0; mixing it with 0 is the other reading.
    return variant(images, max_shear, rng, reader=hard_edge)


def hard_edge(image, r, c):
    _, W, _ = image.shape
    near = 1e-5  # rounding at the very edge
    inside = (c >= -near) & (c <= W - 1 + near)
    return read(image, r, c.clip(0, W - 1)) * inside[..., None]


@put(FORM)
def list_of_images(images, max_shear, rng):  # a list
    return list(textbook(images, max_shear, rng))


@put(FORM)
def double_precision(images, max_shear, rng):  # float64 from float32
    return textbook(images, max_shear, rng).astype(float)


@put(FORM)
def in_place(images, max_shear, rng):  # images are changed
    for n in range(len(images)):
        images[n] = textbook(images[n : n + 1], max_shear, rng)[0]
    return images.copy()


@put(FORM)
def leading_axis(images, max_shear, rng):  # (1, N, H, W, C)
    return textbook(images, max_shear, rng)[None]


def slant(r, c, s):
    return r, c - s * r


def variant(
    images,
    max_shear,
    rng,
    draw=lambda rng, m: rng.uniform(-m, m),
    move=slant,
    centre=middle,
    reader=read,
):
    """A shear with places to go wrong."""
    _, H, W, _ = images.shape
    y, x = centre(H, W)
    out = []
    for image in images:
        r, c = move(np.arange(H)[:, None] - y, np.arange(W)[None, :] - x, draw(rng, max_shear))
        out.append(reader(image, *np.broadcast_arrays(r + y, c + x)))
    return np.stack(out).astype(images.dtype)


def global_shear(rng, m):
    return np.random.uniform(-m, m)  # noqa: NPY002


for name, spoilt in {
    "never_negative": {"draw": lambda rng, m: rng.uniform(0, m)},
    "never_positive": {"draw": lambda rng, m: rng.uniform(-m, 0)},
    "half_the_shear": {"draw": lambda rng, m: rng.uniform(-m, m) / 2},
    "twice_the_shear": {"draw": lambda rng, m: rng.uniform(-m, m) * 2},
    "taken_for_degrees": {"draw": lambda rng, m: np.tan(np.radians(rng.uniform(-m, m)))},
    "taken_for_an_angle": {"draw": lambda rng, m: np.tan(1.5 * rng.uniform(-m, m))},
    "always_the_largest": {"draw": lambda rng, m: m},
    "one_of_two": {"draw": lambda rng, m: rng.choice([-m, m])},
    "normal_numbers": {"draw": lambda rng, m: rng.normal(0, m)},
    "not_slanted": {"draw": lambda rng, m: 0.0},
    "whole_numbers": {"draw": lambda rng, m: rng.integers(-int(np.ceil(m)), int(np.ceil(m)) + 1)},
    "from_minus_one_to_one": {"draw": lambda rng, m: rng.uniform(-1, 1) if m else 0.5},
    "same_shears_every_time": {"draw": lambda rng, m: np.random.default_rng(5).uniform(-m, m)},
    "fresh_generator": {"draw": lambda rng, m: np.random.default_rng().uniform(-m, m)},
    "global_random_state": {"draw": global_shear},
    "vertically": {"move": lambda r, c, s: (r - s * c, c)},
    "in_both_directions": {"move": lambda r, c, s: (r - s * c, c - s * r)},
    "shifted_alike": {"move": lambda r, c, s: (r, c - 2 * s)},
    "stretched": {"move": lambda r, c, s: (r, c * (1 + s))},
    "by_the_distance": {"move": lambda r, c, s: (r, c - s * np.abs(r))},
    "by_the_column": {"move": lambda r, c, s: (r, c - s * c)},
    "turned": {
        "move": lambda r, c, s: (r * np.cos(s) + c * np.sin(s), c * np.cos(s) - r * np.sin(s)),
    },
    "whole_pixels": {"move": lambda r, c, s: (r, c - np.rint(s * r))},
    "share_of_the_height": {"move": lambda r, c, s: (r, c - s * r / np.size(r))},
    "about_the_first_row": {"centre": lambda H, W: (0, 0)},
    "about_the_middle_of_the_size": {"centre": lambda H, W: (H / 2, W / 2)},
    "about_the_last_row": {"centre": lambda H, W: (H - 1, (W - 1) / 2)},
    "centre_of_the_width": {
        # Right for square images.
        "centre": lambda H, W: ((W - 1) / 2, (W - 1) / 2)
    },
    **readers.WRONG,
}.items():
    WRONG[name] = (functools.partial(variant, **spoilt),)  # type: ignore[arg-type]


@put(WRONG)
def one_shear_for_the_batch(images, max_shear, rng):
    # Right for N = 1.
    s = rng.uniform(-max_shear, max_shear)
    return variant(images, max_shear, rng, draw=lambda rng, m: s)


@put(WRONG)
def shear_for_every_row(images, max_shear, rng):
    _, H, W, _ = images.shape
    return variant(images, max_shear, rng, draw=lambda rng, m: rng.uniform(-m, m, size=(H, 1)))


@put(WRONG)
def image_wider(images, max_shear, rng):
    # So that nothing is lost.
    wide = np.pad(images, ((0, 0), (0, 0), (2, 2), (0, 0)))
    return variant(wide, max_shear, rng)


more: Any = carried(RIGHT["textbook"])
RIGHT |= more[0]
WRONG |= more[1]
# Pictures are not complex: whether zeros beside them are let pass is nobody's business.
more[2].pop("carried_as_complex_without_imaginary_part")
EITHER |= more[2]
