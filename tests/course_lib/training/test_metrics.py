import numpy as np
import pytest

from course_lib.training import accuracy, confusion_matrix


def test_counts_rows() -> None:
    y = np.array([[0.1, 0.9], [0.8, 0.2], [0.3, 0.7], [0.6, 0.4]])
    assert accuracy(y, np.array([1, 0, 0, 0])) == 0.75
    assert accuracy(y, np.eye(2)[[1, 0, 0, 0]]) == 0.75
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


def test_the_confusion_matrix_counts_every_pair_as_a_loop_does() -> None:
    rng = np.random.default_rng(0)
    y, t = rng.normal(size=(50, 4)), rng.integers(0, 4, 50)
    counts = np.zeros((4, 4), dtype=int)
    for n in range(50):
        counts[t[n], int(np.argmax(y[n]))] += 1
    np.testing.assert_array_equal(confusion_matrix(y, t), counts)
    np.testing.assert_array_equal(confusion_matrix(y, np.eye(4)[t]), counts)
    assert np.trace(counts) / 50 == accuracy(y, t)


def test_a_class_that_never_occurs_has_its_row_all_the_same() -> None:
    counts = confusion_matrix(np.array([[0.1, 0.2, 0.7]]), np.array([0]))
    np.testing.assert_array_equal(counts, [[0, 0, 1], [0, 0, 0], [0, 0, 0]])


def test_labels_that_cannot_be() -> None:
    y = np.ones((2, 3))
    with pytest.raises(ValueError, match="labels run from 0 to 3, but y has 3 columns"):
        confusion_matrix(y, np.array([0, 3]))
    with pytest.raises(ValueError, match="labels run from -1 to 0"):
        confusion_matrix(y, np.array([0, -1]))
    with pytest.raises(TypeError, match="dtype float64; labels must be integers"):
        confusion_matrix(y, np.array([0.0, 1.0]))
    with pytest.raises(ValueError, match="no rows"):
        confusion_matrix(np.ones((0, 2)), np.ones(0, dtype=int))
