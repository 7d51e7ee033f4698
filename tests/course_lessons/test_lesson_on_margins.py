"""What the notebook on margins and probabilities trains, measures and draws."""

import numpy as np
import pytest

from course_lessons import margins as lesson
from course_lib.backend import to_numpy
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


def test_drawn_labels_have_the_promised_frequencies() -> None:
    p = np.tile([0.2, 0.5, 0.3], (20_000, 1))
    labels = lesson.labels_as_promised(p, np.random.default_rng(0))
    assert np.bincount(labels) / 20_000 == pytest.approx([0.2, 0.5, 0.3], abs=0.015)


def test_each_figure_says_what_it_shows() -> None:
    test = lesson.scores(10, 0)["test"]
    figures = {
        "low step with flat ends": lesson.draw_losses(),
        "hinge 25%": lesson.draw_shares({"hinge": [np.array([1, 0.2]), np.array([1, 0.3])]}),
        "10 epochs: mean confidence": lesson.draw_reliability({"10 epochs": [test]}),
    }
    for words, figure in figures.items():
        assert words in figure.alt
