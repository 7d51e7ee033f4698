"""What the two notebooks of the emoji cup train and measure."""

import numpy as np

from course_lessons import cup, entry
from course_lessons import entry_figures as figures
from course_lib.plots import Picture
from grader.checking.contract.registry import find

QUICK = {"model": "mlp", "layers": [8], "epochs": 1, "lr": 0.01}


def test_a_change_without_an_effect_has_no_difference() -> None:
    found = cup.differences({"momentum": 0.0}, range(2), QUICK)
    assert found.tolist() == [0, 0]


def test_a_run_that_diverges_counts_as_guessing() -> None:
    assert cup.score(QUICK | {"lr": 10.0, "momentum": 0.999, "epochs": 5}, 0) == cup.CHANCE
    trials = entry.Trials()
    assert np.isnan(trials(QUICK | {"lr": 10.0, "momentum": 0.999, "epochs": 5}))
    assert trials(QUICK) == trials.right[1].mean() > 0 and trials.right[0].sum() == 0


def test_a_candidate_is_scored_as_in_the_notebook_of_the_cards() -> None:
    (one,) = entry.on_public_splits(QUICK, range(1))
    assert one.accuracy == one.right.mean() == cup.score(QUICK, 0)
    assert len(one.training) == len(one.held_out) == 1 and len(one.right) == len(one.groups)
    (diverged,) = entry.on_public_splits(QUICK | {"lr": 10.0, "momentum": 0.999, "epochs": 5}, [0])
    assert diverged.accuracy == cup.CHANCE and diverged.right.sum() == 0


def test_the_winner_of_equal_trials_looks_better_than_it_is() -> None:
    right = np.random.default_rng(0).random((24, 320)) < 0.5
    looks, is_really = entry.winners_gap(right, np.arange(320), 50)
    assert looks > is_really + 0.05


def test_the_recipe_trains_and_has_the_budget_of_its_rival() -> None:
    calls = []

    def recipe(w, gradient, total, **settings):  # type: ignore[no-untyped-def]
        calls.append(total)
        for t in range(1, 30):
            w = w - 0.05 * gradient(w, t)
        return w, w

    reached = entry.by_recipe(recipe, 0, lr=0.01)
    assert calls == [entry.RECIPE_EPOCHS * 24] and 0 <= reached <= 1


def test_figures_say_what_they_show() -> None:
    log = np.column_stack([np.linspace(2, 0.1, 200), np.linspace(0, 1, 200)])
    rows = {"flips": np.array([0.01, -0.02, 0.03])}
    splits = entry.on_public_splits(QUICK | {"epochs": 2}, range(1))
    for picture in (
        cup.draw_losses({"one": log, "two": log}),
        cup.draw_differences(rows, "Differences"),
        figures.draw_trials([({"model": "mlp", "lr": 0.1}, 0.3), ({"lr": 0.2}, float("nan"))]),
        figures.draw_candidates([splits, splits]),
    ):
        assert isinstance(picture, Picture)


def test_the_library_trains_the_base_of_the_cards() -> None:
    assert find("cards").points == 4 and cup.budget_used(cup.BASE) < cup.PAIR_SHARE
