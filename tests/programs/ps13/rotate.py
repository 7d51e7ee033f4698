"""Solutions of ``rotate(images, max_degrees, rng)``: each turned about its centre."""

import functools

import numpy as np

from tests.programs import readers
from tests.programs.catalogue import Catalogue
from tests.programs.readers import centred, middle, read

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
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


@right
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


@right
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


@right
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


@right
def in_single_precision(images, max_degrees, rng):
    turned = []
    for image in images:
        a = (rng.random(dtype=np.float32) * 2 - 1) * np.float32(np.pi / 180 * max_degrees)
        r, c = (places.astype(np.float32) for places in centred(image))
        y, x = np.float32(middle(*image.shape[:2]))
        rows = r * np.cos(a) + c * np.sin(a) + y
        turned.append(read(image, rows, c * np.cos(a) - r * np.sin(a) + x))
    return np.stack(turned)


@open_
def places_outside_are_black(images, max_degrees, rng):
    # A place beyond the middle of the last pixel is 0; mixing it with 0 is the other reading.
    return spoilt(images, max_degrees, rng, reader=hard_edge)


def hard_edge(image, r, c):
    H, W, _ = image.shape
    near = 1e-5  # rounding at the very edge
    inside = (r >= -near) & (r <= H - 1 + near) & (c >= -near) & (c <= W - 1 + near)
    return read(image, r.clip(0, H - 1), c.clip(0, W - 1)) * inside[..., None]


form.add("list_of_images", lambda *given: list(textbook(*given)))
form.add("double_precision", lambda *given: textbook(*given).astype(float))
form.add("leading_axis", lambda *given: textbook(*given)[None])  # (1, N, H, W, C)


@form
def in_place(images, max_degrees, rng):  # images are changed
    for n in range(len(images)):
        images[n] = textbook(images[n : n + 1], max_degrees, rng)[0]
    return images.copy()


def turn(r, c, a):
    return r * np.cos(a) + c * np.sin(a), c * np.cos(a) - r * np.sin(a)


def spoilt(images, max_degrees, rng, reader=read, move=turn):
    """A rotation that reads values between pixels by ``reader``."""
    _, H, W, _ = images.shape
    y, x = middle(H, W)
    out = []
    for image in images:
        a = np.radians(rng.uniform(-max_degrees, max_degrees))
        r, c = move(np.arange(H)[:, None] - y, np.arange(W)[None, :] - x, a)
        out.append(reader(image, *np.broadcast_arrays(r + y, c + x)))
    return np.stack(out).astype(images.dtype)


for name, reader in readers.WRONG.items():
    wrong.add(name, functools.partial(spoilt, reader=reader))
