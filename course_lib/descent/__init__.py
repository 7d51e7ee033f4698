"""Gradient descent on functions and on samples; learning rates and momentum on a quadratic."""

from course_lib.descent.accumulated_gradient import accumulated_gradient as accumulated_gradient
from course_lib.descent.best_lr import best_lr as best_lr
from course_lib.descent.best_momentum import best_momentum as best_momentum
from course_lib.descent.gradient_descent import gradient_descent as gradient_descent
from course_lib.descent.growth import growth as growth
from course_lib.descent.max_stable_lr import max_stable_lr as max_stable_lr
from course_lib.descent.mean_gradient import mean_gradient as mean_gradient
from course_lib.descent.sgd_epoch import sgd_epoch as sgd_epoch
from course_lib.descent.taylor_change import taylor_change as taylor_change
