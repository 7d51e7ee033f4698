"""Trainings and figures of the notebook "Symmetry"."""

from typing import Any

import numpy as np
import pytest

from course_lessons import symmetry as lesson
from course_lib import symmetry
from course_lib.layers import Sigmoid, Tanh
from course_lib.plots import Picture


def network(seed: int = 0) -> lesson.Params:
    rng = np.random.default_rng(seed)
    return [
        (rng.normal(size=(64, 5)), rng.normal(size=5)),
        (rng.normal(size=(5, 10)), rng.normal(size=10)),
    ]


def test_the_images_are_standardised_over_those_for_training() -> None:
    x_train, t_train, x_test, t_test = lesson.digits()
    assert (x_train.shape, x_test.shape) == ((1437, 64), (360, 64))
    assert (len(t_train), len(t_test)) == (1437, 360)
    np.testing.assert_allclose(x_train.mean(axis=0), 0, atol=1e-12)
    assert x_train.std(axis=0).max() == pytest.approx(1, abs=0.02)


def test_a_line_begins_and_ends_at_its_networks_and_the_mirror_image_has_the_same_outputs() -> None:
    params = network()
    mirror = lesson.other_weights(params)
    np.testing.assert_allclose(lesson.output(mirror), lesson.output(params))
    losses = lesson.losses_between(params, mirror)
    assert losses[0] == pytest.approx(losses[-1])
    (W1, b1), (W2, b2) = lesson.between(params, mirror, 0.5)
    assert not W1.any() and not b1.any() and not W2.any()
    np.testing.assert_allclose(b2, params[1][1])


def test_a_unit_is_a_row_of_all_its_weights() -> None:
    (W1, b1), (W2, _) = network()
    units = lesson.units(network())
    np.testing.assert_array_equal(units[3], [*W1[:, 3], b1[3], *W2[3]])


def test_zeros_stay_and_noise_grows() -> None:
    assert lesson.from_noise(0.0, Tanh).moved == 0
    sigmoid = lesson.from_noise(0.0, Sigmoid)
    assert sigmoid.moved > 0 and sigmoid.apart[-1] < 1e-9
    run = lesson.from_noise(1e-9)
    assert len(run.apart) == len(run.accuracy) + 1 == 21
    assert run.apart[-1] > 1e6 * run.apart[0]


def test_a_training_of_the_experiment_depends_on_its_setting() -> None:
    assert lesson.train(-3.5, 1.0, 0) < 0.2 < lesson.LEARNS < lesson.train(-1.5, 1.0, 0)


def test_a_search_leaves_a_quarter_with_what_has_learnt_at_its_upper_end() -> None:
    low, high = lesson.search(lr=1.0, seed=0)
    assert high - low == 0.25
    assert lesson.train(low, 1.0, 0) < lesson.LEARNS <= lesson.train(high, 1.0, 0)


def test_a_random_twin_is_what_make_twin_returns_for_orders_and_signs() -> None:
    def make_twin(params: lesson.Params, orders: Any, signs: Any) -> lesson.Params:
        assert sorted(orders[0]) == [0, 1, 2, 3, 4] and set(np.abs(signs[0])) == {1}
        return lesson.other_weights(params)

    twin = lesson.random_twin(make_twin, network(), np.random.default_rng(0))
    said = lesson.compared(network(), twin)
    largest = 2 * np.abs(network()[0][0]).max()
    assert said.endswith(f"the weights of layer 1 by up to {largest:.1f}")


def test_a_match_at_once_finds_a_twin_of_one_hidden_layer() -> None:
    params = network()
    order, signs = np.array([2, 0, 1, 4, 3]), np.array([1.0, -1.0, 1.0, -1.0, 1.0])
    twin = symmetry.make_twin(params, [order], [signs])
    found = lesson.matched_at_once(symmetry.match_units, symmetry.make_twin, params, twin)
    for pair, wanted in zip(found, twin, strict=True):
        np.testing.assert_allclose(pair[0], wanted[0])
        np.testing.assert_allclose(pair[1], wanted[1])


def test_every_figure_says_what_it_shows() -> None:
    losses = [np.array([0.1, 2.0, 0.1]), np.array([0.1, 1.0, 0.1])]
    run = lesson.Run(1.0, np.geomspace(1e-9, 1, 21), list(np.linspace(0.1, 1, 20)))
    for picture in (
        lesson.draw_twins(losses[0], losses[1:]),
        lesson.draw_matched(losses[:1], losses[1:]),
        lesson.draw_growth({1e-9: run, 1e-3: run}, 3.0),
    ):
        assert isinstance(picture, Picture)
        assert len(picture.alt.split()) > 20
