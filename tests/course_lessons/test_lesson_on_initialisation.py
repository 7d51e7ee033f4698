"""Notebook 10's module: its trainings, made-up worlds and figures."""

import math
import re
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pytest

from course_lessons import deep_networks
from course_lessons import initialisation as lesson
from course_lib.gradient_check import numerical_gradient
from course_lib.initializers import he_normal
from course_lib.plots.pictures import Picture
from grader.checking.contract.registry import find


def test_layers_have_the_variance_that_is_asked_for() -> None:
    x, weights = lesson.layers(0.01, [300, 200, 100], seed=3)
    assert x.shape == (100, 300) and x.var() == pytest.approx(1, rel=0.05)
    for W, shape in zip(weights, [(300, 200), (200, 100)], strict=True):
        assert W.shape == shape
        assert W.var() == pytest.approx(0.01, rel=0.05)


def test_the_digits_are_standardised_with_the_training_images() -> None:
    x, t, x_val, t_val = lesson.digits()
    assert (len(x), len(x_val)) == (len(t), len(t_val)) == (1437, 360)
    assert np.abs(x.mean(axis=0)).max() < 1e-5
    assert 0 < np.abs(x_val.mean(axis=0)).max() < 0.3


def test_a_shallow_network_learns_and_a_rate_that_overflows_gives_0() -> None:
    found = lesson.accuracy(he_normal, 0.1, 0, depth=1)
    assert found > 0.9
    assert lesson.accuracy(he_normal, 0.1, 0, depth=1) == found
    assert lesson.accuracy(he_normal, 100.0, 0, depth=1) == 0


def test_a_training_depends_on_each_of_its_arguments() -> None:
    found = [
        lesson.sines(*arguments) for arguments in [(1.1, 0.2, 0), (0.8, 0.2, 0), (1.1, 0.4, 0)]
    ]
    assert found[0] > 0.7
    assert len({*found, lesson.sines(1.1, 0.2, 1)}) == 4


def test_a_trial_trains_at_the_best_rate_of_its_gain() -> None:
    for gain in lesson.OPTIONS["gain"]:
        assert lesson.train(gain, 0) == lesson.sines(gain, lesson.BEST_RATE, 0)


def test_a_made_up_world_has_the_lead_that_it_says() -> None:
    train, lead = lesson.made_up(5)
    gains = lesson.OPTIONS["gain"]
    means = np.array([np.mean([train(gain, seed) for seed in range(400)]) for gain in gains])
    said, behind = np.array([lead(gain) for gain in gains]), means.max() - means
    near, far = behind < 0.8 * lesson.NEAR, behind > 1.2 * lesson.NEAR
    np.testing.assert_allclose(said[near], (means - means[-1])[near], atol=0.01)
    assert far.any() and np.isnan(said[far]).all()


def test_the_figure_of_the_worlds_says_which_gains_are_the_best() -> None:
    section, *worlds = lesson.draw_worlds().alt.split(". ")[1:]
    assert section.endswith("best 1.0, 1.1, 1.2") and len(worlds) == 3
    for number, words in enumerate(worlds):
        lead = lesson.made_up(number)[1]
        best = [gain for gain in lesson.OPTIONS["gain"] if not math.isnan(lead(gain))]
        assert words.rstrip(".").endswith(f"best {', '.join(map(str, best))}")


def test_shares_of_a_rehearsal_add_up(capsys: Any) -> None:
    answers = iter([(1.1, -1.0, 1.0)] * 91 + [(lesson.FORMULA, 0.0, 0.1)] * 109)
    lesson.rehearse(lambda trial: next(answers))
    *_, right, wrong = capsys.readouterr().out.splitlines()
    shares = [float(share) for share in re.findall(r"(\d+\.\d)%", right + wrong)]
    assert sum(shares) == pytest.approx(100) and shares[2] == 0


def test_the_best_gain_differs_between_made_up_worlds() -> None:
    leads = [lesson.made_up(world)[1] for world in range(200)]
    right = {gain: np.mean([lead(gain) > 0 for lead in leads]) for gain in lesson.OPTIONS["gain"]}
    assert max(right.values()) < 0.8 and right[lesson.FORMULA] == 0


