"""Optimizers: the formulas (``*_step``) and the classes that apply them to parameters."""

from typing import TYPE_CHECKING

from course_lib.lazy import lazily

if TYPE_CHECKING:
    from course_lib.optimizers.adam import Adam as Adam
    from course_lib.optimizers.optimizer import Optimizer as Optimizer
    from course_lib.optimizers.sgd import SGD as SGD
    from course_lib.optimizers.steps.adam import adam_step as adam_step
    from course_lib.optimizers.steps.momentum import momentum_step as momentum_step
    from course_lib.optimizers.steps.plain import sgd_step as sgd_step
else:
    __getattr__, __dir__, __all__ = lazily(
        __name__,
        {
            "adam": ["Adam"],
            "optimizer": ["Optimizer"],
            "sgd": ["SGD"],
            "steps.adam": ["adam_step"],
            "steps.momentum": ["momentum_step"],
            "steps.plain": ["sgd_step"],
        },
    )
