"""Solutions of ``rotate(images, max_degrees, rng)``: each turned about its centre."""

import functools
from typing import Any

import numpy as np

from . import readers
from .carriers import carried
from .readers import centred, linear_in_columns_only, middle, read
from .tables import Table, put

RIGHT: Table = {}
FORM: Table = {}
WRONG: Table = {}
EITHER: Table = {}


@put(RIGHT)
def textbook(images, max_degrees, rng):
    turned = []
    for image in images:
        a = np.radians(rng.uniform(-max_degrees, max_degrees))
        r, c = centred(image)
        H, W, _ = image.shape
        rows = r * np.cos(a) + c * np.sin(a) + (H - 1) / 2
        columns = c * np.cos(a) - r * np.sin(a) + (W - 1) / 2
        turned.append(read(image, rows, columns))
    return np.stack(turned)


@put(RIGHT)
def complex_numbers(images, max_degrees, rng):
    # Multiplying by exp(ia) turns the plane; the sign of a does not matter.
    _, H, W, _ = images.shape
    angles = np.deg2rad(max_degrees * (2 * rng.random(len(images)) - 1))
    z = (np.arange(W) - (W - 1) / 2) + 1j * (np.arange(H) - (H - 1) / 2)[:, None]
    out = np.empty_like(images)
    for n, a in enumerate(angles):
        place = z * np.exp(1j * a)
        out[n] = read(images[n], place.imag + (H - 1) / 2, place.real + (W - 1) / 2)
    return out


@put(RIGHT)
def homogeneous_matrices(images, max_degrees, rng):
    N, H, W, C = images.shape
    to_centre = np.array([[1, 0, -(H - 1) / 2], [0, 1, -(W - 1) / 2], [0, 0, 1]])
    i, j = np.indices((H, W)).reshape(2, -1)
    p = np.stack([i, j, np.ones_like(i)])
    out = []
    for n in range(N):
        a = np.pi / 180 * rng.uniform(low=-max_degrees, high=max_degrees)
        R = np.array([[np.cos(a), -np.sin(a), 0], [np.sin(a), np.cos(a), 0], [0, 0, 1]])
        r, c, _ = np.linalg.inv(to_centre) @ np.linalg.inv(R) @ to_centre @ p
        out.append(read(images[n], r, c).reshape(H, W, C))
    return np.array(out)


@put(RIGHT)
def tents(images, max_degrees, rng):
    # Every old pixel counts by max(0, 1 - |dr|) max(0, 1 - |dc|).
    N, H, W, C = images.shape
    a = np.radians(rng.uniform(-1, 1, size=N) * max_degrees)
    out = np.zeros_like(images)
    i, j = (k.ravel() for k in np.indices((H, W)))
    for n in range(N):
        y, x = i - (H - 1) / 2, j - (W - 1) / 2
        r = np.cos(a[n]) * y - np.sin(a[n]) * x + (H - 1) / 2
        c = np.sin(a[n]) * y + np.cos(a[n]) * x + (W - 1) / 2
        rows = np.maximum(0, 1 - np.abs(r[:, None] - np.arange(H)))
        columns = np.maximum(0, 1 - np.abs(c[:, None] - np.arange(W)))
        moved = np.einsum("ph,pw,hwc->pc", rows, columns, images[n], optimize=True)
        out[n] = moved.reshape(H, W, C)
    return out


@put(RIGHT)
def pixel_by_pixel(images, max_degrees, rng):
    N, H, W, _ = images.shape
    out = np.zeros_like(images)
    for n in range(N):
        a = float(np.radians(rng.uniform(-max_degrees, max_degrees)))
        cos, sin = np.cos(a), np.sin(a)
        for i in range(H):
            for j in range(W):
                y, x = i - 0.5 * (H - 1), j - 0.5 * (W - 1)
                r, c = cos * y + sin * x + 0.5 * (H - 1), cos * x - sin * y + 0.5 * (W - 1)
                top, left = int(np.floor(r)), int(np.floor(c))
                for k, v in ((top, 1 - (r - top)), (top + 1, r - top)):
                    for m, w in ((left, 1 - (c - left)), (left + 1, c - left)):
                        if 0 <= k < H and 0 <= m < W:
                            out[n, i, j] += (v * w * images[n, k, m]).astype(out.dtype)
    return out


