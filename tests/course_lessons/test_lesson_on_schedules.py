"""What the notebook on learning rates over time trains, measures and draws."""

import numpy as np
import pytest

from course_lessons import schedules as lesson
from course_lib.plots import Picture
from grader.checking.contract.registry import find


def test_a_training_is_repeated_by_its_seed_and_uses_the_schedule() -> None:
    steps: list[float] = []

    def schedule(t: float) -> float:
        steps.append(t)
        return 0.15

    accuracies = lesson.course(schedule, 3, lesson.EPOCHS)
    taken = list(range(lesson.EPOCHS * lesson.EPOCH))
    assert steps[-len(taken) :] == taken  # before the first step, `fit` asks for some rates
    assert accuracies.shape == (lesson.EPOCHS,)
    assert lesson.train("constant", 0.15, 3) == accuracies[-1] > 0.85


def test_a_training_at_a_far_too_high_rate_is_as_good_as_guessing() -> None:
    assert lesson.train("constant", 4.5, seed=0) <= 0.2


def test_the_cosine_falls_from_the_rate_to_zero() -> None:
    rate = lesson.cosine(0.4, 100)
    assert [rate(t) for t in (0, 50, 100)] == pytest.approx([0.4, 0.2, 0])


def test_the_table_holds_the_trainings_of_the_lesson() -> None:
    exercise = find("schedule_experiment")
    table = np.load(exercise.table) / 10_000
    assert table[1, 4, 7] == pytest.approx(lesson.train("cosine", 0.5, 7), abs=0.03)


def test_invented_accuracies_have_the_gain_of_each_plan() -> None:
    def gain(constant: float, cosine: float) -> float:
        pairs = [
            lesson.made_up("cosine", cosine, s) - lesson.made_up("constant", constant, s)
            for s in range(400)
        ]
        return float(np.mean(pairs))

    assert gain(0.15, 0.5) == pytest.approx(0.01, abs=0.004)
    assert gain(0.05, 0.05) == pytest.approx(-0.035, abs=0.004)


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
        "constant: 0.850": lesson.draw_schedules(rate, {"constant": np.array([[0.7, 0.85]])}),
    }
    for words, figure in figures.items():
        assert isinstance(figure, Picture) and words in figure.alt
