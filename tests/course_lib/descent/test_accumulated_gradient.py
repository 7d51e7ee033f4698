from typing import Any

import numpy as np
import pytest

from course_lib.descent import accumulated_gradient, mean_gradient

SIZES = (32, 32, 25, 7)


def parts(*sizes: int) -> list[tuple[np.ndarray, np.ndarray]]:
    rng = np.random.default_rng(0)
    return [(rng.normal(size=(n, 3)), rng.normal(size=n) + k) for k, n in enumerate(sizes)]


def joined(pieces: list[tuple[np.ndarray, np.ndarray]]) -> tuple[np.ndarray, np.ndarray]:
    return np.concatenate([x for x, _ in pieces]), np.concatenate([t for _, t in pieces])


def test_parts_of_any_size_give_the_gradient_of_all_samples() -> None:
    w = np.ones(3)
    got = accumulated_gradient(w, parts(*SIZES), mean_gradient)
    np.testing.assert_allclose(got, mean_gradient(w, *joined(parts(*SIZES))), rtol=1e-12)


def test_the_mean_of_the_means_is_another_number() -> None:
    w = np.ones(3)
    means = np.mean([mean_gradient(w, x, t) for x, t in parts(*SIZES)], axis=0)
    assert not np.allclose(accumulated_gradient(w, parts(*SIZES), mean_gradient), means, rtol=0.05)


def test_parts_may_come_from_a_generator() -> None:
    w = np.ones(3)
    got = accumulated_gradient(w, (part for part in parts(2, 5)), mean_gradient)
    np.testing.assert_allclose(got, mean_gradient(w, *joined(parts(2, 5))), rtol=1e-12)


@pytest.mark.parametrize(
    ("pieces", "said"),
    [
        ([], "there is no part"),
        ([(np.ones((0, 3)), np.ones(0))], "0 inputs and 0 targets"),
        ([(np.ones((2, 3)), np.ones(4))], "2 inputs and 4 targets"),
    ],
)
def test_parts_without_samples_or_targets_are_refused(pieces: Any, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        accumulated_gradient(np.ones(3), pieces, mean_gradient)


def test_a_gradient_of_another_shape_is_refused() -> None:
    with pytest.raises(ValueError, match="dw"):
        accumulated_gradient(np.ones(3), parts(2), lambda w, x, t: np.ones((3, 1)))
