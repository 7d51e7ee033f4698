from typing import Any

import numpy as np
import pytest

from course_lib.search import random_search

SPACE: dict[str, Any] = {"lr": [0.1, 0.01, 0.001], "units": [16, 32], "schedule": [None, "cosine"]}


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def test_the_best_is_the_first_of_the_highest() -> None:
    scores = iter([1.0, 5.0, float("nan"), 5.0, 2.0])
    best, history = random_search(SPACE, lambda configuration: next(scores), 5, rng())
    assert best is history[1]
    assert [score for _, score in history if score == score] == [1.0, 5.0, 5.0, 2.0]


def test_nan_is_not_the_best_even_if_it_comes_first() -> None:
    scores = iter([float("nan"), -7.0, float("nan")])
    best, _ = random_search(SPACE, lambda configuration: next(scores), 3, rng())
    assert best[1] == -7.0


def test_evaluate_gets_every_configuration_of_the_history_once_in_order() -> None:
    seen = []

    def evaluate(configuration: Any) -> Any:
        seen.append(dict(configuration))
        configuration["lr"] = "changed by evaluate"
        return np.float32(len(seen))

    best, history = random_search(SPACE, evaluate, 7, rng())
    assert [configuration for configuration, _ in history] == seen
    assert [score for _, score in history] == [1, 2, 3, 4, 5, 6, 7]
    assert {type(score) for _, score in history} == {float}
    assert best == (seen[-1], 7.0)
    for configuration in seen:
        assert list(configuration) == list(SPACE)
        assert all(configuration[name] in SPACE[name] for name in SPACE)


def test_values_are_drawn_uniformly_and_independently() -> None:
    n = 6000
    _, history = random_search(SPACE, lambda configuration: 0.0, n, rng())
    for lr in SPACE["lr"]:
        for units in SPACE["units"]:
            share = sum(c["lr"] == lr and c["units"] == units for c, _ in history) / n
            # Six standard deviations of a share of 1/6.
            assert abs(share - 1 / 6) < 6 * (1 / 6 * 5 / 6 / n) ** 0.5


def test_the_generator_decides() -> None:
    runs = [random_search(SPACE, lambda c: c["lr"], 9, rng(seed)) for seed in (3, 3, 4)]
    assert runs[0] == runs[1]
    assert runs[0] != runs[2]


def test_finds_a_rare_good_setting_as_often_as_it_should() -> None:
    # Among the best 5 % with probability 1 - 0.95**60 = 0.954; of 400 searches 382 on average,
    # standard deviation 4.2, of which this allows six.
    space = {"a": list(range(10)), "b": list(range(10))}
    hits = 0
    for seed in range(400):
        (_, score), _ = random_search(space, lambda c: 10 * c["a"] + c["b"], 60, rng(seed))
        hits += score >= 95
    assert hits >= 382 - 6 * 4.2


@pytest.mark.parametrize(
    ("space", "n", "message"), [(SPACE, 0, "n is 0"), ({"lr": []}, 3, "no values for 'lr'")]
)
def test_impossible_searches_are_refused(space: Any, n: int, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        random_search(space, lambda configuration: 0.0, n, rng())
