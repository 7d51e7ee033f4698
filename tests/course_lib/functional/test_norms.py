"""Normalisations of constant values, and which running statistics are new."""

import numpy as np
import pytest

from tests.catalogue.norms import NORMS
from tests.catalogue.operation import Pair


@pytest.mark.parametrize("norm", NORMS, ids=str)
def test_a_constant_unit_is_not_divided_by_zero(norm: Pair) -> None:
    (x, *learned), rest = norm.given(6)
    x = np.full(x.shape, 0.0 if "rms" in norm.name else 2.5)
    assert norm.definition
    expected = norm.definition(x, *learned, **rest)
    y, cache, *_ = norm.call(x, *learned, **rest)
    np.testing.assert_allclose(y, expected[0] if isinstance(expected, list) else expected, 1e-12)
    assert all(np.all(np.isfinite(g)) for g in norm.gradients(np.ones_like(y), cache))


@pytest.mark.parametrize("norm", NORMS[:4], ids=str)
def test_running_statistics_are_new_in_training_and_kept_in_evaluation(norm: Pair) -> None:
    inputs, rest = norm.given()
    state = norm.call(*inputs, **rest)[2]
    for key in ("mean", "var"):
        assert (state[key] is rest["state"][key]) == (not rest["training"])


def test_one_image_is_enough_to_train_on() -> None:
    norm = next(norm for norm in NORMS if norm.name == "spatial_batchnorm in training")
    inputs, rest = norm.given(1)
    assert np.all(np.isfinite(norm.call(inputs[0][:, :, :2, :1], *inputs[1:], **rest)[0]))
