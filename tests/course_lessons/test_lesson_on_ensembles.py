"""What the notebook on ensembles, bias and variance trains, measures and draws."""

import numpy as np
import pytest

from course_lessons import ensembles as lesson
from course_lib.ensembles import bias_variance
from course_lib.plots import Picture
from grader.checking.contract.registry import find


@pytest.fixture(scope="module")
def p() -> np.ndarray:
    return lesson.probabilities("quarter", seed=1)


def test_each_member_gives_probabilities_and_is_trained_by_itself(p) -> None:
    assert p.shape == (8, 797, 10) and np.allclose(p.sum(axis=2), 1, atol=1e-5)
    fewer = lesson.probabilities("quarter", seed=1, members=2)
    assert np.allclose(fewer, p[:2], atol=1e-3)
    assert len({lesson.accuracy(one) for one in p}) > 1


def test_the_gradients_are_those_of_the_loss_and_the_penalty(monkeypatch) -> None:
    """One step of one member without hidden layers, from the formula."""
    monkeypatch.setattr(lesson, "STEPS", 1)
    monkeypatch.setattr(lesson, "BATCH", 300)
    x, t, _, _ = lesson.images(0.0, 0)
    W = np.random.default_rng([0, 0]).normal(0, np.sqrt(2 / 64), (64, 10))
    delta = (lesson._softmax(x @ W) - np.eye(10)[t]) / 300
    after = W - lesson.LR * (x.T @ delta + 2 * 0.01 * W)
    want = lesson._softmax(lesson.digits()[2] @ after - lesson.LR * delta.sum(axis=0))
    got = lesson.probabilities("all", 0.01, 0, wrong=0.0, widths=(), members=1)
    assert np.allclose(got[0], want, atol=1e-5)


def test_the_loss_of_new_members_is_predicted_and_measured(p, monkeypatch, capsys) -> None:
    monkeypatch.setattr(lesson, "STEPS", 20)
    monkeypatch.setattr(lesson, "KINDS", {"quarter": "75 images"})
    found = lesson.print_predictions(find("plan_ensemble").reference[-1], draws=2)
    assert found.shape == (1, 2, 4) and "75 images" in capsys.readouterr().out
    one, five, predicted, new = found[0].T
    assert (one > five).all() and (five > predicted).all()
    assert np.allclose(predicted, new, rtol=0.2)
    assert lesson.squared_error(np.eye(10)[lesson.test_labels()]) == 0


def test_a_weak_penalty_has_variance_and_a_strong_one_bias() -> None:
    s = lesson.truth(lesson.inputs()[1])
    weak, strong = (bias_variance(lesson.fits(lam, 200)[0], s) for lam in (1e-4, 1.0))
    assert weak[0] < 0.1 * weak[1] and strong[1] < 0.1 * strong[0]


def test_one_member_gains_nothing_and_averages_gain(p) -> None:
    gains = lesson.gains_by_size([p])
    assert gains["averaging"][-1] > gains["averaging"][2] > 5
    assert abs(gains["averaging"][0]) < 1
    assert isinstance(lesson.draw_gains(gains), Picture)


def test_what_is_printed_is_returned(p, capsys, monkeypatch) -> None:
    alone, together = lesson.print_accuracies({"75 images": [p]})["75 images"]
    assert together[0] == lesson.accuracy(p.mean(axis=0)) > alone[0]

    one, correlation, eight, mean = lesson.print_variances({"75": [p]})["75"]
    errors = 1 - p[:, np.arange(797), lesson.test_labels()]
    assert eight == pytest.approx(np.var(errors.mean(axis=0)))
    assert eight == pytest.approx(correlation * one + (1 - correlation) * one / 8)
    assert 0 < correlation < 1 and mean == pytest.approx(errors.mean())
    assert lesson.agreement([p[:1]]) == 1 > lesson.agreement([p]) > 0
    first, own, all_ = lesson.print_chosen(p[None], lambda p, t, M: [0, 1, 2, 3])
    assert 0 < own[0] < 1 and first[0] != own[0] and first[0] < all_[0]
    monkeypatch.setattr(lesson, "STEPS", 2)
    assert lesson.penalised((0.002, 0.008), draws=1).shape == (2, 2)
    lesson.print_penalties((0.002,), np.ones((2, 1)))
    found = lesson.sizes()
    lesson.print_sizes(found)
    assert len(found) == 6
    assert "3 layers of 64 units" in capsys.readouterr().out


def test_figures_have_alternative_texts() -> None:
    drawn = [
        lesson.draw_fits((1e-4, 0.03, 1.0)),
        lesson.draw_errors((1.0, 0.1), {1: np.ones(2), 10**9: np.ones(2)}),
    ]
    assert all(isinstance(figure, Picture) and figure.alt for figure in drawn)


def test_the_errors_of_many_strengths_are_asked_of_the_students_function(p, capsys) -> None:
    lams, errors = lesson.errors_of_fits(lambda predictions, s, M: predictions.var(axis=(1, 2)) / M)
    assert list(errors) == [1, 4, 20, 10**9]
    assert errors[4].shape == (len(lams),) and np.allclose(errors[4], errors[1] / 4)
    lesson.print_gains({"right": np.array([[0.01, -0.2], [0.02, -0.4]])}, {"right": [p[:1]]})
    assert capsys.readouterr().out.split()[-5:] == ["right", "1.0,", "2.0", "-0.300", "1.00"]
