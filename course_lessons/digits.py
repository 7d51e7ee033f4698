"""The small digits in an order that is random and always the same, as lessons divide them."""

import numpy as np

from course_lib.datasets import load_digits

Divided = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]


def mixed(dtype: str = "float32") -> tuple[np.ndarray, np.ndarray]:
    """All 1,797 images, as rows of 64 pixels, and their labels."""
    data = load_digits(dtype)
    order = np.random.default_rng(0).permutation(len(data.x))
    return data.x[order], data.t[order]


def divided(n: int | None = None, dtype: str = "float32") -> Divided:
    """n training images (None: all 1,437) and 360 test images, each followed by its labels."""
    x, t = mixed(dtype)
    test = np.arange(len(x)) % 5 == 0
    return x[~test][:n], t[~test][:n], x[test], t[test]
