"""Models: layers put together."""

from course_lib.models.mlp import mlp as mlp
from course_lib.models.sequential import Sequential as Sequential
from course_lib.models.small_cnn import small_cnn as small_cnn
