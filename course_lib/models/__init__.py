"""Models: layers put together."""

from typing import TYPE_CHECKING

from course_lib.lazy import lazily

if TYPE_CHECKING:
    from course_lib.models.convolutional import small_cnn as small_cnn
    from course_lib.models.perceptron import mlp as mlp
    from course_lib.models.sequential import Sequential as Sequential
else:
    __getattr__, __dir__, __all__ = lazily(
        __name__,
        {
            "convolutional": ["small_cnn"],
            "perceptron": ["mlp"],
            "sequential": ["Sequential"],
        },
    )
