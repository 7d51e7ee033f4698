"""Numbers rounded to bfloat16, the type with the range of float32 and fewer digits."""

import numpy as np

from course_lib.backend import Array, array_namespace, to_numpy
from course_lib.requirements import require_floating


def to_bfloat16(x: Array) -> Array:
    """Every number rounded to the nearest one of bfloat16; halves go to an even last bit.

    A bfloat16 is the upper half of a float32: the sign, 8 bits of the exponent and 7 bits of the
    fraction. With b the bits of x as an integer, the result has the bits
    ``(b + 0x7fff + (b >> 16 & 1)) & 0xffff0000``.

    Parameters
    ----------
    x : of any shape; it is rounded to float32 first

    Returns
    -------
    y : float32, of the shape of x; nan stays nan, and beyond the largest number y is infinite

    Raises
    ------
    TypeError
        If x is not floating point.

    References
    ----------
    Wang and Kanwar, "BFloat16: The secret to high performance on Cloud TPUs", Google Cloud (2019).
    """
    require_floating("to_bfloat16", x=x)
    numbers = to_numpy(x).astype(np.float32)  # the standard has no access to bits
    bits = numbers.view(np.uint32)
    rounded = (bits + (np.uint32(0x7FFF) + (bits >> np.uint32(16) & np.uint32(1)))) & np.uint32(
        0xFFFF0000
    )
    y = np.where(np.isnan(numbers), numbers, rounded.view(np.float32))
    return y if isinstance(x, np.ndarray) else array_namespace(x).asarray(y, device=x.device)
