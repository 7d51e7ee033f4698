"""What notebook 07 draws, trains and tries."""

import numpy as np
import pytest

from course_lessons import graphs as lesson
from course_lessons.unknown_layer import (
    FAULTS,
    SORTS,
    ForwardPassesSpent,
    UnknownLayer,
    draw_layer,
)
from course_lib.gradient_check import numerical_gradient, relative_error
from course_lib.graph import backprop


def test_the_exact_gradient_agrees_with_differences():
    loss, W, exact = lesson.small_network("float64")
    assert relative_error(numerical_gradient(loss, W, 1e-5), exact) < 1e-8


def test_a_shared_weight_has_the_sum_of_the_gradients_of_its_uses():
    terms, shared = lesson.gradients_of_uses(backprop, 4)
    np.testing.assert_allclose(sum(terms), shared)


def test_the_network_has_the_gradient_of_its_loss():
    graphs = []

    def keeping(graph, values, output):
        graphs.append((graph, values))
        return backprop(graph, values, output)

    assert lesson.train(keeping, (0, 1, 2), 0, steps=3) > 0.1
    (_, before), (_, after) = graphs[0], graphs[2]
    assert after["L"] < before["L"]


@pytest.mark.parametrize("sort", SORTS)
def test_right_layers_agree_with_differences_and_faulty_ones_do_not(sort):
    rng = np.random.default_rng(1)
    inputs = [rng.normal(size=shape) for shape in ((6, 4), (4, 3), (3,))]
    dy = rng.normal(size=(6, 3))
    h, bound = (2e-3, 0.05) if "32" in sort else (1e-6, 1e-6)
    for fault in FAULTS:
        numbers = draw_layer(rng, sort, fault)
        right, faulty = UnknownLayer(numbers | {"fault": ""}), UnknownLayer(numbers)
        for k, gradient in enumerate(right.backward(dy, *inputs)):
            assert gradient.dtype == numbers["dtype"]

            def loss(value, k=k, right=right):
                return np.sum(dy * right.forward(*inputs[:k], value, *inputs[k + 1 :]))

            assert relative_error(gradient, numerical_gradient(loss, inputs[k], h)) < bound
        pairs = zip(right.backward(dy, *inputs), faulty.backward(dy, *inputs), strict=True)
        assert max(relative_error(one, other) for one, other in pairs) > 4e-4


def test_a_layer_stops_when_its_budget_is_spent():
    layer = UnknownLayer(draw_layer(np.random.default_rng(0), SORTS[0], "slight"), budget=1)
    inputs = np.ones((1, 4)), np.ones((4, 3)), np.ones(3)
    layer.forward(*inputs)
    with pytest.raises(ForwardPassesSpent):
        layer.forward(*inputs)
    with pytest.raises(ValueError, match=r"W \(4, 3\)"):
        layer.backward(np.ones((1, 3)), np.ones((1, 5)), *inputs[1:])


def test_a_trial_counts_verdicts(capsys):
    rates = lesson.try_check(lambda layer: layer.dtype == "float64", layers=2)
    assert rates["float64, kinks"] == (1, 0)
    assert rates["float32, kinks"] == (0, 1)
    assert "float32, smooth" in capsys.readouterr().out

    def unwritten(_):
        raise NotImplementedError

    assert lesson.try_check(unwritten) == {}


def test_a_check_judges_a_backprop_that_adds_and_one_that_does_not(capsys):
    x, W, b = np.ones((2, 4)), np.full((4, 3), 0.1), np.zeros(3)

    def check(layer):
        def loss(value):
            return np.sum(layer.forward(x, W, value))

        db = layer.backward(np.ones((2, 3)), x, W, b)[2]
        return relative_error(db, numerical_gradient(loss, b, 1e-5)) < 1e-6

    assert lesson.check_backprop(check, backprop) == (True, False)
    assert "rejected" in capsys.readouterr().out


@pytest.mark.parametrize(
    "draw",
    [
        lambda: lesson.draw_errors(numerical_gradient),
        lesson.draw_small_graph,
        lambda: lesson.draw_uses(backprop),
    ],
)
def test_each_picture_has_a_description(draw):
    assert len(draw().alt) > 60
