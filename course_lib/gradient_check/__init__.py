"""Gradient checks: numerical gradients, and comparisons along random directions."""

from course_lib.gradient_check.check_gradient import GradientCheck as GradientCheck
from course_lib.gradient_check.check_gradient import check_gradient as check_gradient
from course_lib.gradient_check.check_op import check_op as check_op
from course_lib.gradient_check.numerical_gradient import numerical_gradient as numerical_gradient
from course_lib.gradient_check.relative_error import relative_error as relative_error
