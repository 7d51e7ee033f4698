"""What the notebook on penalties and early stopping trains, measures and draws."""

import numpy as np
import pytest

from course_lessons import penalties as lesson
from course_lib.plots import Picture
from course_lib.regularizers import EarlyStopping, soft_threshold, stopped_minimum


def minimum(a, h, lam1, lam2):
    return soft_threshold(np.asarray(a, float), lam1 / h) * h / (h + 2 * lam2)


def test_training_and_validation_images_differ_and_so_many_labels_are_wrong() -> None:
    x, t, x_val, t_val = lesson.images(0.5, 3)
    _, right, _, _ = lesson.images(0.0, 3)
    assert len(x) == 300 and len(x_val) == len(t_val) == 400
    assert not {row.tobytes() for row in x} & {row.tobytes() for row in x_val}
    assert 0.4 < np.mean(t != right) < 0.6


def test_four_of_ten_labels_are_wrong_and_those_of_fresh_images_are_right() -> None:
    x, t, x_new, t_new = lesson.noisy_digits(np.random.default_rng(0))
    assert x.shape == (600, 49) and x_new.shape == (1000, 49) and abs(x.mean()) < 1e-9
    means = np.array([x_new[t_new == k].mean(axis=0) for k in range(10)])
    nearest = np.sum((x[:, None] - means) ** 2, axis=2).argmin(axis=1)
    assert 0.4 < np.mean(nearest == t) < 0.6  # without wrong labels it would be more than 0.7
    again, *_ = lesson.noisy_digits(np.random.default_rng(0))
    np.testing.assert_array_equal(x, again)


def test_what_a_training_has_learned_is_printed(capsys) -> None:
    def learn(x, t, rng):
        raise NotImplementedError

    lesson.print_learned(learn)
    assert capsys.readouterr().out == "`learn_noisy_labels` is not written yet.\n"
    W1, W2 = np.zeros((49, 100)), np.zeros((100, 10))
    lesson.print_learned(lambda x, t, rng: [W1, np.zeros(100), W2, np.eye(10)[3]], seeds=(4,))
    assert "set 4: 0." in (said := capsys.readouterr().out) and "0.100 of the fresh" in said


def test_accuracies_are_measured_after_each_epoch(monkeypatch) -> None:
    full = lesson.trained
    monkeypatch.setattr(lesson, "trained", lambda w, s, epochs, *a, **m: full(w, s, 20, *a, **m))
    curves = lesson.accuracies_by_epoch(seeds=(0, 1))
    assert {values.shape for values in curves.values()} == {(2, 20)}
    assert all(values[:, -1].min() > values[:, 0].max() for values in curves.values())
    assert lesson.draw_accuracies(curves).alt.count("at epoch") == 2


def test_proximal_steps_make_weights_exactly_zero_and_keep_biases() -> None:
    step = lesson.with_step(minimum, 0.5)
    W = np.array([[0.03, -0.2]], np.float32)
    assert step(W, 0 * W, lr=0.1) == pytest.approx(np.array([[0, -0.15]]))
    assert step(W[0], 0 * W[0], lr=0.1).tolist() == W[0].tolist()


def test_sum_and_mean_agree_with_a_strength_n_times_as_large(capsys) -> None:
    mean, total, scaled = lesson.sum_and_mean()
    assert np.allclose(mean, scaled) and not np.allclose(mean, total)
    assert "sum, λ = 0.1 · N" in capsys.readouterr().out


def test_right_labels_are_learned_before_wrong_ones() -> None:
    shares = lesson.label_accuracies(0)
    assert shares.shape == (150, 2)
    assert shares[29, 0] > 0.8 > 0.2 > shares[29, 1] and shares[-1, 1] > shares[29, 1]


def test_a_stopper_ends_a_training_and_its_best_network_is_kept() -> None:
    stopper = EarlyStopping(3, 0.0)
    past, last, best = lesson.stopped(stopper, 0)
    assert past.epochs < 300 and past.validation_loss[stopper.best_step] == min(
        past.validation_loss
    )
    assert lesson.test_accuracy(best) != lesson.test_accuracy(last)


def test_best_and_last_epoch_are_compared_on_three_seeds(capsys, monkeypatch) -> None:
    full = lesson.stopped
    monkeypatch.setattr(lesson, "stopped", lambda stopper, seed: full(stopper, seed, epochs=10))
    assert lesson.print_stopped(lambda: EarlyStopping(3, 0.0)).shape == (3, 2)
    assert "best epoch" in capsys.readouterr().out


def test_patience_is_replayed_on_each_curve(capsys) -> None:
    curves = lesson.noisy_losses()[:20]
    stops = {p: lesson.replay(lambda p=p: EarlyStopping(p, 0.0), curves) for p in (1, 16)}
    costs = lesson.print_stops(stops)
    assert stops[1].shape == (20, 2) and costs[1] > 0.3 > costs[16]
    assert "patience" in capsys.readouterr().out


def test_penalties_are_compared_with_right_and_with_wrong_labels(capsys, monkeypatch) -> None:
    full = lesson.trained
    monkeypatch.setattr(lesson, "trained", lambda w, s, epochs, **more: full(w, s, 20, **more))
    *_, (right, half, zero) = lesson.print_penalties(minimum).values()
    assert right.mean() > half.mean() and min(zero) > 0
    assert "right labels" in capsys.readouterr().out


def test_figures_have_alternative_texts() -> None:
    drawn = [
        lesson.draw_label_accuracies(np.linspace(0, 1, 12).reshape(2, 3, 2)),
        lesson.draw_noisy(lesson.noisy_losses()[0]),
        lesson.draw_minima(minimum),
        lesson.draw_shares(stopped_minimum, minimum),
    ]
    assert all(isinstance(figure, Picture) and figure.alt for figure in drawn)
