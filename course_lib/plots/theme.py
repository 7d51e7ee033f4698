"""The style of all figures: colours that readers with colour blindness can distinguish as well.

The colours are Okabe and Ito's. Values of the forward pass are always blue, gradients orange.
Training is drawn solid and validation dashed, so that the two differ in a black-and-white print.
Figures are drawn on white paper. On a dark page, a filter turns their lightness over and keeps the
hues: blue stays blue. So text and lines can be told from the ground on both kinds of pages.
"""

from contextlib import AbstractContextManager
from typing import Any

FORWARD = "#0072B2"
GRADIENT = "#C25000"  # darker than theirs, so that small text can be read
CYCLE = (FORWARD, GRADIENT, "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
TRAIN = {"linestyle": "-"}
VALIDATION = {"linestyle": "--"}

PAPER = "#FFFFFF"
INK = "#1A1A1A"
QUIET = "#6E6E6E"  # for contours and notes
ON_DARK = "invert(1) hue-rotate(180deg)"  # CSS, on dark pages

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
