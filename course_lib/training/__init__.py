"""Training: the loop, what it records, and what may listen in."""

from typing import TYPE_CHECKING

from course_lib.lazy import lazily

if TYPE_CHECKING:
    from course_lib.training.callbacks import KeepBest as KeepBest
    from course_lib.training.callbacks import StopEarly as StopEarly
    from course_lib.training.evaluation import evaluate as evaluate
    from course_lib.training.history import History as History
    from course_lib.training.loop import fit as fit
    from course_lib.training.metrics import accuracy as accuracy
else:
    __getattr__, __dir__, __all__ = lazily(
        __name__,
        {
            "callbacks": ["KeepBest", "StopEarly"],
            "evaluation": ["evaluate"],
            "history": ["History"],
            "loop": ["fit"],
            "metrics": ["accuracy"],
        },
    )
