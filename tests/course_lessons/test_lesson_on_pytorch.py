"""What the notebook on PyTorch trains without PyTorch, and what it draws."""

import numpy as np
import pytest

from course_lessons import pytorch as lesson
from course_lib.models import mlp
from course_lib.plots import Picture


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


def weights() -> list[np.ndarray]:
    network = mlp(list(lesson.SIZES), rng=np.random.default_rng(3), dtype="float64")
    return [np.array(p.data).T for p in network.parameters()]


def test_a_training_begins_with_the_given_weights() -> None:
    begun = weights()
    path = lesson.training_in_numpy(begun, [np.arange(32), np.arange(32, 64)], lr=1e-9)
    assert len(path) == 2
    assert lesson.distances(path, [begun, begun]).max() < 1e-8


@pytest.mark.torch
def test_the_training_in_torch_is_the_same() -> None:
    import torch

    begun, batches = weights(), [np.arange(32), np.arange(32, 64)]
    model = torch.nn.Sequential(
        torch.nn.Linear(64, 32), torch.nn.ReLU(), torch.nn.Linear(32, 10)
    ).double()
    with torch.no_grad():
        for parameter, w in zip(model.parameters(), begun, strict=True):
            parameter.copy_(torch.tensor(w))
    x, t, _, _ = lesson.digits()
    found = lesson.gradients_in_torch(torch, model, x[:32], t[:32], "float64")
    path = lesson.training_in_numpy(begun, batches, lr=0.3)
    steps = [(w - after) / 0.3 for w, after in zip(begun, path[0], strict=True)]
    assert all(np.allclose(a, b, rtol=1e-9, atol=1e-13) for a, b in zip(steps, found, strict=True))
    there = lesson.training_in_torch(torch, model, batches, 0.3)
    assert lesson.distances(path, there).max() < 1e-14


def test_each_figure_says_what_it_shows() -> None:
    found = np.full((len(lesson.RATES), lesson.SEEDS), 0.5)
    errors = {"float64": np.array([1e-15, 2e-15]), "float64, p + 1e-7": np.array([1e-6, 2e-6])}
    figures = {
        "without: 25 %": lesson.draw_rates({"with zero_grad()": found, "without": found / 2}),
        "95 and 80 %": lesson.draw_modes({0.0: [1.0], 0.5: [0.95]}, {0.0: [1.0], 0.5: [0.7, 0.9]}),
        "float64: up to 1e-15": lesson.draw_entries(np.ones(2), {"float64": np.ones(2) - 1e-15}),
        "p + 1e-7: 2e-06, 4e-06": lesson.draw_paths(
            {name: np.outer((1, 2), found) for name, found in errors.items()}
        ),
    }
    for words, figure in figures.items():
        assert isinstance(figure, Picture) and words in figure.alt
