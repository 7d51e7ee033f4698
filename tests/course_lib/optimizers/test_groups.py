"""Groups of parameters with settings of their own."""

from typing import Any

import numpy as np
import pytest

from course_lib import Parameter
from course_lib.optimizers import SGD, AdamW, momentum_step, sgd_step


def parameters(*shapes: tuple[int, ...]) -> list[Parameter]:
    rng = np.random.default_rng(0)
    return [Parameter(rng.normal(size=shape)) for shape in shapes]


def test_groups_keep_the_ratio_of_their_rates() -> None:
    p, q, r = parameters((3,), (3,), (3,))
    optimizer = SGD([{"params": p}, {"params": [q], "lr": 0.05}, {"params": [r], "lr": 0}], lr=0.2)
    for lr in (0.2, 1.0, 0.003):
        optimizer.lr = lr
        before = [each.data for each in (p, q, r)]
        for each in (p, q, r):
            each.grad = np.ones(3)
        optimizer.step()
        for each, old, rate in zip((p, q, r), before, (lr, lr / 4, 0.0), strict=True):
            np.testing.assert_allclose(old - each.data, rate, rtol=1e-12, atol=1e-15)


def test_your_own_step_gets_the_settings_of_each_group() -> None:
    seen: list[Any] = []

    def step(w: Any, dw: Any, *v: Any, **settings: Any) -> Any:
        seen.append(settings)
        return momentum_step(w, dw, *v, **settings) if v else sgd_step(w, dw, **settings)

    p, q = parameters((3,), (2,))
    SGD([{"params": [p], "momentum": 0.5}, {"params": [q], "lr": 0.1}], lr=0.2, step=step).step()
    assert seen == [{"lr": 0.2, "mu": 0.5}, {"lr": pytest.approx(0.1)}]


@pytest.mark.parametrize(
    ("groups", "settings", "error", "message"),
    [
        ([], {}, ValueError, "there are no parameters"),
        ([{"params": []}], {}, ValueError, "group 0 has no parameters"),
        ([{"lr": 0.1}], {}, ValueError, "group 0 has no parameters; list them under 'params'"),
        (
            [{"params": "w"}, {"params": "b", "momentun": 0.9}],
            {},
            ValueError,
            "SGD: group 1 has 'momentun'; a group may have params, lr, momentum",
        ),
        ([{"params": "w"}, {"params": "bw"}], {}, ValueError, "listed twice, in one group or in"),
        ([{"params": "ww"}], {}, ValueError, "listed twice"),
        (
            [{"params": "w"}, {"params": "b", "lr": -0.1}],
            {},
            ValueError,
            "group 1: lr is -0.1, exp",
        ),
        ([{"params": "w"}, {"params": "b", "momentum": 1}], {}, ValueError, "momentum is 1, exp"),
        ([{"params": "w", "lr": 0.1}], {"lr": 0.0}, ValueError, "lr of the optimizer must be pos"),
    ],
)
def test_impossible_groups_are_refused(
    groups: Any, settings: Any, error: Any, message: str
) -> None:
    named = dict(zip("wb", parameters((2, 3), (3,)), strict=True))
    for group in groups:
        if "params" in group:
            group["params"] = [named[name] for name in group["params"]]
    with pytest.raises(error, match=message):
        SGD(groups, **{"lr": 0.1, **settings})


def test_anything_but_parameters_is_refused() -> None:
    p, q = parameters((3,), (2,))
    with pytest.raises(TypeError, match="group 1 is a Parameter, expected a dictionary"):
        SGD([{"params": [p]}, q], lr=0.1)  # type: ignore[list-item]
    with pytest.raises(TypeError, match="group 0 has a ndarray among its parameters"):
        SGD([p.data], lr=0.1)  # type: ignore[list-item]
    with pytest.raises(ValueError, match="weight_decay is -1, expected 0 or more"):
        AdamW([{"params": [p], "weight_decay": -1}], lr=0.1)
