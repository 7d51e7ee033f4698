"""The pictures of ps20's camera: those of the notebook at home, unknown ones where a class is."""

import numpy as np
import pytest

from grader.checking.contract.registry import find
from grader.checking.contract.wire import Unusable, from_bytes, to_bytes
from grader.checking.judging.judge import make_cases, outcomes_of, verdict
from grader.exercises.ps20 import augmentation_strength as camera
from grader.grading.submission.grade import case_seed
from tests.reports import html_of, text_of

exercise = find("augmentation_strength")
SEEDS = (1, 2, 3)


def kept(seed=None):
    return make_cases(exercise, seed)[0]["pictures"].numbers


def test_the_check_at_home_uses_the_pictures_of_the_notebook():
    assert kept() == kept() == ()
    shown, labels = camera.pictures()
    assert len(shown) == 500 and len(labels) == 500


def test_a_class_shares_new_pictures_and_another_class_has_others():
    ours, theirs = b"o" * 32, b"t" * 32
    anna, ben = ("anna", "ps20_augmentation", "1f"), ("ben", "ps20_augmentation", "2e")
    shared = {case_seed(ours, "augmentation_strength", "ps20", *about) for about in (anna, ben)}
    assert len(shared) == 1
    assert shared != {case_seed(theirs, "augmentation_strength", "ps20", *anna)}
    assert len({kept(seed) for seed in SEEDS}) == len(SEEDS)
    first, second = (camera.pictures(*kept(seed))[0] for seed in SEEDS[:2])
    assert first.shape == second.shape and not np.allclose(first, second)


def test_new_pictures_show_digits_of_neither_training_nor_validation():
    """The three sets of digits have no number in common, and together they are all digits."""
    images, _labels, order = camera.digits()
    shown = len(camera.pictures(1)[0]) // camera.COPIES
    assert len(set(order)) == len(images) == 300 + 500 + shown


@pytest.mark.parametrize("seed", SEEDS)
def test_new_pictures_give_nearly_the_accuracy_of_those_at_home(seed):
    """Their standard deviation is 0.005, and the mean of the reference is lower by 0.008."""
    strength = tuple(camera.augmentation_strength().values())
    at_home, new = (np.mean(camera.accuracies(*strength, *kept(s))) for s in (None, seed))
    assert abs(new - at_home) < 0.04 and new > camera.UPPER + 0.015


def test_the_seed_reaches_neither_the_students_process_nor_a_report():
    cases = make_cases(exercise, 1)
    (number,) = kept(1)
    sent = to_bytes(cases[0])
    assert type(from_bytes(sent)["pictures"]) is Unusable
    weak = {"max_shift": 1, "max_degrees": 15.0, "max_shear": 0.3}
    result = verdict(exercise, cases, outcomes_of(exercise, [lambda: weak], cases))
    shown = text_of(result) + html_of(result)
    assert "Accuracy on new pictures of the camera" in shown
    for secret in (str(number), hex(number)):
        assert secret not in shown and secret.encode() not in sent
