"""What the notebook on activations trains, measures and draws."""

import numpy as np
import pytest

from course_lessons import activations as lesson
from course_lib.plots import Picture

SIGMOID, RELU = lesson.FUNCTIONS["sigmoid"], lesson.FUNCTIONS["ReLU"]


@pytest.mark.parametrize("name", lesson.FUNCTIONS)
def test_a_function_comes_with_its_derivative(name: str) -> None:
    u, h = np.array([-3.0, -0.4, 0.7, 2.0]), 1e-6
    f = lesson.FUNCTIONS[name]
    difference = (f(u + h)[0] - f(u - h)[0]) / (2 * h)
    assert f(u)[1] == pytest.approx(difference, abs=1e-7)


def test_a_training_is_repeated_by_its_seed_and_uses_the_function() -> None:
    asked: list[int] = []

    def f(u: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        asked.append(len(u))
        return lesson.FUNCTIONS["tanh"](u)

    gain = lesson.GAINS["tanh"]
    own = lesson.train(f, gain, 0.03, 3)
    assert asked and own == lesson.train(lesson.FUNCTIONS["tanh"], gain, 0.03, 3) > 0.5


def test_a_training_whose_numbers_overflow_counts_as_zero() -> None:
    assert lesson.train(RELU, lesson.GAINS["ReLU"], 100.0, 0) == 0


def test_a_forward_pass_gives_outputs_and_derivatives() -> None:
    weights, x, dy = lesson.deep_layers(1.0, 0, depth=3, width=5)
    assert [W.shape for W in weights] == [(64, 5), (5, 5), (5, 5)] and dy.shape == (100, 5)
    (first, df), (_second, df_of_second), _third = lesson.forward(weights, x, RELU)
    z = np.maximum(x @ weights[0], 0)
    assert np.array_equal(first, z) and np.array_equal(df, z > 0)
    assert np.array_equal(df_of_second, z @ weights[1] > 0)
    assert lesson.saturated(16) > 0.5 > lesson.saturated(1)


def test_signs_do_not_change_the_curvature_and_a_shift_does() -> None:
    found = {name: lesson.largest_curvature(f, 0) for name, f in lesson.SIGMOIDS.items()}
    assert found["alternating signs"] == pytest.approx(found["sigmoid"]) and found["sigmoid"] > 15
    assert found["sigmoid − ½"] < 1.5
    assert lesson.steps_needed(lesson.SIGMOIDS["sigmoid − ½"], 1.0) < 10
    assert lesson.steps_needed(SIGMOID, 0.001, limit=5) == np.inf


def test_a_linear_layer_behind_a_fixed_one_diverges_just_above_its_limit() -> None:
    limit = 2 / lesson.largest_curvature(SIGMOID, 0)
    assert lesson.steps_needed(SIGMOID, 0.97 * limit) < 100
    assert lesson.steps_needed(SIGMOID, 1.1 * limit) == np.inf


def test_dead_units_of_the_first_layer_stay_dead() -> None:
    counts = lesson.revived(RELU, 0)
    assert counts[0] == 0 and min(counts[1:]) > 10


def test_directions_of_images_come_closer_behind_relu_than_behind_tanh() -> None:
    relu, tanh = (lesson.cosines(lesson.FUNCTIONS[f], lesson.GAINS[f]) for f in ("ReLU", "tanh"))
    assert relu == sorted(relu) and tanh == sorted(tanh)
    assert relu[-1] > 0.9 > 0.7 > tanh[-1] > 0


def test_each_figure_says_what_it_shows() -> None:
    passed = {name: [0.1, 1.0] for name in ("sigmoid", "tanh", "ReLU")}
    figures = {
        "from 2.0e-01 at layer 1": lesson.draw_layers(np.full((2, 10), 0.2)),
        "sigmoid from 0.018": lesson.draw_functions(),
        "tanh from 1.0e-01": lesson.draw_gains((1, 2), passed),
        "f goes from -1.00 to 1.00": lesson.draw_design(
            np.linspace(-9, 9, 99), lesson.FUNCTIONS["tanh"]
        ),
    }
    for words, figure in figures.items():
        assert isinstance(figure, Picture) and words in figure.alt
