"""Solutions of ``translate(images, max_shift, rng)``: whole pixels, zeros come in."""

import functools
from typing import Any

import numpy as np

from .carriers import carried
from .tables import Table, put

RIGHT: Table = {}
FORM: Table = {}
WRONG: Table = {}
EITHER: Table = {}


@put(RIGHT)
def textbook(images, max_shift, rng):
    m = max_shift
    _, H, W, _ = images.shape
    padded = np.pad(images, ((0, 0), (m, m), (m, m), (0, 0)))
    out = np.empty_like(images)
    for n in range(len(images)):
        top, left = rng.integers(0, 2 * m + 1, size=2)
        out[n] = padded[n, top : top + H, left : left + W]
    return out


@put(RIGHT)
def rolled_and_blanked(images, max_shift, rng):
    N, H, W, _ = images.shape
    shifts = rng.integers(-max_shift, max_shift, size=(N, 2), endpoint=True)
    out = []
    for image, (down, right) in zip(images, shifts, strict=True):
        moved = np.roll(image, (down, right), axis=(0, 1))
        i, j = np.arange(H) - down, np.arange(W) - right
        moved[(i < 0) | (i >= H)] = 0
        moved[:, (j < 0) | (j >= W)] = 0
        out.append(moved)
    return np.stack(out)


@put(RIGHT)
def slices(images, max_shift, rng):
    _, H, W, _ = images.shape
    out = np.zeros_like(images)
    for n, image in enumerate(images):
        right = int(rng.integers(-max_shift, max_shift + 1))
        down = int(rng.integers(-max_shift, max_shift + 1))
        h, w = max(H - abs(down), 0), max(W - abs(right), 0)
        to_r, to_c = max(down, 0), max(right, 0)
        from_r, from_c = max(-down, 0), max(-right, 0)
        if h and w:
            piece = image[from_r : from_r + h, from_c : from_c + w]
            out[n, to_r : to_r + h, to_c : to_c + w] = piece
    return out


@put(RIGHT)
def shift_matrices(images, max_shift, rng):
    # eye(H, k) @ image moves the rows.
    _, H, W, _ = images.shape
    downs, rights = rng.integers(-max_shift, max_shift + 1, (2, len(images)))
    rows = np.stack([np.eye(H, k=-int(d), dtype=images.dtype) for d in downs])
    columns = np.stack([np.eye(W, k=-int(r), dtype=images.dtype) for r in rights])
    return np.einsum("nij,njkc,nlk->nilc", rows, images, columns)


@put(RIGHT)
def pixel_by_pixel(images, max_shift, rng):
    N, H, W, _ = images.shape
    out = images * 0
    choices = np.arange(-max_shift, max_shift + 1)
    for n in range(N):
        down, right = rng.choice(choices), rng.choice(choices)
        for i in range(H):
            for j in range(W):
                if 0 <= i + down < H and 0 <= j + right < W:
                    out[n, i + down, j + right] = images[n, i, j]
    return out


@put(RIGHT)
def gathered(images, max_shift, rng):
    N, H, W, _ = images.shape
    # One of the (2 m + 1)^2 shifts.
    side = 2 * max_shift + 1
    down, right = np.divmod((rng.random(N) * side**2).astype(int), side)
    i = np.arange(H)[None, :] - (down - max_shift)[:, None]
    j = np.arange(W)[None, :] - (right - max_shift)[:, None]
    inside = ((i >= 0) & (i < H))[:, :, None] & ((j >= 0) & (j < W))[:, None, :]
    n = np.arange(N)[:, None, None]
    pixels = images[n, i.clip(0, H - 1)[:, :, None], j.clip(0, W - 1)[:, None, :]]
    return np.where(inside[..., None], pixels, np.zeros((), images.dtype))


@put(RIGHT)
def one_pixel_at_a_time(images, max_shift, rng):
    def step(image, times, axis):
        for _ in range(abs(times)):
            image = np.roll(image, 1 if times > 0 else -1, axis=axis)
            np.moveaxis(image, axis, 0)[0 if times > 0 else -1] = 0
        return image

    moved = []
    for image in images:
        down = rng.permutation(np.arange(-max_shift, max_shift + 1))[0]
        right = rng.permutation(np.arange(-max_shift, max_shift + 1))[0]
        moved.append(step(step(image.copy(), int(down), 0), int(right), 1))
    return np.array(moved)


@put(FORM)
def list_of_images(images, max_shift, rng):  # a list
    return list(textbook(images, max_shift, rng))


@put(FORM)
def double_precision(images, max_shift, rng):  # float64 from float32
    return textbook(images, max_shift, rng).astype(float)


@put(FORM)
def in_place(images, max_shift, rng):  # images are changed
    images[...] = textbook(images, max_shift, rng)
    return images


@put(FORM)
def leading_axis(images, max_shift, rng):  # (1, N, H, W, C)
    return textbook(images, max_shift, rng)[None]


def pair(rng, m):
    return rng.integers(-m, m + 1, size=2)


def variant(images, max_shift, rng, draw=pair, mode="constant", **how):
    """A shift with places to go wrong."""
    _, H, W, _ = images.shape
    m = 2 * max_shift + 1
    out = []
    for image in images:
        down, right = (int(shift) for shift in draw(rng, max_shift))
        padded = np.pad(image, ((m, m), (m, m), (0, 0)), mode=mode, **how)
        out.append(padded[m - down : m - down + H, m - right : m - right + W])
    return np.stack(out)


def global_pair(rng, m):
    return np.random.randint(-m, m + 1, size=2)  # noqa: NPY002


