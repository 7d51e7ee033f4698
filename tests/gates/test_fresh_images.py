"""Fresh images and their labels stay with the judge: a submission is sent none of them."""

import numpy as np
import pytest

from grader.checking.contract.registry import find
from grader.checking.contract.wire import to_bytes
from grader.exercises.fresh_images import Fresh, answers_of, problem_of


def found_in(value):
    """All that is kept in a case."""
    if isinstance(value, Fresh):
        return [value]
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [one for part in inner for one in found_in(part)]


@pytest.mark.parametrize("name", ["learn_noisy_labels", "own_changes"])
def test_what_is_sent_holds_neither_fresh_images_nor_their_labels(name):
    cases = find(name).draw(np.random.default_rng(0))
    kept, sent = found_in(cases[0]), to_bytes(cases[0])
    assert len([one for one in kept if one.x.size]) == len(cases[0]["sets"])
    for one in kept:
        rows = one.x.reshape(len(one.t), -1) if one.x.size else []
        assert not any(row.tobytes() in sent for row in rows[:20])
        assert one.t.tobytes() not in sent and repr(one) == "kept by the judge"


def test_each_draw_has_its_own_order_of_pixels_and_classes():
    first, second = find("learn_noisy_labels").draw(np.random.default_rng(0))[0]["sets"][:2]
    means = [one["x"].mean(axis=0) for one in (first, second)]
    assert np.corrcoef(means)[0, 1] < 0.5
    assert np.corrcoef(np.sort(means, axis=1))[0, 1] > 0.95


def test_a_network_answers_by_its_largest_score():
    parameters = [np.eye(2), np.zeros(2), np.array([[1.0, 0], [0, 1]]), np.array([0, 0.5])]
    x = np.array([[1.0, 0], [0, 1], [-1, -1]])
    assert answers_of(parameters, x).tolist() == [0, 1, 1]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("text", "'text'; expected the 4 arrays"),
        ([np.eye(2)], "1 entries"),
        ([np.zeros((2, 3)), np.zeros(3), np.zeros((3, 1)), np.zeros((1, 1))], "(1, 1); expected"),
        ([np.zeros((2, 3)), np.zeros(3), np.zeros((3, 1)), np.zeros(1)], ""),
    ],
)
def test_what_is_no_network_of_these_widths_is_said(given, said):
    found = problem_of(given, (2, 3, 1))
    assert said in found and bool(said) == bool(found)
