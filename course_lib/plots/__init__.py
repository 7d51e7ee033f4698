"""Figures, all in one look; matplotlib is loaded when the first one is drawn."""

from typing import TYPE_CHECKING

from course_lib.lazy import lazily

if TYPE_CHECKING:
    from course_lib.plots import theme as theme
    from course_lib.plots.curves import training_curves as training_curves
else:
    __getattr__, __dir__, __all__ = lazily(
        __name__, {"curves": ["training_curves"]}, subpackages=["theme"]
    )
