"""Faster versions of the library's functions, found through one table (`course_lib.fast.table`).

The functions in `functional`, `losses` and `optimizers` are the definitions, and know nothing of
this package. A layer chooses its pair with `faster` when it is made, and optimizers call their rule
through `step`. So ``conv2d_forward(x, W, b)`` is always the definition, and a `Conv2d` layer
computes the same up to rounding, faster.

A row is added to the table if it saves a tenth of the time of a workload in `benchmarks/speed.md`
or in a notebook. Its version has the name and arguments of the definition and stands in `formulas`.
It gives the same values up to rounding, in the same precision, and nan or inf where the definition
does. It changes no argument and keeps no view of one that the definition would not keep. A step
writes over the states, and over a parameter that nobody else holds. Its condition, in `conditions`,
refuses whatever the definition refuses, and arrays of other libraries. A forward version returns
the definition's cache, or one of a type that the conditions of its backward versions ask for.
Nothing else is kept between calls. Tests of the version compare it with the definition, in both
precisions and any layout.
"""

import sys
from contextlib import suppress

import numpy as np

from course_lib.fast.step import step as step
from course_lib.fast.table import faster as faster

if sys.platform == "linux":
    # The C library returns freed arrays above 0.1 MB to the system, and every step fetches their
    # memory anew, page by page. After one of 31 MiB it keeps up to 62 MiB of them (`man mallopt`,
    # M_MMAP_THRESHOLD): convolutional networks train about a fifth faster.
    with suppress(MemoryError):
        np.empty(31 << 20, np.uint8)
