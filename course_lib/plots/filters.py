"""The weights of the first layer as pictures."""

import math
from typing import TYPE_CHECKING

import numpy as np

from course_lib.backend import Array, to_numpy
from course_lib.plots import theme

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def filters(
    W: Array,
    image_shape: tuple[int, int] | None = None,
    *,
    most: int = 32,
    title: str = "Weights of the first layer",
) -> "Figure":
    """Weights of the first layer, one picture for each of its units.

    All pictures share one scale with 0 in its middle: white is weight 0, green is positive and
    purple is negative. Filters of convolutions over three channels are shown in colour instead;
    there grey is weight 0.

    Parameters
    ----------
    W : (D, n_out), columns are filters; or (C_out, C_in, kh, kw) with C_in 1 or 3
    image_shape : (height, width) with height * width = D; for (D, n_out), a square if left out
    most : how many to show at most, the first ones
    title : of the figure; say what it shows

    Returns
    -------
    figure : matplotlib figure with a grid of pictures and a scale

    Raises
    ------
    ValueError
        If W has another shape, or image_shape does not fit it.
    """
    pictures = _pictures(to_numpy(W).astype(np.float64), image_shape)[:most]
    limit = float(np.max(np.abs(pictures))) or 1.0
    columns = min(8, len(pictures))
    rows = math.ceil(len(pictures) / columns)
    import matplotlib.pyplot as plt

    with theme.style():
        size = (0.8 * columns + 0.9, 0.8 * rows + 0.5)
        figure, axes = plt.subplots(rows, columns, figsize=size, squeeze=False)
        for ax in axes.flat:
            ax.axis("off")
        for ax, picture in zip(axes.flat, pictures, strict=False):
            if picture.ndim == 3:
                ax.imshow(0.5 + 0.5 * picture / limit)
            else:
                image = ax.imshow(picture, cmap=theme.SIGNED, vmin=-limit, vmax=limit)
        if pictures[0].ndim == 2:
            figure.colorbar(image, ax=axes, shrink=0.8, label="weight")
        figure.suptitle(title, x=0.02, ha="left")
    return figure


def _pictures(W: np.ndarray, image_shape: tuple[int, int] | None) -> np.ndarray:
    if W.ndim == 4 and W.shape[1] in (1, 3) and W.size:
        return W[:, 0] if W.shape[1] == 1 else W.transpose(0, 2, 3, 1)
    if W.ndim != 2 or not W.size:
        raise ValueError(
            f"filters: W has shape {W.shape}, expected (D, n_out) or (C_out, 1 or 3, kh, kw)"
        )
    D, n_out = W.shape
    height, width = image_shape or (math.isqrt(D), math.isqrt(D))
    if height * width != D:
        raise ValueError(
            f"filters: W has {D} rows, not those of a picture of {height} x {width} pixels; pass "
            "image_shape=(height, width)"
        )
    return W.T.reshape(n_out, height, width)
