"""Four small data sets that come with the library; ORIGIN.md says where they are from."""

from typing import TYPE_CHECKING

from course_lib.lazy import lazily

if TYPE_CHECKING:
    from course_lib.datasets.dataset import Dataset as Dataset
    from course_lib.datasets.images import load_digits as load_digits
    from course_lib.datasets.images import load_mnist5000 as load_mnist5000
    from course_lib.datasets.tables import load_breast_cancer as load_breast_cancer
    from course_lib.datasets.tables import load_diabetes as load_diabetes
else:
    __getattr__, __dir__, __all__ = lazily(
        __name__,
        {
            "dataset": ["Dataset"],
            "images": ["load_digits", "load_mnist5000"],
            "tables": ["load_breast_cancer", "load_diabetes"],
        },
    )
