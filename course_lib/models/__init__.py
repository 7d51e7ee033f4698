"""Models: layers put together."""

from course_lib.models.frozen import Frozen as Frozen
from course_lib.models.networks import mlp as mlp
from course_lib.models.networks import small_cnn as small_cnn
from course_lib.models.parallel import Concatenate as Concatenate
from course_lib.models.parallel import Parallel as Parallel
from course_lib.models.sequential import Sequential as Sequential
