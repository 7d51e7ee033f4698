"""Two tables of measurements, in their original units: standardise them before training."""

import numpy as np

from course_lib.datasets.dataset import Dataset, float_type, load_arrays


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
