"""The look of all figures: colours that everyone can tell apart, and what each of them means.

The colours are Okabe and Ito's. What goes forward is blue, gradients are orange, always; training
is drawn solid and validation dashed, so that the difference survives a black-and-white print.
Figures bring their own white paper along, so that they read the same on light and on dark pages.
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
QUIET = "#767676"  # for what should not draw the eye: contours, notes

COUNTS = "Blues"  # colour map from nothing to much
SIGNED = "PRGn"  # colour map with a middle: purple below 0, green above, for the colour-blind too


def style() -> AbstractContextManager[None]:
    """Context in which figures have this look: ``with theme.style(): plt.subplots()``."""
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
