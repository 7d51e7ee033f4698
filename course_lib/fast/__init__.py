"""Faster versions of the library's functions, found through one table (`course_lib.fast.table`).

The functions in `functional`, `losses` and `optimizers` are the definitions, and know nothing of
this package. Layers, training and optimizers call them through `compute` and `step`, which look for
a faster version that suits the arguments. So ``conv2d_forward(x, W, b)`` is always the definition,
and a `Conv2d` layer computes the same up to rounding, faster.
"""

from course_lib.fast.step import step as step
from course_lib.fast.table import compute as compute
from course_lib.fast.table import disable as disable
from course_lib.fast.table import enable as enable
from course_lib.fast.table import forward as forward
