"""Five small data sets that come with the library, and three large ones that are downloaded.

ORIGIN.md says where the small ones are from.
"""

from course_lib.datasets.dataset import Dataset as Dataset
from course_lib.datasets.large import load_cifar10 as load_cifar10
from course_lib.datasets.large import load_fashion_mnist as load_fashion_mnist
from course_lib.datasets.large import load_mnist as load_mnist
from course_lib.datasets.small import load_breast_cancer as load_breast_cancer
from course_lib.datasets.small import load_diabetes as load_diabetes
from course_lib.datasets.small import load_digits as load_digits
from course_lib.datasets.small import load_emoji as load_emoji
from course_lib.datasets.small import load_emoji_groups as load_emoji_groups
from course_lib.datasets.small import load_mnist5000 as load_mnist5000
