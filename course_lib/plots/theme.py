"""The style of all figures: colours that readers with colour blindness can distinguish as well.

The colours are Okabe and Ito's. Values of the forward pass are always blue, gradients orange.
Training is drawn solid and validation dashed, so that the two differ in a black-and-white print.
Figures are drawn on white paper. On a dark page, a filter turns their lightness over and keeps the
hues: blue stays blue. So text and lines can be told from the ground on both kinds of pages.
"""

import re
from contextlib import AbstractContextManager
from typing import Any

import numpy as np

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


def for_text(colour: Any) -> str:
    """The colour, darkened until text in it can be read on paper (a contrast of 4.5)."""
    from matplotlib.colors import to_hex, to_rgb

    rgb: Any = np.array(to_rgb(colour))
    while 1.05 / (_luminance(rgb) + 0.05) < 4.5:
        rgb = 0.95 * rgb
    return to_hex(rgb)


def _luminance(rgb: np.ndarray) -> float:
    """As the Web Content Accessibility Guidelines define it, from 0 to 1."""
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


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


def with_minus(text: str) -> str:
    """The text with a minus sign, as matplotlib writes it, in place of the hyphen of a number."""
    return re.sub(r"(?<!\w)-(?=\.?\d)|(?<=\de)-(?=\d)", "−", text)
