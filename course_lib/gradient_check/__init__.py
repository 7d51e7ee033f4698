"""Gradient checks: numerical gradients, and comparisons along random directions."""

from course_lib.gradient_check.checks import GradientCheck as GradientCheck
from course_lib.gradient_check.checks import check_gradient as check_gradient
from course_lib.gradient_check.checks import check_layer as check_layer
from course_lib.gradient_check.checks import check_op as check_op
from course_lib.gradient_check.checks import relative_error as relative_error
from course_lib.gradient_check.numerical_gradient import numerical_gradient as numerical_gradient
