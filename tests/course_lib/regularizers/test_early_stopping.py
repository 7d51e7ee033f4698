import itertools

import pytest

from course_lib.regularizers import EarlyStopping


def first_stop(values: list[float], patience: int, min_delta: float) -> int | None:
    """The definition with all values in hand: the last `patience` of them did not improve."""
    improved = []
    best = float("inf")
    for value in values:
        improved.append(value < best - min_delta)
        best = value if improved[-1] else best
        if len(improved) >= patience and not any(improved[-patience:]):
            return len(improved) - 1
    return None


@pytest.mark.parametrize("patience", [1, 2, 3])
@pytest.mark.parametrize("min_delta", [0.0, 1.0])
def test_agrees_with_the_definition_on_all_short_sequences(patience: int, min_delta: float) -> None:
    for sequence in itertools.product([0.0, 1.0, 2.0, 3.0], repeat=5):
        values = list(sequence)
        stopper = EarlyStopping(patience, min_delta)
        answers = [stopper.update(value) for value in values]
        stop = answers.index(True) if True in answers else None
        assert stop == first_stop(values, patience, min_delta)


def test_best_step_is_the_first_of_the_lowest() -> None:
    stopper = EarlyStopping(10, 0.0)
    assert stopper.best_step is None
    for value in [3.0, 1.0, 2.0, 1.0]:
        stopper.update(value)
    assert stopper.best_step == 1


def test_a_small_improvement_does_not_move_the_mark() -> None:
    stopper = EarlyStopping(2, 0.5)
    # Each is a little lower than the one before, and 0.6 below the first in the end.
    assert [stopper.update(v) for v in (1.0, 0.7, 0.4)] == [False, False, False]
    assert stopper.best_step == 2


def test_nan_does_not_count_as_an_improvement() -> None:
    stopper = EarlyStopping(2, 0.0)
    assert [stopper.update(v) for v in (1.0, float("nan"), float("nan"))] == [False, False, True]


@pytest.mark.parametrize(("patience", "min_delta"), [(0, 0.0), (1, -0.1), (1, float("nan"))])
def test_impossible_settings_are_refused(patience: int, min_delta: float) -> None:
    with pytest.raises(ValueError, match="expected"):
        EarlyStopping(patience, min_delta)
