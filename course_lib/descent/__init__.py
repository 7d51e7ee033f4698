"""Gradient descent on functions and on samples, and the largest stable learning rate."""

from typing import TYPE_CHECKING

from course_lib.lazy import lazily

if TYPE_CHECKING:
    from course_lib.descent.epoch import sgd_epoch as sgd_epoch
    from course_lib.descent.iteration import gradient_descent as gradient_descent
    from course_lib.descent.stability import max_stable_lr as max_stable_lr
    from course_lib.descent.taylor import taylor_change as taylor_change
else:
    __getattr__, __dir__, __all__ = lazily(
        __name__,
        {
            "epoch": ["sgd_epoch"],
            "iteration": ["gradient_descent"],
            "stability": ["max_stable_lr"],
            "taylor": ["taylor_change"],
        },
    )