def test_a_rehearsal_counts_the_intervals_that_are_right(capsys: Any) -> None:
    def said_of(*answer: float) -> tuple[list[str], str, str]:
        lesson.rehearse(lambda trial: answer, worlds=20)
        *worlds, right, wrong = capsys.readouterr().out.splitlines()
        return worlds, right, wrong

    worlds, wide, why = said_of(1.1, -1.0, 1.0)
    lead_in = [lesson.made_up(world)[1] for world in range(3)]
    for line, lead in zip(worlds, lead_in, strict=True):
        best = [gain for gain in lesson.OPTIONS["gain"] if not math.isnan(lead(gain))]
        names = ", ".join(map(str, best))
        assert f": among the best gains are {names}; your answer 1.1, -1.00 to 1.00" in line
        assert ("(its lead is" in line) == (1.1 in best)
    assert f"(its lead is {lead_in[0](1.1):.2f})" in worlds[0]
    # In the other worlds, 1.1 is not one of the best.
    assert re.search(r"[4-7]\d\.0% .* 2\.00$", wide)
    assert re.search(r"best [3-6]\d\.0%, lead missed 0\.0%", why)
    worlds, wrong, never = said_of(lesson.FORMULA, 0.1, 0.2)
    assert "lead is" not in "".join(worlds) and re.search(r" 0\.0% .* 0\.10$", wrong)
    assert re.search(r"best 100\.0%, lead missed 0\.0%", never)
    *_, missed = said_of(1.1, 2.0, 3.0)
    assert re.search(r"best [3-6]\d\.0%, lead missed [4-7]\d\.0%", missed)


def test_a_plan_on_networks_trains_them(capsys: Any) -> None:
    lesson.at_home(lambda trial: (1.1, trial(1.1, 0), trial.budget))
    said = f"1.1, lead from {lesson.train(1.1, 0):.2f} to {lesson.BUDGET}.00. 1 of 20 trainings"
    assert said in capsys.readouterr().out


def test_the_means_are_those_of_the_stored_trainings() -> None:
    stored = np.load(find("gain_experiment").table) / 1e4
    np.testing.assert_allclose([*lesson.MEANS.values()], stored.mean(axis=-1), atol=0.0006)


def test_a_variance_keeps_its_size_at_the_gain_of_relu() -> None:
    path = lesson.variance_by_layer(lambda u: np.maximum(u, 0), 2**0.5, 0.7)
    np.testing.assert_allclose(path, 0.7, rtol=1e-3)


ROWS = np.linspace(0.1, 0.9, 10).reshape(5, 2)
FIGURES: dict[str, Callable[[], Any]] = {
    "fifty": lambda: lesson.draw_fifty_layers({k: [np.ones(51)] for k in ("a", "b", "c")}),
    "rates": lambda: lesson.draw_rates({1: {"a": ROWS, "b": ROWS}, 16: {"a": ROWS, "b": ROWS}}),
    "fixed points": lambda: lesson.draw_fixed_points({"a": [np.ones(17)], "b": [np.ones(17)]}),
    "both passes": lambda: lesson.draw_both_passes([0.5] * 8, [2.0] * 8),
    "worlds": lesson.draw_worlds,
}


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_has_titles_labels_and_words(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    picture = FIGURES[name]()
    assert isinstance(picture, Picture) and picture.alt.endswith(".")
    assert not re.search(r"\bnan\b|  ", picture.alt)
    for module in (lesson, deep_networks):
        monkeypatch.setattr(module, "with_alt", lambda figure, alt: figure)
    figure = FIGURES[name]()
    assert all(ax.get_xlabel() for ax in figure.axes) and figure.axes[0].get_ylabel()
    assert figure.get_suptitle() or all(ax.get_title(loc="left") for ax in figure.axes)


def test_weight_gradients_are_those_of_finite_differences() -> None:
    x, weights = lesson.layers(0.3, [3, 4, 2, 5], seed=1)
    dz = np.random.default_rng(2).normal(size=(len(x), 5))

    def loss(at: int, changed: np.ndarray) -> float:
        z = x
        for W in [*weights[:at], changed, *weights[at + 1 :]]:
            z = np.sin(z @ W)
        return float((dz * z).sum())

    gradients = [numerical_gradient(partial(loss, at), W, 1e-5) for at, W in enumerate(weights)]
    sizes = [np.sqrt(np.mean(dW**2)) for dW in gradients]
    us, z = [], x
    for W in weights:
        us.append(z @ W)
        z = np.sin(us[-1])
    found = lesson.weight_gradient_rms(x, us, weights, dz, np.sin, np.cos)
    assert found == pytest.approx(sizes, rel=1e-6)
