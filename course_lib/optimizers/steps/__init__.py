"""The formulas of the optimizers: one pure function a file, old arrays in and new ones out."""

from typing import TYPE_CHECKING

from course_lib.lazy import lazily

if TYPE_CHECKING:
    from course_lib.optimizers.steps.adam import adam_step as adam_step
    from course_lib.optimizers.steps.momentum import momentum_step as momentum_step
    from course_lib.optimizers.steps.plain import sgd_step as sgd_step
else:
    __getattr__, __dir__, __all__ = lazily(
        __name__, {"adam": ["adam_step"], "momentum": ["momentum_step"], "plain": ["sgd_step"]}
    )
