"""Small data sets that come with the library: tables, handwritten digits, and pictures of emoji."""

import numpy as np

from course_lib.datasets.dataset import Dataset, colour_names, float_type, load_arrays, pixel_names

# --- Two tables of measurements, in their original units: standardise them ------------------------


def load_diabetes(dtype: str | type = "float32") -> Dataset:
    """442 diabetes patients: ten measurements, and the progress of the disease after one year.

    Parameters
    ----------
    dtype : ``"float32"`` or ``"float64"``, precision of x and t

    Returns
    -------
    dataset : x (442, 10) in original units, t (442,) from 25 to 346, no unit
    """
    arrays = load_arrays("diabetes")
    return Dataset(
        arrays["x"].astype(float_type(dtype)),
        arrays["t"].astype(float_type(dtype)),
        tuple(str(name) for name in arrays["names"]),
        (),
        "442 diabetes patients: age in years, sex (1 or 2), body mass index in kg/m², mean blood "
        "pressure, six blood serum values s1 … s6; target is a measure of the disease's progress "
        "after one year. B. Efron, T. Hastie, I. Johnstone and R. Tibshirani, Least Angle "
        "Regression, Annals of Statistics 32, 2004.",
    )


def load_breast_cancer(dtype: str | type = "float32") -> Dataset:
    """569 tumours: thirty measurements of cell nuclei, and whether the tumour was malignant.

    Parameters
    ----------
    dtype : ``"float32"`` or ``"float64"``, precision of x

    Returns
    -------
    dataset : x (569, 30) in original units, t (569,) with 0 malignant (212) and 1 benign (357)
    """
    arrays = load_arrays("breast_cancer")
    return Dataset(
        arrays["x"].astype(float_type(dtype)),
        arrays["t"].astype(np.int64),
        tuple(str(name) for name in arrays["names"]),
        ("malignant", "benign"),
        "569 breast tumours: mean, standard error and largest value of ten properties of the cell "
        "nuclei in a microscope image, in units of that image; target 0 is malignant, 1 benign. "
        "W. Wolberg, O. Mangasarian, N. Street and W. Street, Breast Cancer Wisconsin "
        "(Diagnostic), UCI Machine Learning Repository, 1995.",
    )


# --- Handwritten digits of 28×28 and of 8×8 pixels ------------------------------------------------


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
    classes = tuple(str(digit) for digit in range(10))
    return Dataset(x, arrays["t"].astype(np.int64), pixel_names(side, side), classes, description)


# --- Small colour pictures of emoji: animals, clothing, faces and five other classes --------------

EMOJI_SIDE = 32
EMOJI_LEVELS = 32  # of each colour, in the files
EMOJI_CLASSES = ("animal", "clothing", "face", "food", "hand", "person", "plant", "vehicle")


def load_emoji(dtype: str | type = "float32") -> tuple[Dataset, Dataset, Dataset]:
    """2,120 colour pictures of 32×32 pixels; ``x[n].reshape(3, 32, 32)`` is an image.

    Each picture shows one emoji on a plain background. Its size, its position, whether it is
    mirrored, and the colour of the background were drawn at random. No emoji is in two of the three
    sets, and neither are emoji that look almost alike: test pictures show emoji that are new.

    Source: the font Noto Color Emoji, SIL Open Font License 1.1 (``emoji_licence.txt``).

    Parameters
    ----------
    dtype : ``"float32"`` or ``"float64"``, precision of x

    Returns
    -------
    train, validation, test : x (1200, 3072), (320, 3072) and (600, 3072) in [0, 1]; t in 0 … 7, the
        same number of pictures for each class, in the order 0, 1, …, 7, 0, 1, …
    """
    train, validation, test = (_part(name, dtype) for name in ("train", "validation", "test"))
    return train, validation, test


def _part(name: str, dtype: str | type) -> Dataset:
    arrays = load_arrays(f"emoji_{name}")
    x = arrays["x"].astype(float_type(dtype)) / (EMOJI_LEVELS - 1)
    t, names = arrays["t"].astype(np.int64), colour_names(EMOJI_SIDE)
    text = (
        f"{len(x):,} colour pictures of emoji, 32×32 pixels, three times 0 to 1 in steps of 1/31, "
        "in the order of classes 0, 1, …, 7, 0, 1, …. Drawn with the font Noto Color Emoji 2.042, "
        "Google, SIL Open Font License 1.1."
    )
    return Dataset(x, t, names, EMOJI_CLASSES, text)


def load_emoji_groups() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Names of the groups of the training, validation and test pictures of :func:`load_emoji`.

    Emoji of a group look almost alike, such as one hand in several colours, so a split must not
    separate them.
    """
    names = ("train", "validation", "test")
    train, validation, test = (load_arrays(f"emoji_{name}")["group"] for name in names)
    return train, validation, test
