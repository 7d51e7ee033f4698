"""What the notebook on PyTorch trains without PyTorch, and what it draws."""

import numpy as np
import pytest

from course_lessons import pytorch as lesson
from course_lib.plots import Picture
from grader.exercises.ps24.same_gradients import gradients


def test_without_zero_grad_the_steps_grow() -> None:
    right, wrong = (lesson.trained(0.01, zero_grad=line) for line in (True, False))
    assert right.shape == wrong.shape == (2, lesson.SEEDS)
    assert np.all(wrong > 1.5 * right)


def test_the_best_rate_is_chosen_on_the_training_images_and_lies_between_others() -> None:
    for line in (True, False):
        best, found = lesson.at_best_rate(zero_grad=line)
        assert lesson.RATES[0] < best < lesson.RATES[-1]
        everywhere = {lr: lesson.trained(lr, zero_grad=line) for lr in lesson.RATES}
        assert everywhere[best][0].mean() == max(one[0].mean() for one in everywhere.values())
        assert found.tolist() == everywhere[best][1].tolist()


def test_a_class_can_be_derived_from_the_stand_in_and_nothing_else_works() -> None:
    nn = lesson.StandIn()
    assert type("Network", (nn.Module,), {})
    with pytest.raises(ModuleNotFoundError, match="PyTorch is not installed here"):
        _ = nn.Linear


@pytest.mark.torch
def test_the_gradients_of_torch_are_those_of_the_formulas() -> None:
    import torch

    model = torch.nn.Sequential(
        torch.nn.Linear(64, 32), torch.nn.ReLU(), torch.nn.Linear(32, 10)
    ).double()
    x, t, _, _ = lesson.digits()
    weights = [p.detach().numpy() for p in model.parameters()]
    for epsilon in (0.0, 1e-3):
        found = lesson.gradients_in_torch(torch, model, x[:32], t[:32], "float64", epsilon)
        wanted = gradients(weights, x[:32].astype(float), t[:32], epsilon)
        for a, b in zip(found, wanted, strict=True):
            assert np.allclose(a, b, rtol=1e-9, atol=1e-13)


def test_each_figure_says_what_it_shows() -> None:
    found = np.full((len(lesson.RATES), lesson.SEEDS), 0.5)
    figures = {
        "without: 25 %": lesson.draw_rates({"with zero_grad()": found, "without": found / 2}),
        "95 and 80 %": lesson.draw_modes({0.0: [1.0], 0.5: [0.95]}, {0.0: [1.0], 0.5: [0.7, 0.9]}),
        "float64: up to 5e-16 of the largest entry": lesson.draw_entries(
            np.array([2.0, 1.0]), {"float64": np.array([2.0, 1.0 - 1e-15])}
        ),
    }
    for words, figure in figures.items():
        assert isinstance(figure, Picture) and words in figure.alt
