"""Gradient checks: numerical gradients, and comparisons along random directions."""

from typing import TYPE_CHECKING

from course_lib.lazy import lazily

if TYPE_CHECKING:
    from course_lib.gradient_check.central import numerical_gradient as numerical_gradient
    from course_lib.gradient_check.directions import GradientCheck as GradientCheck
    from course_lib.gradient_check.directions import check_gradient as check_gradient
    from course_lib.gradient_check.ops import check_op as check_op
    from course_lib.gradient_check.relative import relative_error as relative_error
else:
    __getattr__, __dir__, __all__ = lazily(
        __name__,
        {
            "central": ["numerical_gradient"],
            "directions": ["GradientCheck", "check_gradient"],
            "ops": ["check_op"],
            "relative": ["relative_error"],
        },
    )
