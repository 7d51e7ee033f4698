"""What notebook 20 trains and draws: which images, which networks, made-up worlds, figures."""

from typing import Any

import numpy as np
import pytest

from course_lessons import dropout as lesson
from course_lib import functional
from course_lib.op import Op
from course_lib.plots.pictures import Picture


def test_a_share_of_the_labels_is_wrong_and_the_images_are_the_same() -> None:
    x, t = lesson.few_images(0, seed=3)
    x_half, t_half = lesson.few_images(0.5, seed=3)
    np.testing.assert_array_equal(x, x_half)
    assert len(x) == lesson.FEW and 0.4 < np.mean(t != t_half) < 0.6
    _, all_labels, _, _ = lesson.digits()
    for seed in range(3):
        assert not np.shares_memory(lesson.few_images(0.5, seed)[1], all_labels)
    assert not np.array_equal(x, lesson.few_images(0, seed=4)[0])


def test_networks_with_one_seed_differ_in_their_dropout_alone() -> None:
    without, with_it = (lesson.one_hidden_layer(16, p, seed=5) for p in (0, 0.5))
    for a, b in zip(without.parameters(), with_it.parameters(), strict=True):
        np.testing.assert_array_equal(a.data, b.data)
    assert with_it.layers[2].drop_prob == 0.5  # type: ignore[attr-defined]


def test_a_training_uses_the_pair_that_it_is_given() -> None:
    calls = []

    def forward(x: Any, drop_prob: float, rng: Any, *, training: bool) -> Any:
        calls.append((drop_prob, training))
        return functional.dropout_forward(x, drop_prob, rng, training=training)

    network = lesson.trained(0.2, 1, Op(forward, functional.dropout_backward))
    np.testing.assert_equal(network.state_dict(), lesson.trained(0.2, 1).state_dict())
    assert calls.count((0.2, True)) == 20 * 34  # epochs, minibatches


def test_a_training_depends_on_each_of_its_settings() -> None:
    found = lesson.train(16, 0, 0.2, 0.03, seed=1)
    assert found > 0.8
    others = [(256, 0, 0.2, 0.03), (16, 0.5, 0.2, 0.03), (16, 0, 0.5, 0.03), (16, 0, 0.2, 0.3)]
    assert found not in [lesson.train(*other, seed=1) for other in others]


def test_the_area_under_the_curve_counts_pairs_and_ties_as_half() -> None:
    wrong = np.array([True, False, True, False, False])
    # The first wrong one is ahead in two pairs and ties in one; the second is ahead in two.
    assert lesson.area_under_curve(np.array([3.0, 3.0, 2.0, 1.0, 0.0]), wrong) == 4.5 / 6
    assert lesson.area_under_curve(-1.0 * wrong, wrong) == 0


def test_rankings_of_a_network_with_wrong_labels() -> None:
    """The errors themselves rank perfectly; the spread of a probability is worse than chance."""

    def knows(f: Any, z: Any, drop_prob: float, rng: Any) -> Any:
        return f(z).argmax(axis=1) != lesson.digits()[3]

    areas = lesson.areas_of_rankings(0.5, 0, knows)
    assert areas["errors of thinned networks"] == 1 > areas["confidence"] > 0.6
    assert areas["spread of the probability"] < 0.5


def test_s2_weights_are_those_of_three_layers_that_have_learned() -> None:
    W1, b1, W2, b2, W3, b3 = lesson.s2_weights(0)
    assert [a.shape for a in (W1, b1, W2, b2, W3, b3)] == [
        *((64, 100), (100,), (100, 100), (100,), (100, 10), (10,))
    ]
    x = lesson.digits()[2]
    h = np.maximum(0, np.maximum(0, x @ W1 + b1) / 2 @ W2 + b2) / 2
    assert lesson.evaluated(h @ W3 + b3)[0] > 0.95


def test_means_over_one_mask_are_alike_and_removing_nothing_changes_nothing() -> None:
    network = lesson.trained(0.5, seed=0)
    arithmetic, geometric = lesson.over_masks(network, 1, seed=0)
    assert arithmetic == pytest.approx(geometric)
    (right, loss), (_, loss_of_ten) = (
        lesson.evaluated(network(lesson.digits()[2])),
        lesson.over_masks(network, 10, seed=0)[1],
    )
    assert arithmetic[1] > loss_of_ten > loss
    assert lesson.accuracy_without(network, 0.0, seed=0) == pytest.approx(right)
    assert lesson.accuracy_without(network, 0.9, seed=0) < right - 0.05


def test_the_means_of_eight_units_differ_as_the_figure_shows() -> None:
    z, networks = lesson.eight_units()
    assert z.shape == (8,) and len(networks) == 2
    for network in networks.values():
        assert network(z).shape == (3,) and network(z).sum() == pytest.approx(1)
        np.testing.assert_allclose(network(np.stack([z, 0 * z]))[0], network(z))


def test_the_fair_gain_is_that_of_the_settings_which_it_chose(monkeypatch: Any) -> None:
    def invented(units: int, wrong: float, drop_prob: float, lr: float, seed: int) -> float:
        return 0.5 + 0.1 * (drop_prob == 0.2) - abs(lr - 0.03) + 0.001 * seed * (drop_prob > 0)

    monkeypatch.setattr(lesson, "train", invented)
    one = lesson.fair_gain(16, 0)
    assert one["with_it"] == (0.2, 0.03) and one["without"] == (0, 0.03)
    np.testing.assert_allclose(one["gains"], 0.1 + 0.001 * np.arange(4, 12))
    assert one["found"].shape == (4, 6, 4)


def test_the_figures_say_what_they_show() -> None:
    z, networks = lesson.eight_units()
    history = lesson.losses_of_epochs(0, 0.1, seed=0)
    trained = lesson.one_hidden_layer(16, 0, seed=0)
    situations = [(u, w) for u in lesson.OPTIONS["units"] for w in lesson.OPTIONS["wrong"]]
    found = {at: np.full((4, 6, 2), 0.1 * k) for k, at in enumerate(situations)}
    figures = [
        lesson.draw_members(z, networks["linear"], 0.3, {"test mode": 0.25}),
        lesson.draw_filters(trained, trained),
        lesson.draw_losses({0: history, 0.5: history}),
        lesson.draw_settings(found),
    ]
    assert all(isinstance(figure, Picture) for figure in figures)
    assert "test mode (0.250)" in figures[0].alt
    assert "256 units, share 0.5 wrong: without dropout at best 0.30" in figures[3].alt
