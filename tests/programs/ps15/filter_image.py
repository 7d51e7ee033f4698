"""Solutions of ``filter_image(image, weights) -> output``."""

import numpy as np

from tests.programs.catalogue import Catalogue, changes

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


@right
def four_loops(image, weights):
    rows, columns = (n - k + 1 for n, k in zip(image.shape, weights.shape, strict=True))
    output = np.zeros((rows, columns), dtype=image.dtype)
    for r, s in np.ndindex(rows, columns):
        for i, j in np.ndindex(*weights.shape):
            output[r, s] += weights[i, j] * image[r + i, s + j]
    return output


@right
def windows_as_a_view(image, weights):
    windows = np.lib.stride_tricks.sliding_window_view(image, weights.shape)
    return np.sum(windows * weights, axis=(2, 3))


@right
def one_weight_after_another(image, weights):
    """Each weight multiplies a part of the image, as large as the output."""
    rows, columns = image.shape[0] - len(weights) + 1, image.shape[1] - weights.shape[1] + 1
    return sum(
        weight * image[i : i + rows, j : j + columns] for (i, j), weight in np.ndenumerate(weights)
    )


@right
def product_with_the_windows(image, weights):
    windows = np.lib.stride_tricks.sliding_window_view(image, weights.shape)
    return windows.reshape(*windows.shape[:2], -1) @ weights.ravel()


@wrong
def as_exact_as_the_weights(image, weights):
    """Rounds to integers if the weights are integers."""
    return windows_as_a_view(image, weights).astype(weights.dtype)


wrong.edit(
    "windows_of_a_square_filter",
    windows_as_a_view,
    "weights.shape)",
    "(len(weights), len(weights)))",
)
wrong.edit(
    "sum_of_rows_alone",
    windows_as_a_view,
    "np.sum(windows * weights, axis=(2, 3))",
    "np.sum(windows * weights, axis=3)[:, :, 0]",
)

programs.beside_the_point = [
    "return image[: 1 - len(weights) or None, : 1 - weights.shape[1] or None]",
    "output[r, s] = np.sum(window)",
]

programs.equivalent = changes("""
output = np.zeros((rows, columns), image.dtype) -> output = np.ones((rows, columns), image.dtype)
    every entry is overwritten
""")
