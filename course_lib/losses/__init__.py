"""Losses: each returns its value and its gradient; sum over outputs, mean over samples."""

from typing import TYPE_CHECKING

from course_lib.lazy import lazily

if TYPE_CHECKING:
    from course_lib.losses.cross_entropy import softmax_cross_entropy as softmax_cross_entropy
    from course_lib.losses.square import squared_error as squared_error
else:
    __getattr__, __dir__, __all__ = lazily(
        __name__, {"cross_entropy": ["softmax_cross_entropy"], "square": ["squared_error"]}
    )
