import numpy as np
import pytest

from course_lib.functional import flatten_backward, flatten_forward


@pytest.mark.parametrize("shape", [(2, 3, 4, 5), (2, 3), (2,), (0, 3, 4), (1, 1, 1, 1)])
def test_there_and_back_again(shape: tuple[int, ...]) -> None:
    x = np.random.default_rng(0).normal(size=shape)
    y, cache = flatten_forward(x)
    assert y.shape == (shape[0], int(np.prod(shape[1:])))
    np.testing.assert_array_equal(flatten_backward(y, cache), x)


def test_a_row_holds_the_values_of_one_sample_last_axis_fastest() -> None:
    x = np.random.default_rng(0).normal(size=(2, 3, 4))
    y, _ = flatten_forward(x)
    for n in range(2):
        np.testing.assert_array_equal(y[n], [x[n, i, j] for i in range(3) for j in range(4)])


def test_a_number_is_not_a_batch() -> None:
    with pytest.raises(ValueError, match=r"expected \(N, ...\)"):
        flatten_forward(np.ones(()))