@put(RIGHT)
def canvas_of_zeros(images, max_degrees, rng):
    # So large a rim that no place is outside.
    N, H, W, C = images.shape
    rim = H + W
    canvas = np.zeros((N, H + 2 * rim, W + 2 * rim, C), images.dtype)
    canvas[:, rim : rim + H, rim : rim + W] = images
    a = np.deg2rad(rng.uniform(-max_degrees, max_degrees, (N, 1, 1)))
    y = (np.arange(H) - (H - 1) / 2)[:, None]
    x = (np.arange(W) - (W - 1) / 2)[None, :]
    r = y * np.cos(a) - x * np.sin(a) + (H - 1) / 2 + rim
    c = y * np.sin(a) + x * np.cos(a) + (W - 1) / 2 + rim
    i, j = r.astype(int), c.astype(int)
    v, w = (r - i)[..., None].astype(images.dtype), (c - j)[..., None].astype(images.dtype)
    n = np.arange(N)[:, None, None]
    return (
        canvas[n, i, j] * (1 - v) * (1 - w)
        + canvas[n, i + 1, j] * v * (1 - w)
        + canvas[n, i, j + 1] * (1 - v) * w
        + canvas[n, i + 1, j + 1] * v * w
    )


@put(RIGHT)
def forward_matrix_solved(images, max_degrees, rng):
    _, H, W, C = images.shape
    centre = np.array([[(H - 1) / 2], [(W - 1) / 2]])
    new = np.indices((H, W)).reshape(2, -1) - centre
    turned = []
    for image in images:
        a = (1 - 2 * rng.random()) * np.pi * max_degrees / 180
        R = np.array([[np.cos(a), np.sin(a)], [-np.sin(a), np.cos(a)]])
        old = np.linalg.solve(R, new) + centre
        turned.append(read(image, *old).reshape(H, W, C))
    return np.stack(turned, axis=0)


@put(EITHER)
def places_outside_are_black(images, max_degrees, rng):
    # A place beyond the middle of the last pixel is 0; mixing it with 0 is the other reading.
    return variant(images, max_degrees, rng, reader=hard_edge)


@put(EITHER)
def whole_degrees(images, max_degrees, rng):
    # Hardly told apart from real numbers when max_degrees is large.
    return variant(
        images,
        max_degrees,
        rng,
        draw=lambda rng, m: np.radians(
            rng.integers(-int(m), int(m) + 1) if m >= 10 else rng.uniform(-m, m)
        ),
    )


def hard_edge(image, r, c):
    H, W, _ = image.shape
    near = 1e-5  # rounding at the very edge
    inside = (r >= -near) & (r <= H - 1 + near) & (c >= -near) & (c <= W - 1 + near)
    return read(image, r.clip(0, H - 1), c.clip(0, W - 1)) * inside[..., None]


@put(FORM)
def list_of_images(images, max_degrees, rng):  # a list
    return list(textbook(images, max_degrees, rng))


@put(FORM)
def double_precision(images, max_degrees, rng):  # float64 from float32
    return textbook(images, max_degrees, rng).astype(float)


@put(FORM)
def in_place(images, max_degrees, rng):  # images are changed
    for n in range(len(images)):
        images[n] = textbook(images[n : n + 1], max_degrees, rng)[0]
    return images.copy()


@put(FORM)
def leading_axis(images, max_degrees, rng):  # (1, N, H, W, C)
    return textbook(images, max_degrees, rng)[None]


def turn(r, c, a):
    return r * np.cos(a) + c * np.sin(a), c * np.cos(a) - r * np.sin(a)


def variant(
    images,
    max_degrees,
    rng,
    draw=lambda rng, m: np.radians(rng.uniform(-m, m)),
    move=turn,
    centre=middle,
    reader=read,
):
    """A rotation with places to go wrong."""
    _, H, W, _ = images.shape
    y, x = centre(H, W)
    out = []
    for image in images:
        r, c = move(np.arange(H)[:, None] - y, np.arange(W)[None, :] - x, draw(rng, max_degrees))
        out.append(reader(image, *np.broadcast_arrays(r + y, c + x)))
    return np.stack(out).astype(images.dtype)


def global_angle(rng, m):
    return np.radians(np.random.uniform(-m, m))  # noqa: NPY002


