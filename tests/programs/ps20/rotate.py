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
