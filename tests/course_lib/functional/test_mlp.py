from itertools import pairwise

import numpy as np
import pytest

from course_lib.functional import mlp_backward, mlp_forward


def test_without_hidden_layers_it_is_linear() -> None:
    rng = np.random.default_rng(0)
    x, W, b = rng.normal(size=(5, 3)), rng.normal(size=(3, 2)), rng.normal(size=2)
    y, cache = mlp_forward(x, [(W, b)])
    np.testing.assert_allclose(y, x @ W + b, rtol=1e-14)
    dx, [(dW, db)] = mlp_backward(np.ones_like(y), cache)
    assert (dx.shape, dW.shape, db.shape) == (x.shape, W.shape, b.shape)


def test_gradients_come_in_the_order_of_the_parameters() -> None:
    rng = np.random.default_rng(0)
    sizes = [3, 7, 5, 2]
    params = [(rng.normal(size=(m, n)), rng.normal(size=n)) for m, n in pairwise(sizes)]
    y, cache = mlp_forward(rng.normal(size=(4, 3)), params)
    _, dparams = mlp_backward(rng.normal(size=y.shape), cache)
    assert [(dW.shape, db.shape) for dW, db in dparams] == [(W.shape, b.shape) for W, b in params]


def test_the_backward_pass_can_run_twice() -> None:
    rng = np.random.default_rng(0)
    params = [(rng.normal(size=(3, 4)), rng.normal(size=4)), (rng.normal(size=(4, 2)), np.ones(2))]
    y, cache = mlp_forward(rng.normal(size=(5, 3)), params)
    np.testing.assert_array_equal(mlp_backward(y, cache)[0], mlp_backward(y, cache)[0])


def test_layers_that_do_not_fit_and_no_layers_are_refused() -> None:
    with pytest.raises(ValueError, match="at least one pair"):
        mlp_forward(np.ones((2, 3)), [])
    with pytest.raises(ValueError, match="n_in is 4 in x"):
        mlp_forward(np.ones((2, 3)), [(np.ones((3, 4)), np.ones(4)), (np.ones((5, 2)), np.ones(2))])
