"""What the notebook on batch normalisation trains, measures and draws."""

import re
from contextlib import suppress

import numpy as np
import pytest

from course_lessons import batch_normalisation as lesson
from course_lessons.experiment import BudgetSpent, Trials, interval
from course_lib.functional import batchnorm_backward, batchnorm_forward
from course_lib.layers import BatchNorm
from course_lib.plots import Picture
from grader.checking.contract.registry import find


def test_a_training_is_repeated_by_its_seed_and_may_use_other_layers() -> None:
    made: list[int] = []

    def norm(n: int) -> BatchNorm:
        made.append(n)
        return BatchNorm(n)

    first = lesson.train("normalised", 1.0, seed=5)
    assert lesson.trainer(norm)("normalised", 1.0, 5) == first > 0.7
    assert made == [50, 50]


def test_a_training_that_overflows_counts_as_guessing() -> None:
    assert lesson.train("plain", 10.0, seed=0) <= 0.2


def test_a_test_in_training_mode_leaves_the_network_as_it_was() -> None:
    network = lesson.trained(0)
    before = network.state_dict()
    order = np.arange(360)
    assert lesson.test_accuracy(network, order, training=True) > 0.9
    assert lesson.test_accuracy(network, order, training=False) > 0.9
    assert all(np.array_equal(value, before[name]) for name, value in network.state_dict().items())


def test_the_factor_of_the_last_layer_is_another_one_if_it_is_given() -> None:
    def at(**factors: float) -> float:
        return lesson.train("plain", 0.1, 0, **factors)

    assert at() == at(last=10) and at(factor=1) != at(factor=1, last=10)


def test_invented_accuracies_have_the_means_that_their_world_states() -> None:
    for number in range(6):
        train, world = lesson.made_up(number)
        for name, of in world.mean.items():
            for lr in (0.1, world.best[name]):
                found = np.mean([train(name, lr, seed) for seed in range(200)])
                assert found == pytest.approx(of[lr], abs=0.02)
            peak, usual, _ = lesson.INVENTED[name]
            rates = lesson.OPTIONS["lr"]
            assert abs(rates.index(world.best[name]) - rates.index(usual)) <= 1
            assert abs(max(of.values()) - peak) <= (0.4 if name == "normalised" else 0)


def test_best_rates_and_leads_differ_between_worlds() -> None:
    worlds = [lesson.made_up(number)[1] for number in range(200)]
    assert len({tuple(world.best.values()) for world in worlds}) == 9
    leads = [world.lead for world in worlds]
    assert min(leads) < -0.25 and max(leads) > 0.4
    assert np.mean(leads) == pytest.approx(0.08, abs=0.05)


def test_a_rehearsal_tells_a_good_plan_from_a_bad_one(capsys: pytest.CaptureFixture[str]) -> None:
    reference = find("norm_experiment").reference[0]
    right, width = lesson.score(reference)
    assert right > 0.9 and width < 0.25
    assert lesson.score(one_rate)[0] < 0.15
    lesson.rehearse(lambda _: (-0.1, 0.1))  # trains nothing, so no rate is its favourite
    said = capsys.readouterr().out
    assert "mean width 0.20" in said
    assert "plain most at no rate (best " in said
    assert "both best rates were found: 0%" in said
    with pytest.raises(BudgetSpent):
        lesson.score(wasteful, worlds=1)


def test_a_rehearsal_shows_where_a_plan_trained_most(capsys: pytest.CaptureFixture[str]) -> None:
    lesson.rehearse(find("norm_experiment").reference[0])
    *worlds, share, found = capsys.readouterr().out.splitlines()
    best = [re.findall(r"most at (\S+) \(best (\S+)\)", line) for line in worlds]
    assert len({tuple(pairs) for pairs in best}) > 1  # they differ from world to world
    assert all(trained == known for pairs in best for trained, known in pairs)
    for line in worlds:
        low, high, lead = map(float, re.findall(r"-?\d\.\d\d", line.split("): ")[1]))
        assert low <= lead <= high
    assert share.startswith("200 made-up worlds: ")
    assert found.endswith((" 98%", " 99%", " 100%"))
    lesson.rehearse(one_rate)
    first, *_, found = capsys.readouterr().out.splitlines()
    assert "plain most at 0.1 (best " in first and "normalised most at 0.1 (best " in first
    assert found.endswith(" 0%")


