"""Solutions of ``random_scale(images, short_sides, rng)``: a list of N images (H_i, W_i, C).

The shorter side is drawn from the whole numbers of ``short_sides``, both bounds included; pixels
are little squares that cover the image, mixed bilinearly.
"""

import numpy as np

from tests.programs.catalogue import Catalogue

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(images, short_sides, rng):
    low, high = short_sides
    scaled = []
    for image in images:
        side = int(rng.integers(low, high + 1))
        H, W, _ = image.shape
        h, w = (round(old * side / min(H, W)) for old in (H, W))
        sides = (h, H), (w, W)
        r, c = (np.clip((np.arange(n) + 0.5) * old / n - 0.5, 0, old - 1) for n, old in sides)
        i, j = np.floor(r).astype(int), np.floor(c).astype(int)
        k, m = np.minimum(i + 1, H - 1), np.minimum(j + 1, W - 1)
        a, b = (r - i)[:, None, None], (c - j)[None, :, None]
        above = (1 - b) * image[i][:, j] + b * image[i][:, m]
        below = (1 - b) * image[k][:, j] + b * image[k][:, m]
        new = (1 - a) * above + a * below
        scaled.append(new.astype(image.dtype))
    return scaled


def places(new, old):
    """Where the middles of the new pixels lie among the old ones."""
    return np.clip((np.arange(new) + 0.5) * old / new - 0.5, 0, old - 1)


def lengths(image, side):
    H, W, _ = image.shape
    return (side, round(side * W / H)) if H <= W else (round(side * H / W), side)


@right
def weight_matrices(images, short_sides, rng):
    # A @ image @ B with tents as weights.
    def tents(new, old):
        return np.maximum(0, 1 - np.abs(places(new, old)[:, None] - np.arange(old)))

    _, H, W, _ = images.shape
    sides = rng.integers(*short_sides, size=len(images), endpoint=True)
    scaled = []
    for image, side in zip(images, sides, strict=True):
        h, w = lengths(image, int(side))
        new = np.einsum("ri,ijc,sj->rsc", tents(h, H), image, tents(w, W), optimize=True)
        scaled.append(new.astype(image.dtype))
    return scaled


@right
def interpolated_along_axes(images, short_sides, rng):
    def along(line, new):
        old = len(line)
        return np.interp((np.arange(new) + 0.5) * old / new - 0.5, np.arange(old), line)

    out = []
    for image in images[::-1]:
        h, w = lengths(image, int(rng.choice(np.arange(short_sides[0], short_sides[1] + 1))))
        tall = np.apply_along_axis(along, 0, image, h)
        out.append(np.apply_along_axis(along, 1, tall, w).astype(image.dtype))
    return out[::-1]


@right
def pixel_by_pixel(images, short_sides, rng):
    low, high = short_sides
    _, H, W, C = images.shape
    scaled = []
    for image in images:
        h, w = lengths(image, low + int(rng.random() * (high - low + 1)))
        new = np.zeros((h, w, C), image.dtype)
        for i, r in enumerate(places(h, H)):
            for j, c in enumerate(places(w, W)):
                top, left = min(int(r), H - 2), min(int(c), W - 2)
                s, t = r - top, c - left
                above = (1 - t) * image[top, left] + t * image[top, left + 1]
                below = (1 - t) * image[top + 1, left] + t * image[top + 1, left + 1]
                new[i, j] = (1 - s) * above + s * below
        scaled.append(new)
    return scaled


@right
def edge_padded(images, short_sides, rng):
    # A rim that repeats the edge takes the place of clipping.
    def stretch(image, new):
        old = len(image)
        rim = np.pad(image, ((1, 1), (0, 0), (0, 0)), mode="edge")
        at = (np.arange(new) + 0.5) * (old / new) + 0.5
        below = np.floor(at).astype(int)
        share = (at - below).astype(image.dtype)[:, None, None]
        return rim[below] + share * (rim[below + 1] - rim[below])

    scaled = []
    for image in images:
        side = rng.permutation(range(short_sides[0], short_sides[1] + 1))[0]
        h, w = lengths(image, int(side))
        scaled.append(stretch(stretch(image, h).swapaxes(0, 1), w).swapaxes(0, 1))
    return scaled


@right
def one_factor_width_first(images, short_sides, rng):
    # The ratio of the short sides serves both directions.
    def squeeze(image, factor, axis):
        old = image.shape[axis]
        at = (np.arange(round(old * factor)) + 0.5) / factor - 0.5
        i = np.clip(at, 0, old - 1).astype(int)
        share = np.expand_dims(np.clip(at, 0, old - 1) - i, tuple({0, 1, 2} - {axis}))
        here, there = np.take(image, i, axis), np.take(image, i + 1, axis, mode="clip")
        return (here * (1 - share) + there * share).astype(image.dtype)

    sides = [int(rng.integers(short_sides[0], short_sides[1], endpoint=True)) for _ in images]
    factors = [side / min(images.shape[1:3]) for side in sides]
    return [squeeze(squeeze(x, f, 1), f, 0) for x, f in zip(images, factors, strict=True)]


# A tuple is as good as a list to go through.
open_.edit("tuple_of_images", textbook, "return scaled", "return tuple(scaled)")
