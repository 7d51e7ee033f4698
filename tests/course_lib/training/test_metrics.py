import numpy as np
import pytest

from course_lib.layers import Linear
from course_lib.losses import bce_with_logits
from course_lib.optimizers import SGD
from course_lib.training import History, accuracy, confusion_matrix, evaluate, fit


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


def test_rows_of_a_target_that_are_no_probabilities() -> None:
    y = np.array([[0.1, 0.9], [0.8, 0.2]])
    for one in (0.25, 0.4, 0.51):
        with pytest.raises(ValueError, match="the sum of a row of target is"):
            accuracy(y, np.array([[0.5, 0.5], [one, one]]))


def test_one_column_of_scores_has_two_classes() -> None:
    y = np.array([[-2.0], [3.0], [0.5], [-1.0]])
    t = np.array([0, 1, 0, 0])
    assert accuracy(y, t) == accuracy(y, t[:, None].astype(float)) == 0.75
    np.testing.assert_array_equal(confusion_matrix(y, t), [[2, 1], [0, 1]])


def test_the_history_of_a_model_with_one_output_has_its_accuracy() -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(200, 2))
    t = (x[:, 0] > 0).astype(np.int64)
    model = Linear(2, 1, rng=rng)
    history = fit(
        model, x, t, loss=lambda y, t: bce_with_logits(y, t[:, None]), epochs=30, batch_size=20,
        optimizer=SGD(model.parameters(), lr=1.0), rng=rng, progress=False, validation=(x, t),
    )  # fmt: skip
    assert history.validation_accuracy[-1] == accuracy(model(x), t) > 0.9


@pytest.mark.parametrize(
    ("y", "t", "message"),
    [
        (np.ones((1, 2)), np.array([-1]), "labels run from -1 to -1"),
        (np.ones((1, 1)), np.array([2]), "y has 1 column"),
        (np.ones((1, 4)), np.array([[1, 1, 0, 1]]), "expected probabilities"),
    ],
)
def test_what_is_outside_of_the_classes(y: np.ndarray, t: np.ndarray, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        accuracy(y, t)


def test_nan_is_never_right() -> None:
    y = np.array([[np.nan, 0.0], [0.0, np.nan], [1.0, 0.0], [np.nan, np.nan]])
    assert accuracy(y, np.zeros(4, int)) == accuracy(y, np.eye(2)[[0] * 4]) == 0.25
    np.testing.assert_array_equal(confusion_matrix(y, np.zeros(4, int)), [[1, 0], [0, 0]])
    assert accuracy(np.full((3, 1), np.nan), np.zeros(3, int)) == 0.0
    model = Linear(2, 2, rng=np.random.default_rng(0))
    model.b.data[0] = np.nan
    assert evaluate(model, y[:, :1] * 0 + np.ones(2), np.zeros(4, int), loss=zero)[1] == 0.0
    history = History([1.0] * 3, validation_loss=[np.nan, 2.0, 1.0], accuracy=[np.nan, 0.2, 0.1])
    assert history.best_epoch() == 2 and history.best_epoch("accuracy") == 1


def zero(y: np.ndarray, t: np.ndarray) -> tuple[float, np.ndarray]:
    return 0.0, 0.0 * y
