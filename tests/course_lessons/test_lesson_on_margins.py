"""What the notebook on margins and probabilities trains, measures and draws."""

import numpy as np
import pytest

from course_lessons import margins as lesson
from course_lib.backend import to_numpy
from course_lib.diagnostics import calibration_error, fit_temperature
from course_lib.losses import bce_with_logits, binary_hinge


def hinge(f: np.ndarray, t: np.ndarray) -> tuple[float, np.ndarray]:
    return binary_hinge(f, 2.0 * t - 1)  # type: ignore[return-value]


def test_the_cross_entropy_of_one_output_is_the_library_s() -> None:
    rng = np.random.default_rng(0)
    f, t = 30 * rng.normal(size=9), rng.integers(2, size=9)
    value, df = lesson.cross_entropy(f, t)
    right, gradient = bce_with_logits(f[:, None], t[:, None].astype(float))
    assert value == pytest.approx(float(right))
    np.testing.assert_allclose(df, to_numpy(gradient)[:, 0], atol=1e-12)


def test_parts_share_no_sample_and_have_their_sizes() -> None:
    sizes = {part: len(t) for part, (_, t) in lesson.tumours(3).items()}
    assert sizes == {"training": 300, "validation": 100, "test": 169}
    rows = np.vstack([x for x, _ in lesson.tumours(3).values()])
    assert len(np.unique(rows, axis=0)) == 569
    sizes = {part: len(t) for part, (_, t) in lesson.noisy_digits(3).items()}
    assert sizes == {"training": 500, "validation": 200, "test": 1097}


def test_a_descent_counts_the_samples_with_a_gradient() -> None:
    w, shares = lesson.descend(hinge, 0, 0.1)
    assert shares[0] == 1 and shares.shape == (300,)
    assert shares[-1] * 300 == pytest.approx(round(shares[-1] * 300)) and 0 < shares[-1] < 0.2
    x, t = lesson.tumours(0)["test"]
    assert np.mean((x @ w > 0) == t) > 0.9


def test_a_training_is_repeated_by_its_seed_and_uses_the_given_functions() -> None:
    asked: list[int] = []

    def measured(p: np.ndarray, labels: np.ndarray, n_bins: int) -> float:
        asked.append(n_bins)
        return calibration_error(p, labels, n_bins)

    def fitted(u: np.ndarray, labels: np.ndarray) -> float:
        asked.append(len(labels))
        return fit_temperature(u, labels)

    error = lesson.train("temperature", 10, 1)
    lesson.scores.cache_clear()
    assert lesson.trainer(measured, fitted)("temperature", 10, 1) == error
    assert asked == [200, 10]


def test_smoothing_lowers_the_confidence() -> None:
    (_, plain), (_, smoothed) = (
        lesson.accuracy_and_confidence(*lesson.scores(10, 0, amount)["test"]) for amount in (0, 0.1)
    )
    assert smoothed < plain - 0.03


def test_drawn_labels_have_the_promised_frequencies() -> None:
    p = np.tile([0.2, 0.5, 0.3], (20_000, 1))
    labels = lesson.labels_as_promised(p, np.random.default_rng(0))
    assert np.bincount(labels) / 20_000 == pytest.approx([0.2, 0.5, 0.3], abs=0.015)


def test_invented_errors_have_the_gain_that_the_notebook_states() -> None:
    mean = {
        (remedy, epochs): np.mean([lesson.made_up(remedy, epochs, s) for s in range(300)])
        for remedy in lesson.REMEDIES
        for epochs in lesson.OPTIONS["epochs"]
    }
    best = {r: min(v for (name, _), v in mean.items() if name == r) for r in lesson.REMEDIES}
    assert best["none"] - best["temperature"] == pytest.approx(0.02, abs=0.003)
    assert best["none"] - best["smoothing"] == pytest.approx(0.02, abs=0.003)
    assert mean["none", 160] - mean["temperature", 160] == pytest.approx(0.215, abs=0.003)


def test_each_figure_says_what_it_shows() -> None:
    test = lesson.scores(10, 0)["test"]
    figures = {
        "low step with flat ends": lesson.draw_losses(),
        "hinge 25%": lesson.draw_shares({"hinge": [np.array([1, 0.2]), np.array([1, 0.3])]}),
        "10 epochs: mean confidence": lesson.draw_reliability({"10 epochs": [test]}),
    }
    for words, figure in figures.items():
        assert words in figure.alt
