"""Schedules: the learning rate of a step, as plain functions ``(t, *, …) -> float``.

`fit` takes any function of the step's number: ``fit(…, schedule=lambda t: step_decay(t, lr=0.1,
factor=0.5, every=100))``.
"""

from course_lib.schedules.capped_inverse import capped_inverse as capped_inverse
from course_lib.schedules.exponential_decay import exponential_decay as exponential_decay
from course_lib.schedules.inverse_time_decay import inverse_time_decay as inverse_time_decay
from course_lib.schedules.piecewise_constant import piecewise_constant as piecewise_constant
from course_lib.schedules.step_decay import step_decay as step_decay
from course_lib.schedules.warmup_cosine import warmup_cosine as warmup_cosine
