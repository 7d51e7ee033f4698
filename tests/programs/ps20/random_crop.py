"""Solutions of ``random_crop(images, size, rng, pad)``: squares cut out at random places.

``images`` is a batch or a list; around each image is a rim of ``pad`` zeros.
"""

import numpy as np

from tests.programs.catalogue import Catalogue

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def textbook(images, size, rng, pad):
    crops = []
    for image in images:
        padded = np.pad(image, ((pad, pad), (pad, pad), (0, 0))) if pad else image
        top, left = (rng.integers(0, side - size + 1) for side in padded.shape[:2])
        crops.append(padded[top : top + size, left : left + size])
    return np.stack(crops)


@right
def place_numbered(images, size, rng, pad=0):
    # One number for each place.
    def crop(image):
        padded = np.pad(image, [(pad,) * 2, (pad,) * 2, (0,) * 2], mode="constant")
        rows, columns = padded.shape[0] - size + 1, padded.shape[1] - size + 1
        top, left = divmod(int(rng.integers(rows * columns)), columns)
        return padded[top : top + size, left : left + size, :]

    return np.array([crop(image) for image in images])


@right
def windows(images, size, rng, pad):
    crops = []
    for image in images:
        padded = np.pad(image, ((pad, pad), (pad, pad), (0, 0)))
        view = np.lib.stride_tricks.sliding_window_view(padded, (size, size), axis=(0, 1))
        i, j = (int(rng.random() * n) for n in view.shape[:2])
        crops.append(view[i, j].transpose(1, 2, 0))
    return np.ascontiguousarray(crops)


STACKED = "np.stack(crops)"
# (N, size, size, C) is expected for a list of images too.
open_.edit(
    "list_for_a_list", textbook, STACKED, f"crops if isinstance(images, list) else {STACKED}"
)


@wrong
def size_of_the_first_image(images, size, rng, pad):
    # The range is that of the first image, so crops of others are cut short.
    H, W, C = images[0].shape
    crops = np.zeros((len(images), size, size, C), images[0].dtype)
    for n, image in enumerate(images):
        padded = np.pad(image, ((pad, pad), (pad, pad), (0, 0)))
        top, left = (rng.integers(side + 2 * pad - size + 1) for side in (H, W))
        crop = padded[top : top + size, left : left + size]
        crops[n, : crop.shape[0], : crop.shape[1]] = crop
    return crops
