"""Which classes a model confuses."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from course_lib.backend import Array, to_numpy
from course_lib.plots import theme

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def confusion(
    counts: Array, classes: Sequence[str] = (), title: str = "Which classes are confused"
) -> "Figure":
    """Draw a confusion matrix, with the counts in its cells.

    The colour is the share of the true class, so that rare classes are as visible as frequent ones.

    Parameters
    ----------
    counts : (K, K), a row for each true class, from `confusion_matrix`
    classes : names of the K classes; their numbers if left out
    title : of the figure; say what it shows

    Returns
    -------
    figure : matplotlib figure with one picture and its scale

    Raises
    ------
    ValueError
        If counts is not square, or if there are not as many names.
    """
    table = to_numpy(counts)
    if table.ndim != 2 or table.shape[0] != table.shape[1] or table.size == 0:
        raise ValueError(f"confusion: counts has shape {table.shape}, expected (K, K)")
    K = len(table)
    names = list(classes) or [str(k) for k in range(K)]
    if len(names) != K:
        raise ValueError(f"confusion: there are {len(names)} names for {K} classes")
    shares = table / np.maximum(table.sum(axis=1, keepdims=True), 1)
    import matplotlib.pyplot as plt

    with theme.style():
        side = max(2.6, 0.45 * K + 1.2)
        figure, ax = plt.subplots(figsize=(side + 0.9, side))
        image = ax.imshow(shares, cmap=theme.COUNTS, vmin=0.0, vmax=1.0)
        for i, j in np.ndindex(K, K):
            if table[i, j]:
                on_dark = shares[i, j] > 0.55
                ax.text(
                    j, i, f"{table[i, j]:d}", ha="center", va="center", fontsize="small",
                    color=theme.PAPER if on_dark else theme.INK,
                )  # fmt: skip
        slanted: Any = {"rotation": 45, "ha": "right"} if max(map(len, names)) > 3 else {}
        ax.set_xticks(range(K), names, **slanted)
        ax.set_yticks(range(K), names)
        ax.set(xlabel="predicted class", ylabel="true class", title=title)
        ax.grid(visible=False)
        figure.colorbar(image, ax=ax, shrink=0.8, label="share of the true class")
    return figure
