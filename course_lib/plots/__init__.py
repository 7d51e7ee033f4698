"""Figures in one common style; matplotlib is imported when the first figure is drawn."""

from typing import TYPE_CHECKING

from course_lib.lazy import lazily

if TYPE_CHECKING:
    from course_lib.plots import theme as theme
    from course_lib.plots.alternative_text import Picture as Picture
    from course_lib.plots.alternative_text import with_alt as with_alt
    from course_lib.plots.curves import training_curves as training_curves
    from course_lib.plots.distributions import activations as activations
    from course_lib.plots.distributions import gradients as gradients
    from course_lib.plots.first_layer import filters as filters
    from course_lib.plots.landscapes import landscape_paths as landscape_paths
    from course_lib.plots.matrices import confusion as confusion
    from course_lib.plots.player import Player as Player
    from course_lib.plots.ranges import learning_rates as learning_rates
    from course_lib.plots.sequences import animation as animation
    from course_lib.plots.sequences import slider as slider
else:
    __getattr__, __dir__, __all__ = lazily(
        __name__,
        {
            "alternative_text": ["Picture", "with_alt"],
            "curves": ["training_curves"],
            "distributions": ["activations", "gradients"],
            "first_layer": ["filters"],
            "landscapes": ["landscape_paths"],
            "matrices": ["confusion"],
            "player": ["Player"],
            "ranges": ["learning_rates"],
            "sequences": ["animation", "slider"],
        },
        subpackages=["theme"],
    )
