import random
from statistics import correlation

import pytest

from grader.classroom.report.class_numbers import exercises
from grader.classroom.report.separation import FEWEST, correlated, rank_correlated, separation

Cells = dict[str, tuple[float, float]]


def a_class(students: int, seed: int = 1) -> list[Cells]:
    """Students of whom some are better; `noise` has nothing to do with that."""
    chance = random.Random(seed)
    made = []
    for _ in range(students):
        able = chance.random()
        cells = {name: (2.0 * (chance.random() < able), 2.0) for name in ("f", "g", "h", "k")}
        made.append({**cells, "noise": (2.0 * (chance.random() < 0.5), 2.0)})
    return made


def test_an_exercise_is_compared_with_the_others_and_not_with_itself() -> None:
    submissions = [{"f": (float(n), 9.0), "g": (float(n % 3 + 1), 3.0)} for n in range(1, 13)]
    found = separation("f", submissions)
    expected = correlation(list(range(1, 13)), [n % 3 for n in range(1, 13)])
    assert found.value == pytest.approx(expected) and found.students == 12


def test_what_depends_on_ability_separates_and_noise_does_not() -> None:
    found = {one.name: one.separation for one in exercises(a_class(2000))}
    assert (
        found["noise"].value is not None and abs(found["noise"].value) < 0.07
    )  # 3 standard errors
    assert all(one.value > 0.2 for name, one in found.items() if name != "noise")
    assert found["noise"].low and not found["f"].low


def test_empty_submissions_do_not_make_every_exercise_look_good() -> None:
    empty: list[Cells] = [dict.fromkeys(("f", "g", "h", "k", "noise"), (0.0, 2.0))] * 100
    submissions = a_class(100)
    assert separation("noise", submissions + empty) == separation("noise", submissions)


def test_too_few_or_all_alike_have_no_value() -> None:
    few = correlated([(n, n) for n in range(FEWEST - 1)])
    assert few.value is None and few.words == "too few (9)" and not few.low
    alike = correlated([(1.0, n) for n in range(FEWEST)])
    assert alike.value is None and alike.words == "all alike (10)"
    assert rank_correlated([]).students == 0


def test_ranks_are_not_decided_by_one_extreme_value() -> None:
    pairs = [(float(n), float(n)) for n in range(20)]
    pairs[-1] = (1e9, 19.0)
    assert rank_correlated(pairs).value == pytest.approx(1.0)
    assert correlated(pairs).value < 0.5  # type: ignore[operator]


def test_equal_values_share_a_rank() -> None:
    pairs = [(float(n // 2), float(n // 2)) for n in range(20)]
    assert rank_correlated(pairs).value == pytest.approx(1.0)
    assert rank_correlated([(x, -y) for x, y in pairs]).value == pytest.approx(-1.0)
