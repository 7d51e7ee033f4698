"""Schedules: the learning rate of a step, as plain functions ``(t, *, …) -> float``.

`fit` takes any function of the step's number: ``fit(…, schedule=lambda t: step_decay(t, lr=0.1,
factor=0.5, every=100))``.
"""

from typing import TYPE_CHECKING

from course_lib.lazy import lazily

if TYPE_CHECKING:
    from course_lib.schedules.capped import capped_inverse as capped_inverse
    from course_lib.schedules.cosine import warmup_cosine as warmup_cosine
    from course_lib.schedules.exponential import exponential_decay as exponential_decay
    from course_lib.schedules.inverse_time import inverse_time_decay as inverse_time_decay
    from course_lib.schedules.pieces import piecewise_constant as piecewise_constant
    from course_lib.schedules.stairs import step_decay as step_decay
else:
    __getattr__, __dir__, __all__ = lazily(
        __name__,
        {
            "capped": ["capped_inverse"],
            "cosine": ["warmup_cosine"],
            "exponential": ["exponential_decay"],
            "inverse_time": ["inverse_time_decay"],
            "pieces": ["piecewise_constant"],
            "stairs": ["step_decay"],
        },
    )
