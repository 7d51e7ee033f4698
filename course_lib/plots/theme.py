"""The style of all figures: colours that readers with colour blindness can distinguish as well.

The colours are Okabe and Ito's. Values of the forward pass are always blue, gradients orange.
Training is drawn solid and validation dashed, so that the two differ in a black-and-white print.
Figures have a white background, so that they look the same on light and on dark pages.
"""

from contextlib import AbstractContextManager
from typing import Any

FORWARD = "#0072B2"
GRADIENT = "#D55E00"
CYCLE = (FORWARD, GRADIENT, "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
TRAIN = {"linestyle": "-"}
VALIDATION = {"linestyle": "--"}

PAPER = "#FFFFFF"
INK = "#1A1A1A"
QUIET = "#767676"  # for contours and notes

COUNTS = "Blues"  # colour map for counts, from 0 up
SIGNED = "PRGn"  # colour map with a middle: purple below 0, green above


def style() -> AbstractContextManager[None]:
    """Context manager that gives figures this style: ``with theme.style(): plt.subplots()``."""
    import matplotlib as mpl
    from matplotlib.rcsetup import cycler

    settings: Any = {
        "axes.prop_cycle": cycler(color=CYCLE),
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.grid": True,
        "grid.alpha": 0.3,
        "axes.titlelocation": "left",
        "figure.constrained_layout.use": True,
        "legend.frameon": False,
        "lines.linewidth": 1.8,
        "figure.facecolor": PAPER,
        "axes.facecolor": PAPER,
        "savefig.facecolor": PAPER,
        **dict.fromkeys(("text.color", "axes.labelcolor", "axes.edgecolor"), INK),
        **dict.fromkeys(("xtick.color", "ytick.color", "axes.titlecolor"), INK),
    }
    return mpl.rc_context(settings)
