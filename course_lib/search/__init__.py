"""Search over hyperparameters."""

from course_lib.search.random_search import random_search as random_search
