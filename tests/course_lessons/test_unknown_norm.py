"""The layer normalisations that a test of one's own is tried on."""

import numpy as np
import pytest

from course_lessons.pairs import CallsSpent
from course_lessons.unknown_norm import CALLS, FAULTS, UnknownNorm, random_norm, tell_apart
from course_lib.functional import layernorm_backward, layernorm_forward

SHOWN = {  # what hides a fault: an inconspicuous call, with one of its choices changed, shows it
    "rows": ({"shape": (2, 3, 64)},) * 2,
    "batch": ({"shape": (3, 64)}, {"training": False}),
    "eps": ({"size": 1e-3},) * 2,
    "variance": ({"tolerance": 1e-3},) * 2,
    "dx": ({"dy": "random"}, {}),
    "gamma": ({"gamma": "random", "dy": "random"}, {"gamma": "random"}),
}


def norm(fault="", one=0):
    return UnknownNorm(random_norm(np.random.default_rng(0), fault, one))


def differs(layer, *, shape=(1, 64), training=True, size=1, tolerance=0.02, dy="", gamma=""):
    """Whether y, dx or the gradients of the parameters differ from the library's."""
    rng = np.random.default_rng(1)
    if gamma:
        layer.gamma.data, layer.beta.data = rng.normal(size=(2, 64))
    x = size * rng.normal(size=shape)
    y, backward = layer.forward(x, training=training)
    right, cache = layernorm_forward(x, layer.gamma.data, layer.beta.data, eps=layer.eps)
    upstream = rng.normal(size=shape) if dy else np.ones(shape)
    right_dx, *gradients = layernorm_backward(upstream, cache)
    compared = (y, right), (backward(upstream), right_dx)
    compared += (((layer.gamma.grad, layer.beta.grad), gradients),)
    return not all(np.allclose(*both, rtol=tolerance, atol=tolerance) for both in compared)


@pytest.mark.parametrize("one", range(4))
def test_a_right_layer_agrees_with_the_library(one):
    everything = {"size": 1e-3, "gamma": "random", "dy": "random", "training": False}
    for shape in ((3, 64), (2, 3, 64)):
        assert not differs(norm(one=one), shape=shape, tolerance=1e-3, **everything)


@pytest.mark.parametrize("one", [0, 1])
@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_shows_where_nothing_hides_it(fault, one):
    assert differs(norm(fault, one), **SHOWN[fault][one])
    assert differs(norm(fault, one)) == (SHOWN[fault][one] == {})


def test_a_layer_refuses_what_is_too_much_or_does_not_fit():
    layer = norm()
    for _ in range(CALLS):
        layer.forward(np.ones((1, 64)))
    with pytest.raises(CallsSpent, match="4 forward passes"):
        layer.forward(np.ones((1, 64)))
    with pytest.raises(ValueError, match="expected"):
        norm().forward(np.ones((2, 5)))


def test_a_careless_test_finds_half_of_one_fault(capsys):
    found = tell_apart(lambda layer: not differs(layer), pairs=4)
    assert found == {fault: 2 * (fault == "dx") for fault in FAULTS}
    assert "fault 5:  2 of 4 pairs told apart" in capsys.readouterr().out