for name, spoilt in {
    "degrees_taken_for_radians": {"draw": lambda rng, m: rng.uniform(-m, m)},
    "never_negative": {"draw": lambda rng, m: np.radians(rng.uniform(0, m))},
    "never_positive": {"draw": lambda rng, m: np.radians(rng.uniform(-m, 0))},
    "half_the_angle": {"draw": lambda rng, m: np.radians(rng.uniform(-m, m) / 2)},
    "twice_the_angle": {"draw": lambda rng, m: np.radians(rng.uniform(-m, m) * 2)},
    "always_the_largest": {"draw": lambda rng, m: np.radians(m)},
    "one_of_two_angles": {"draw": lambda rng, m: np.radians(rng.choice([-m, m]))},
    "normal_angles": {"draw": lambda rng, m: np.radians(rng.normal(0, m))},
    "not_turned": {"draw": lambda rng, m: 0.0},
    "quarter_turns": {"draw": lambda rng, m: np.pi / 2 * rng.integers(4)},
    "any_angle": {"draw": lambda rng, m: rng.uniform(-np.pi, np.pi)},
    "divided_by_360": {"draw": lambda rng, m: np.pi * rng.uniform(-m, m) / 360},
    "same_angles_every_time": {
        "draw": lambda rng, m: np.radians(np.random.default_rng(5).uniform(-m, m))
    },
    "fresh_generator": {"draw": lambda rng, m: np.radians(np.random.default_rng().uniform(-m, m))},
    "global_random_state": {"draw": global_angle},
    "sine_of_one_sign": {
        # No rotation: a mirror image of one.
        "move": lambda r, c, a: (r * np.cos(a) + c * np.sin(a), c * np.cos(a) + r * np.sin(a)),
    },
    "sine_and_cosine_exchanged": {
        "move": lambda r, c, a: (r * np.sin(a) + c * np.cos(a), c * np.sin(a) - r * np.cos(a)),
    },
    "columns_from_turned_rows": {
        # r is overwritten before it is used.
        "move": lambda r, c, a: (
            (q := r * np.cos(a) + c * np.sin(a)),
            c * np.cos(a) - q * np.sin(a),
        ),
    },
    "small_angles": {"move": lambda r, c, a: (r + c * a, c - r * a)},
    "sheared": {"move": lambda r, c, a: (r, c - r * np.sin(a))},
    "scaled_too": {"move": lambda r, c, a: turn(r / np.cos(a), c / np.cos(a), a)},
    "about_the_first_pixel": {"centre": lambda H, W: (0, 0)},
    "about_the_middle_of_the_size": {"centre": lambda H, W: (H / 2, W / 2)},
    "about_a_whole_pixel": {"centre": lambda H, W: (H // 2, W // 2)},
    "centre_rounded_down": {"centre": lambda H, W: ((H - 1) // 2, (W - 1) // 2)},
    "centre_of_a_square": {"centre": lambda H, W: ((H - 1) / 2, (H - 1) / 2)},
    "centre_coordinates_exchanged": {"centre": lambda H, W: ((W - 1) / 2, (H - 1) / 2)},
    "linear_in_columns_only": {"reader": linear_in_columns_only},
    **readers.WRONG,
}.items():
    WRONG[name] = (functools.partial(variant, **spoilt),)  # type: ignore[arg-type]


@put(WRONG)
def one_angle_for_the_batch(images, max_degrees, rng):
    # Right for N = 1.
    a = np.radians(rng.uniform(-max_degrees, max_degrees))
    return variant(images, max_degrees, rng, draw=lambda rng, m: a)


@put(WRONG)
def carried_forward(images, max_degrees, rng):
    # Old pixels are put at the nearest new place: holes stay black.
    _, H, W, _ = images.shape
    out = np.zeros_like(images)
    for n, image in enumerate(images):
        r, c = turn(*centred(image), np.radians(rng.uniform(-max_degrees, max_degrees)))
        i, j = np.rint(r + (H - 1) / 2).astype(int), np.rint(c + (W - 1) / 2).astype(int)
        inside = (i >= 0) & (i < H) & (j >= 0) & (j < W)
        out[n, i[inside], j[inside]] = image[inside]
    return out


@put(WRONG)
def angle_per_channel(images, max_degrees, rng):
    channels = [variant(images[..., k : k + 1], max_degrees, rng) for k in range(images.shape[-1])]
    out = np.concatenate(channels, axis=-1)
    return out if images.shape[-1] > 1 else np.roll(out, 1, axis=2)


more: Any = carried(RIGHT["textbook"])
RIGHT |= more[0]
WRONG |= more[1]
# Pictures are not complex: whether zeros beside them are let pass is nobody's business.
more[2].pop("carried_as_complex_without_imaginary_part")
EITHER |= more[2]
