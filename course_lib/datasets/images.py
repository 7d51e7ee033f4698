"""Handwritten digits of 28×28 and of 8×8 pixels."""

import numpy as np

from course_lib.datasets.dataset import Dataset, float_type, load_arrays


def load_digits(dtype: str | type = "float32") -> Dataset:
    """1,797 handwritten digits of 8×8 pixels; ``x[n].reshape(8, 8)`` is an image.

    Parameters
    ----------
    dtype : ``"float32"`` or ``"float64"``, precision of x

    Returns
    -------
    dataset : x (1797, 64) in [0, 1], from white to ink; t (1797,) in 0 … 9
    """
    return _images(
        "digits",
        16,
        dtype,
        "1,797 handwritten digits, 8×8 pixels, ink per pixel from 0 to 1 in steps of 1/16, not "
        "sorted. From 13 writers. E. Alpaydin and C. Kaynak, Optical Recognition of Handwritten "
        "Digits, UCI Machine Learning Repository, 1998.",
    )


def load_mnist5000(dtype: str | type = "float32") -> Dataset:
    """5,000 MNIST digits of 28×28 pixels; ``x[n].reshape(28, 28)`` is an image.

    Parameters
    ----------
    dtype : ``"float32"`` or ``"float64"``, precision of x

    Returns
    -------
    dataset : x (5000, 784) in [0, 1], from white to ink; t (5000,) in 0 … 9
    """
    return _images(
        "mnist5000",
        255,
        dtype,
        "5,000 of the MNIST digits, 28×28 pixels, ink per pixel from 0 to 1 in steps of 1/255, 500 "
        "of each digit, in the order 0, 1, …, 9, 0, 1, …. Y. LeCun, C. Cortes and C. Burges, The "
        "MNIST database of handwritten digits, 1998.",
    )


def _images(name: str, white: int, dtype: str | type, description: str) -> Dataset:
    arrays = load_arrays(name)
    x = arrays["x"].astype(float_type(dtype)) / white
    side = round(x.shape[1] ** 0.5)
    names = tuple(f"pixel_{row}_{column}" for row in range(side) for column in range(side))
    classes = tuple(str(digit) for digit in range(10))
    return Dataset(x, arrays["t"].astype(np.int64), names, classes, description)
