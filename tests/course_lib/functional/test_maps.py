"""What is special to a shortcut and to flattening."""

from typing import Any

import numpy as np
import pytest

from course_lib import functional as F


def normal(*shape: int, seed: int = 0) -> Any:
    return np.random.default_rng(seed).normal(size=shape)


def test_a_shortcut_around_another_shape_is_refused() -> None:
    with pytest.raises(ValueError, match=r"residual_forward: .*\(5, 3\)"):
        F.residual_forward(np.ones((5, 3)), lambda x: (x[:, :1], None))


@pytest.mark.parametrize("shape", [(2,), (2, 3), (0, 3, 4)])
def test_flattening_there_and_back_again(shape: tuple[int, ...]) -> None:
    x = normal(*shape)
    y, cache = F.flatten_forward(x)
    assert y.shape == (shape[0], int(np.prod(shape[1:])))
    np.testing.assert_array_equal(F.flatten_backward(y, cache), x)
