"""Diagnostics of a network: saturated units, dead units, vanishing and exploding gradients."""

from typing import TYPE_CHECKING

from course_lib.lazy import lazily

if TYPE_CHECKING:
    from course_lib.diagnostics.dead import dead_fraction as dead_fraction
    from course_lib.diagnostics.depth import layer_gradient_norms as layer_gradient_norms
    from course_lib.diagnostics.saturation import saturated_fraction as saturated_fraction
else:
    __getattr__, __dir__, __all__ = lazily(
        __name__,
        {
            "dead": ["dead_fraction"],
            "depth": ["layer_gradient_norms"],
            "saturation": ["saturated_fraction"],
        },
    )
