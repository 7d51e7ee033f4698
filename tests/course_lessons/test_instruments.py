"""The instruments measure what they say, on any run that has the calls."""

from typing import Any

import numpy as np
import pytest

from course_lessons import clinic
from course_lessons.clinic.patients import eight, fault_of, recipe_of


class OtherFramework:
    """An adapter: a linear classifier of two classes; its validation repeats the training set."""

    def __init__(self, lr: float = 0.5) -> None:
        rng = np.random.default_rng(0)
        x = rng.normal(size=(300, 5))
        t = (x[:, 0] + 2.0 * rng.normal(size=300) > 0).astype(int)
        self.lr, self.training, self.new = lr, (x[:40], t[:40]), (x[40:], t[40:])
        self.validation = self.training
        self.restart()

    def restart(self) -> None:
        self.W, self.next = np.zeros((5, 2)), 0

    def train(self) -> np.ndarray:
        self.restart()
        return np.array([self.step() for _ in range(60)])

    def batch(self) -> Any:
        rows = np.arange(self.next, self.next + 10) % 40
        self.next += 10
        return self.training[0][rows], self.training[1][rows]

    def predict(self, images: np.ndarray) -> np.ndarray:
        e = np.exp(images @ self.W)
        return e / e.sum(axis=1, keepdims=True)

    def loss(self, batch: Any) -> float:
        return float(-np.mean(np.log(self.predict(batch[0])[np.arange(len(batch[1])), batch[1]])))

    def step(self, batch: Any = None) -> tuple[float, float]:
        x, t = batch if batch is not None else self.batch()
        result = self.loss((x, t)), float(np.mean(self.predict(x).argmax(axis=1) == t))
        self.W -= self.lr * x.T @ (self.predict(x) - np.eye(2)[t]) / len(x)
        return result

    def parameters(self) -> list[np.ndarray]:
        return [self.W]


def test_the_instruments_need_only_the_calls_of_a_run() -> None:
    run = OtherFramework()
    assert clinic.first_loss(run) == pytest.approx(np.log(2))
    assert clinic.last_loss(run) < np.log(2)
    assert clinic.foreign_images(run) == clinic.wrong_labels(run) == 0
    assert clinic.one_image_twice(run) == 0
    # Products of one row and of twenty may be summed in another order.
    assert clinic.alone_and_in_a_batch(run) < 1e-12
    assert abs(clinic.logged_minus_recomputed(run)) < 0.2
    new = clinic.accuracy_of(run, run.new)
    trained = clinic.accuracy_of(run, run.training)
    assert clinic.validation_minus_new(run) == trained - new


def test_updates_of_a_tiny_rate_do_not_grow_and_no_update_is_zero() -> None:
    assert clinic.update_growth(OtherFramework(1e-9)) == pytest.approx(1, abs=1e-4)
    assert clinic.update_growth(OtherFramework(0)) == 0


def test_foreign_images_and_wrong_labels_are_counted() -> None:
    class Mixed(OtherFramework):
        def batch(self) -> Any:
            images, labels = (part.copy() for part in super().batch())
            images[:3] += 1.0
            labels[3:5] = 1 - labels[3:5]
            return images, labels

    assert clinic.foreign_images(Mixed()) == pytest.approx(3 / 10)
    assert clinic.wrong_labels(Mixed()) == pytest.approx(2 / 7)


@pytest.mark.parametrize("fault", clinic.FAULTS)
def test_a_recipe_has_the_fault_that_it_was_drawn_for(fault: str) -> None:
    for seed in range(20):
        assert fault_of(recipe_of(fault, np.random.default_rng(seed))) == fault


def test_eight_runs_have_one_healthy_and_seven_different_faults() -> None:
    seen: set[str] = set()
    for seed in range(40):
        faults = [fault_of(recipe) for recipe in eight(np.random.default_rng(seed))]
        assert len(faults) == len(set(faults)) == 8 and faults.count("healthy") == 1
        seen |= set(faults)
    assert seen == set(clinic.FAULTS)


def test_a_name_always_has_the_same_patients() -> None:
    assert clinic.truth("Ada Lovelace") == clinic.truth(" ada  lovelace")
    assert clinic.truth("Ada Lovelace") != clinic.truth("Charles Babbage")
    first, again = (clinic.patients("Ada Lovelace") for _ in range(2))
    for run, same in zip(first, again, strict=True):
        np.testing.assert_array_equal(run.predict(run.new[0]), same.predict(run.new[0]))
