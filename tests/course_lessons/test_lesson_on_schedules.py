"""What the notebook on learning rates over time trains, measures and draws."""

import numpy as np
import pytest

from course_lessons import schedules as lesson
from course_lib.plots import Picture


def test_a_training_is_repeated_by_its_seed_and_uses_the_schedule() -> None:
    steps: list[float] = []

    def schedule(t: float) -> float:
        steps.append(t)
        return 0.15

    accuracies = lesson.course(schedule, 3, 4)
    taken = list(range(4 * lesson.EPOCH))
    assert steps[-len(taken) :] == taken  # before the first step, `fit` asks for some rates
    assert accuracies.shape == (4,)
    assert lesson.course(lambda t: 0.15, 3, 4)[-1] == accuracies[-1] > 0.85


def test_a_training_at_a_far_too_high_rate_is_as_good_as_guessing() -> None:
    assert lesson.course(lambda t: 4.5, 0, 4)[-1] <= 0.2


def test_the_cosine_falls_from_the_rate_to_zero() -> None:
    rate = lesson.cosine(0.4, 100)
    assert [rate(t) for t in (0, 50, 100)] == pytest.approx([0.4, 0.2, 0])


def bowl() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    curvature = np.array([1.0, 0.5, 0.02, 0.01])
    return 1 / np.sqrt(curvature), curvature, 2 * curvature


def test_no_rates_reach_less_than_the_lowest_gap() -> None:
    rng, (start, curvature, noise) = np.random.default_rng(0), bowl()
    lowest = lesson.lowest_gap(start, curvature, noise, 40)
    found = [
        lesson.gaps(lesson.one_decay(40, *rng.random(2)), start, curvature, noise)[-1]
        for _ in range(300)
    ]
    assert 1 < min(found) / lowest < 1.1


def test_simulated_runs_have_the_mean_square_that_theory_gives() -> None:
    runs = lesson.noisy_runs(np.full(200, 0.5), 3.0, 1.0, 1.0)
    assert runs[0] == pytest.approx(0.25 * 9 + 0.25, rel=0.1)
    assert np.mean(runs[100:]) == pytest.approx(1 / 3, rel=0.05)


def test_sums_are_printed_for_each_schedule(capsys: pytest.CaptureFixture[str]) -> None:
    lesson.print_sums({"one": np.full(10_000, 0.1)})
    said = capsys.readouterr().out
    assert "1000.0" in said and "100.00" in said


def test_each_figure_says_what_it_shows() -> None:
    rate = {"constant": lambda t: 0.1}
    figures = {
        "low: 0.50": lesson.draw_losses({"low": np.array([1.0, 0.5])}),
        "high: 0.25": lesson.draw_squares({"high": np.array([1.0, 0.25])}, np.array([1.0, 0.3])),
        "straight line": lesson.draw_rates(1 / np.arange(1, 9)),
        "0.5 after step 2": lesson.draw_plan(np.ones(3), np.array([1.0, 0.5, 0.4]), [2]),
        "constant: 0.850": lesson.draw_schedules(rate, {"constant": np.array([[0.7, 0.85]])}),
    }
    for words, figure in figures.items():
        assert isinstance(figure, Picture) and words in figure.alt
