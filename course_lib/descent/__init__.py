"""Gradient descent on functions and on samples, and the largest stable learning rate."""

from course_lib.descent.gradient_descent import gradient_descent as gradient_descent
from course_lib.descent.max_stable_lr import max_stable_lr as max_stable_lr
from course_lib.descent.sgd_epoch import sgd_epoch as sgd_epoch
from course_lib.descent.taylor_change import taylor_change as taylor_change