def one_rate(trial: Trials) -> tuple[float, float]:
    """The neighbour's plan: one rate, no search."""
    return interval([trial("normalised", 0.1, s) - trial("plain", 0.1, s) for s in range(12)])


def wasteful(trial: Trials) -> tuple[float, float]:
    """A plan that hides one training too many."""
    with suppress(BudgetSpent):
        for seed in range(lesson.BUDGET + 1):
            trial("plain", 0.1, seed)
    return 0.0, 1.0


def test_shifts_are_new_at_every_step_of_the_training() -> None:
    layer, x = lesson.Shift(4, np.random.default_rng(0)), np.ones((2, 4))
    assert np.array_equal(layer.forward(x, training=False)[0], x)
    first, second = (layer.forward(x, training=True)[0] for _ in range(2))
    assert np.array_equal(first[0], first[1]) and not np.allclose(first, second, atol=0.05)


def test_gamma_and_beta_stay_where_they_are_frozen() -> None:
    layers: list[BatchNorm] = []

    def norm(n: int) -> BatchNorm:
        layers.append(BatchNorm(n))
        return layers[-1]

    loss = lesson.deep_loss("BN, gamma 1 and beta 0", 0, norm)
    assert loss < 0.3 and len(layers) == 8
    assert all(np.all(one.gamma.data == 1) and np.all(one.beta.data == 0) for one in layers)
    lesson.deep_loss("BN before the product", 0, norm)
    assert layers[8].gamma.data.shape == (64,) and not np.all(layers[8].gamma.data == 1)


def with_state(x, gamma, beta, eps):
    state = {"mean": 0 * gamma, "var": 0 * gamma + 1}
    y, cache, _ = batchnorm_forward(x, gamma, beta, state, training=True, momentum=0.1, eps=eps)
    return y, cache


def test_measured_gradients_agree_with_the_library() -> None:
    rng = np.random.default_rng(1)
    x, dy = rng.normal(size=(2, 6, 3))
    gamma, beta = rng.normal(size=(2, 3))
    found = lesson.measured_gradients({"x": x, "dy": dy, "gamma": gamma, "beta": beta, "eps": 0.2})
    _, cache = with_state(x, gamma, beta, 0.2)
    np.testing.assert_allclose(found["x"], batchnorm_backward(dy, cache)[0], atol=1e-8)


def in_steps(x, gamma, beta, eps):
    """The forward pass, and the cache in the notebook's order."""
    y, (c, _, i, _) = with_state(x, gamma, beta, eps)
    return y, (c, i, c * i, gamma)


def test_the_first_wrong_line_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    def backward(dy, cache):
        c, i, _, gamma = cache
        dh = gamma * dy
        dv = (dh * c).sum(axis=0) * i**3 / 2
        dc = dh.sum(axis=0)
        raise ValueError(f"not done yet: {dv.shape}, {dc.shape}")

    lesson.compare_lines(in_steps, backward)
    said = capsys.readouterr().out.splitlines()
    assert said[0] == "backward ends with ValueError: not done yet: (2,), (2,)"
    assert said[1].startswith("dh: agrees") and said[2].startswith("dv: DIFFERS")
    assert said[3] == "dc: has shape (2,), expected (5, 2)" and len(said) == 4


def test_a_wrong_cache_is_told_before_the_lines(capsys: pytest.CaptureFixture[str]) -> None:
    def std_for_i(*args):
        y, (c, i, h, gamma) = in_steps(*args)
        return y, (c, 1 / i, h, gamma)

    lesson.compare_lines(std_for_i, lambda dy, cache: None)
    assert capsys.readouterr().out.startswith("the cache does not hold i: look at normalise_batch")


def test_each_figure_says_what_it_shows() -> None:
    flows = {"without BN": lesson.flow(None), "with BN": lesson.flow(BatchNorm)}
    figures = {
        "c is x − m": lesson.draw_graph(),
        "logarithmic": lesson.draw_flow(flows),
        "one: 0.20": lesson.draw_losses({"one": [0.1, 0.3]}),
        "world 1: best rates plain 0.01 and normalised 1, lead 0.44": lesson.draw_worlds(),
    }
    for words, figure in figures.items():
        assert isinstance(figure, Picture) and words in figure.alt
