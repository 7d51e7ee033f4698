import array_api_strict
import numpy as np
import pytest

from course_lib.training import accuracy


def test_counts_rows() -> None:
    y = np.array([[0.1, 0.9], [0.8, 0.2], [0.3, 0.7], [0.6, 0.4]])
    assert accuracy(y, np.array([1, 0, 0, 0])) == 0.75
    assert accuracy(y, np.eye(2)[[1, 0, 0, 0]]) == 0.75
    strict = array_api_strict.asarray
    assert accuracy(strict(y), strict(np.array([1, 0, 0, 0]))) == 0.75
    assert type(accuracy(y, np.array([1, 0, 0, 0]))) is float


def test_scores_of_any_monotone_scale_give_the_same() -> None:
    rng = np.random.default_rng(0)
    y, t = rng.normal(size=(50, 4)), rng.integers(0, 4, 50)
    assert accuracy(y, t) == accuracy(np.exp(y), t) == accuracy(5 * y - 3, t)


def test_shapes_and_empty_batches() -> None:
    with pytest.raises(ValueError, match="N is 3 in y"):
        accuracy(np.ones((3, 2)), np.ones(2, dtype=int))
    with pytest.raises(ValueError, match="no rows"):
        accuracy(np.ones((0, 2)), np.ones(0, dtype=int))