for name, spoilt in {
    "wrapped_round": {"mode": "wrap"},
    "edge_repeated": {"mode": "edge"},
    "reflected": {"mode": "symmetric"},
    "ones_come_in": {"constant_values": 1},
    "mean_comes_in": {"mode": "mean"},
    "never_fully": {"draw": lambda rng, m: rng.integers(-m, max(m, 1 - m), size=2)},
    "never_negative": {"draw": lambda rng, m: rng.integers(0, m + 1, size=2)},
    "never_positive": {"draw": lambda rng, m: rng.integers(-m, 1, size=2)},
    "one_number_for_both": {"draw": lambda rng, m: np.repeat(rng.integers(-m, m + 1), 2)},
    "rows_only": {"draw": lambda rng, m: (rng.integers(-m, m + 1), 0)},
    "columns_only": {"draw": lambda rng, m: (0, rng.integers(-m, m + 1))},
    "one_direction_at_a_time": {
        "draw": lambda rng, m: pair(rng, m) * rng.permutation([0, 1]),
    },
    "corners_only": {"draw": lambda rng, m: rng.choice([-m, m], size=2)},
    "never_zero": {
        "draw": lambda rng, m: rng.integers(min(1, m), m + 1, 2) * rng.choice([-1, 1], 2)
    },
    "zero_twice_as_often": {
        # A size and a sign: 0 comes up twice as often as it should.
        "draw": lambda rng, m: rng.integers(0, m + 1, 2) * rng.choice([-1, 1], 2)
    },
    "truncated_floats": {
        # int() cuts towards zero: never m, and 0 too often.
        "draw": lambda rng, m: rng.uniform(-m, m, 2)
    },
    "rounded_floats": {"draw": lambda rng, m: np.round(rng.uniform(-m, m, 2))},
    "one_too_far": {"draw": lambda rng, m: rng.integers(-m - 1, m + 2, size=2)},
    "twice_as_far": {"draw": lambda rng, m: 2 * pair(rng, m)},
    "in_a_circle": {
        "draw": lambda rng, m: m * np.array([np.sin(a := rng.uniform(0, 6.283)), np.cos(a)]),
    },
    "normal_numbers": {"draw": lambda rng, m: np.clip(np.round(rng.normal(0, m / 2, 2)), -m, m)},
    "not_moved": {"draw": lambda rng, m: (0, 0)},
    "always_fully": {"draw": lambda rng, m: (m, m)},
    "same_shifts_every_time": {"draw": lambda rng, m: pair(np.random.default_rng(1), m)},
    "fresh_generator": {"draw": lambda rng, m: pair(np.random.default_rng(), m)},
    "global_random_state": {"draw": global_pair},
}.items():
    WRONG[name] = (functools.partial(variant, **spoilt),)  # type: ignore[arg-type]


@put(WRONG)
def one_shift_for_the_batch(images, max_shift, rng):
    # Right for N = 1.
    down, right = pair(rng, max_shift)
    return variant(images, max_shift, rng, draw=lambda rng, m: (down, right))


@put(WRONG)
def zero_shift_empty(images, max_shift, rng):
    # image[:-0] is nothing: black when a shift is 0.
    _, H, W, _ = images.shape
    out = np.zeros_like(images)
    for n, (down, right) in enumerate(rng.integers(-max_shift, max_shift + 1, (len(images), 2))):
        if down == 0 or right == 0 or abs(down) >= H or abs(right) >= W:
            continue
        to_r, from_r = slice(down, None), slice(None, -down)
        if down < 0:
            to_r, from_r = slice(None, down), slice(-down, None)
        to_c, from_c = slice(right, None), slice(None, -right)
        if right < 0:
            to_c, from_c = slice(None, right), slice(-right, None)
        out[n, to_r, to_c] = images[n, from_r, from_c]
    return out


@put(WRONG)
def batch_and_rows_rolled(images, max_shift, rng):
    # Axes 0 and 1 of the batch are its images and their rows.
    return np.roll(images, tuple(pair(rng, max_shift)), axis=(0, 1))


@put(WRONG)
def channels_rolled(images, max_shift, rng):
    # Axes 2 and 3, as for (N, C, H, W).
    return np.stack([np.roll(image, tuple(pair(rng, max_shift)), axis=(1, 2)) for image in images])


@put(WRONG)
def rows_drawn_alone(images, max_shift, rng):
    # Each row moves for itself.
    return np.stack([variant(image[:, None, :, :], max_shift, rng)[:, 0] for image in images])


@put(WRONG)
def fractions_of_pixels(images, max_shift, rng):
    # Mixes two neighbours.
    a = variant(images, max_shift, rng)
    share = rng.random()
    moved = np.concatenate([np.zeros_like(a[:, :1]), a[:, :-1]], axis=1)
    return ((1 - share) * a + share * moved).astype(images.dtype)


@put(WRONG)
def rows_not_blanked(images, max_shift, rng):
    # Only the columns that come in are zero; rows wrap round.
    out = []
    for image in images:
        down, right = pair(rng, max_shift)
        moved = variant(image[None], max_shift, rng, draw=lambda r, m, c=right: (0, c))[0]
        out.append(np.roll(moved, down, axis=0))
    return np.stack(out)


@put(WRONG)
def image_grows(images, max_shift, rng):
    m = max_shift
    moved = variant(images, m, rng)
    return np.pad(moved, ((0, 0), (m, m), (m, m), (0, 0)))


more: Any = carried(RIGHT["textbook"])
RIGHT |= more[0]
# Whole pixels stay as they are, also when they are rounded.
WRONG |= {name: functions for name, functions in more[1].items() if name != "three_decimals"}
# Pictures are not complex: whether zeros beside them are let pass is nobody's business.
more[2].pop("carried_as_complex_without_imaginary_part")
EITHER |= more[2]
