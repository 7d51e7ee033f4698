"""An experiment's trainings are counted by what differs, and wrong requests say what is allowed."""

import inspect

import numpy as np
import pytest

from course_lessons.experiment import BudgetSpent, Trials, draw_intervals, interval

OPTIONS = {"network": ("plain", "normalised"), "lr": (0.1, 1), "bias": (True, False)}


def trials(budget: int = 3) -> tuple[Trials, list[tuple[object, ...]]]:
    made: list[tuple[object, ...]] = []

    def train(*training: object) -> float:
        made.append(training)
        return len(made)

    return Trials(train, OPTIONS, budget), made


def test_the_same_training_is_made_once_however_it_is_written() -> None:
    trial, made = trials()
    first = trial("plain", 0.1, True, 4)
    assert first == trial("plain", 0.1, True, seed=4) == trial(np.str_("plain"), 0.1, True, 4.0)
    assert trial("plain", np.nextafter(0.1, 1), np.True_, np.int64(4)) == first
    assert trial("plain", np.float32(0.1), True, np.array(4)) == first
    assert made == [("plain", 0.1, True, 4)] and trial.spent == 1
    assert type(trial("plain", 1.0, False, 4)) is float
    assert made[1:] == [("plain", 1, False, 4)]


def test_one_training_too_many_raises_and_what_was_made_stays_free() -> None:
    trial, made = trials(budget=2)
    for seed in (0, 1, 0, 1):
        trial("plain", 1, True, seed)
    with pytest.raises(BudgetSpent, match="training 3 of a budget of 2; plan with fewer"):
        trial("plain", 1, True, 2)
    assert trial("plain", 1, True, 0) == 1
    assert (len(made), trial.spent, trial.refused) == (2, 2, 1)
    assert repr(trial) == "2 of 2 trainings are used"


@pytest.mark.parametrize(
    ("asked", "kind", "says"),
    [
        (("plain", 0.2, True, 0), ValueError, r"lr is 0\.2; it may be 0\.1, 1$"),
        (("batch", 1, True, 0), ValueError, "network is 'batch'; it may be 'plain', 'normalised'"),
        (("plain", True, True, 0), ValueError, "lr is True; it may be"),
        (("plain", 1, 1, 0), ValueError, "bias is 1; it may be True, False"),
        (("plain", [1, 0.1], True, 0), ValueError, r"lr is \[1, 0\.1\]"),
        (("plain", np.array([1, 0.1]), True, 0), ValueError, "lr is array"),
        (("plain", np.nan, True, 0), ValueError, "lr is nan"),
        (("plain", 1, True, -1), ValueError, "seed is -1; it should be a whole number, 0 or more"),
        (("plain", 1, True, 1.5), ValueError, r"seed is 1\.5"),
        (("plain", 1, True, "3"), ValueError, "seed is '3'"),
        (("plain", 1, True, np.inf), ValueError, "seed is inf"),
        (("plain", 1, True), TypeError, r"trial\(network, lr, bias, seed\): missing .*'seed'"),
        (("plain", 1, True, 0, 0), TypeError, "too many positional arguments"),
    ],
)
def test_a_wrong_request_says_what_is_allowed_and_costs_nothing(
    asked: tuple[object, ...], kind: type[Exception], says: str
) -> None:
    trial, made = trials()
    with pytest.raises(kind, match=says):
        trial(*asked)
    assert not made and trial.spent == 0


def test_a_training_that_fails_costs_nothing() -> None:
    def train(lr: float, seed: int) -> float:
        raise FloatingPointError("the loss is infinite")

    trial = Trials(train, {"lr": (1,)}, budget=1)
    for _ in range(2):
        with pytest.raises(FloatingPointError):
            trial(1, 0)
    assert trial.spent == 0


def test_its_signature_names_the_options() -> None:
    assert str(inspect.signature(trials()[0])) == "(network, lr, bias, seed)"


def test_the_figure_of_intervals_says_how_many_are_right() -> None:
    figure = draw_intervals([(0, 0.1), (0.2, 0.3)], truth=0.05, of="lead")
    assert "2 vertical intervals beside a horizontal line at the true lead; 1 of them" in figure.alt


@pytest.mark.parametrize("n", [2, 3, 10, 12, 40])
def test_an_interval_contains_the_mean_in_95_percent_of_repetitions(n: int) -> None:
    draws = np.random.default_rng(n).normal(3.0, 2.0, size=(4_000, n))
    held = [low <= 3 <= high for low, high in map(interval, draws)]
    assert np.mean(held) == pytest.approx(0.95, abs=0.015)


@pytest.mark.parametrize(("n", "t"), [(2, 12.706), (11, 2.2281), (12, 2.2010), (61, 2.0003)])
def test_an_interval_has_the_width_of_students_table(n: int, t: float) -> None:
    values = np.random.default_rng(0).normal(size=n)
    low, high = interval(values)
    assert (low + high) / 2 == pytest.approx(values.mean())
    assert (high - low) / 2 == pytest.approx(t * values.std(ddof=1) / n**0.5, rel=1e-4)


@pytest.mark.parametrize("values", [[0.1], 0.1, [[0.1, 0.2]], [0.1, float("nan")]])
def test_an_interval_needs_two_finite_numbers(values: object) -> None:
    with pytest.raises(ValueError, match="two or more finite numbers"):
        interval(values)
