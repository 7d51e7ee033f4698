"""Interpolation between pixels is the one of PyTorch.

In double precision: rounding only, 1e-10 leaves room for it.
"""

from typing import Any

import numpy as np
import pytest

from course_lib.augmentation import random_scale, rotate, shear

pytestmark = pytest.mark.torch


@pytest.fixture
def torch() -> Any:
    import torch

    torch.set_num_threads(1)
    return torch


class Always:
    """A generator that draws one number only."""

    def __init__(self, value: float) -> None:
        self.value = value

    def random(self, shape: Any, dtype: Any) -> np.ndarray:
        return np.full(shape, self.value, dtype=dtype)


def images(H: int, W: int) -> np.ndarray:
    return np.random.default_rng(9).normal(size=(2, 3, H, W))


@pytest.mark.parametrize("side", [3, 5, 6, 13])
def test_scaling_is_their_interpolate(torch: Any, side: int) -> None:
    given = images(6, 9)
    theirs = torch.nn.functional.interpolate(
        torch.tensor(given), size=(side, round(side * 1.5)), mode="bilinear"
    )
    ours = random_scale(given, (side, side), np.random.default_rng(0))
    np.testing.assert_allclose(np.stack(ours), theirs.numpy(), atol=1e-10)


@pytest.mark.parametrize("draw", [0.1, 0.5, 0.8, 1.0])
@pytest.mark.parametrize("name", ["rotate", "shear"])
def test_affine_maps_are_their_grid_sample(torch: Any, name: str, draw: float) -> None:
    H = W = 7  # square, so that a rotation is one in their coordinates from -1 to 1 as well
    given = images(H, W)
    strength = 2 * draw - 1
    if name == "rotate":
        ours = rotate(given, 50.0, Always(draw))
        a = np.radians(50.0) * strength
        matrix = [[np.cos(a), -np.sin(a), 0.0], [np.sin(a), np.cos(a), 0.0]]  # of (column, row)
    else:
        ours = shear(given, 0.6, Always(draw))
        matrix = [[1.0, -0.6 * strength, 0.0], [0.0, 1.0, 0.0]]
    grid = torch.nn.functional.affine_grid(
        torch.tensor([matrix, matrix], dtype=torch.float64), [2, 3, H, W], align_corners=True
    )
    theirs = torch.nn.functional.grid_sample(
        torch.tensor(given), grid, mode="bilinear", padding_mode="zeros",
        align_corners=True,
    )  # fmt: skip
    np.testing.assert_allclose(ours, theirs.numpy(), atol=1e-10)
