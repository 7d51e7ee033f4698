"""What explains a student's results: each strategy on a small exercise, and where it is silent."""

from dataclasses import replace

import numpy as np
import pytest

from grader.checking.contract import case, function, values
from grader.checking.contract.changes import changes
from grader.checking.contract.registry import find, names
from grader.checking.contract.slips import Sources
from grader.checking.judging import diagnose
from grader.checking.judging.judge import make_cases, outcomes_of, verdict


@pytest.fixture(autouse=True)
def _without_hurry(monkeypatch):
    """What is found must not depend on how busy the machine is."""
    monkeypatch.setattr(diagnose, "MAX_SECONDS", 60)


def bell(x, w):
    centred = x - x.mean(axis=0)
    total = (w * centred**2).sum(axis=0)
    y = np.sqrt(total + w)
    return y, total


def cases(rng):
    sizes = [(4, 3), (5, 3), (6, 5)]
    return [
        case(f"{n} rows", x=rng.normal(size=(n, d)), w=float(rng.uniform(2, 3))) for n, d in sizes
    ]


def made(slips=""):
    exercise = function(
        bell, returns="y, total", points=2, cases=cases, judge=[values("y"), values("total")]
    )
    del exercise.mistakes[:]
    if slips:
        exercise.slips(slips)
    return exercise


def hints(wrong, exercise):
    chosen = make_cases(exercise, 1)
    return verdict(exercise, chosen, outcomes_of(exercise, [wrong], chosen)).hints


def test_a_change_that_nobody_listed_is_named():
    def no_root(x, w):
        total = (w * (x - x.mean(axis=0)) ** 2).sum(axis=0)
        return total + w, total

    def subtracted(x, w):
        total = (w * (x - x.mean(axis=0)) ** 2).sum(axis=0)
        return np.sqrt(total - w), total

    def own_mean(x, w):
        total = (w * (x - x.mean()) ** 2).sum(axis=0)
        return np.sqrt(total + w), total

    assert hints(no_root, made()) == ("`y` is the square of the expected value.",)
    assert hints(subtracted, made()) == ("It looks as if `w` is subtracted that should be added.",)
    (text,) = hints(own_mean, made())
    assert text == ("It looks as if `mean` runs over the wrong axis; your results fit `axis=None`.")


def test_a_change_beside_a_listed_slip_is_named():
    def both(x, w):
        total = (w * (x - x.mean(axis=0)) ** 2).sum(axis=0) / len(x)
        return np.sqrt(total), total

    listed = made("""
total = (w * centred**2).sum(axis=0) / len(x)
    The sum is not divided by the number of rows.
""")
    found = hints(both, listed)
    assert found[0] == "The sum is not divided by the number of rows."
    assert found[1] == "It looks as if `w` is missing that should be added."


def test_a_fact_beside_a_listed_mistake_is_named():
    def both(x, w):
        total = (w * np.abs(x - x.mean(axis=0)) ** 3).sum(axis=0)
        return -np.sqrt(total + w), total

    listed = made("""
total = (w * np.abs(centred) ** 3).sum(axis=0)
    Squares are added up, not cubes.
""")
    found = hints(both, listed)
    assert found[0] == "Squares are added up, not cubes."
    assert found[1].startswith("Once this is repaired: `y` has the opposite sign everywhere.")


def test_a_listed_mistake_that_gives_nothing_usable_does_not_stop_the_search():
    listed = made()

    @listed.mistake
    def no_numbers(x, w):
        """You return no numbers."""
        return object(), bell(x, w)[1]

    assert hints(lambda x, w: (np.cos(x[0]) + w, np.exp(x[1])), listed) == ()
    assert hints(no_numbers, listed) == ("You return no numbers.",)


def test_a_mistake_is_not_named_whose_effect_a_fact_would_take_back():
    def one_case_wrong(x, w):
        y, total = bell(x, w)
        return y, np.full_like(total, 7.0) if len(x) == 4 else total

    listed = made("""
total = 2 * (w * centred**2).sum(axis=0)
    The sum is not doubled.
""")
    assert "The sum is not doubled." not in hints(one_case_wrong, listed)


def test_each_quantity_is_explained_by_itself():
    def different(x, w):
        y, total = bell(x, w)
        return np.cos(y) + x[0], total * len(x)

    (text,) = [hint for hint in hints(different, made()) if "total" in hint]
    assert text == "`total` is `x.shape[0]` times the expected value."


def test_a_mistake_found_in_one_quantity_is_stated_only_if_it_shows_in_the_others():
    """Cubes below the root would also change `y`."""

    def cubes(x, w, wrong):
        y, total = bell(x, w)
        total = (w * np.abs(x - x.mean(axis=0)) ** 3).sum(axis=0)
        return y + np.cos(x[0]) * wrong, total

    listed = made("""
total = (w * np.abs(centred) ** 3).sum(axis=0)
    Squares are added up, not cubes.
""")
    everywhere = hints(lambda x, w: cubes(x, w, wrong=1), listed)
    assert everywhere == ("Does this apply here? Squares are added up, not cubes.",)
    in_one_case = hints(lambda x, w: cubes(x, w, wrong=len(x) == 4), listed)
    assert not any("cubes" in text for text in in_one_case), in_one_case


def test_a_mistake_that_shows_in_a_few_cases_of_a_wrong_quantity_is_only_asked_for():
    """With few rows the result is that of the listed mistake; with more rows it is another one."""

    def two_kinds(x, w):
        y, total = bell(x, w)
        return (np.sqrt(total) if len(x) < 5 else np.cos(x[0]) + x[1] ** 2), total

    listed = made()
    listed.slips("""
y = np.sqrt(total + (w if len(x) > 4 else 0))
    With few rows `w` is missing.
""")
    grouped = replace(listed, judge=[values("y", cases="4 rows"), *listed.judge])
    told = hints(two_kinds, grouped)
    assert "With few rows `w` is missing." not in told
    assert "Does this apply here? With few rows `w` is missing." in told


def test_a_hint_that_begins_with_right_values_is_not_shown_where_values_are_wrong():
    def in_place(x, w):
        x -= x.mean(axis=0)
        total = (w * x**2).sum(axis=0)
        return np.sqrt(total + w), total

    def wrong_in_place(x, w):
        y, total = in_place(x, w)
        return y * (1 + np.cos(w * x[0])), total

    said = "The values are right, but `x` was changed."
    listed = made()
    listed.mistake(in_place, hint=said)
    assert hints(in_place, listed) == (said,)
    assert said not in hints(wrong_in_place, listed)


def test_a_fact_beside_a_mistake_does_not_take_back_what_a_fact_alone_explains():
    def tripled(x, w):
        y, total = bell(x, w)
        return 3 * y, total * (1 + np.cos(x[0]))

    listed = made("""
return 1.5 * y, total * (1 + np.cos(x[0]))
    The total is multiplied once too often, and so is y.
""")
    told = hints(tripled, listed)
    assert "`y` is 3 times the expected value." in told
    assert not any(text.startswith("Once this is repaired") for text in told), told


def test_unexplained_results_get_no_statement():
    assert hints(lambda x, w: (np.cos(x[0]) + w, np.exp(x[1])), made()) == ()


def test_slips_touch_without_conflict():
    listed = made("""
y = total + w
    The root is missing.
y = np.sqrt(total + w + 1)
    Nothing else is added.
""")
    functions = listed.with_mistakes(*listed.mistakes)
    x = np.random.default_rng(0).normal(size=(3, 2))
    y, total = functions[0](x, 2.0)
    assert np.allclose(y, total + 3)


@pytest.mark.parametrize("name", names())
def test_changes_compile_and_are_all_different(name):
    sources = find(name).sources
    found = list(changes(sources))
    assert len({pieces for pieces, _words in found}) == len(found)
    for pieces, _words in found:
        sources.edited(pieces)


def test_no_change_makes_a_loop_endless_or_touches_what_is_not_computed():
    def halved(x, limit=3 - 1):
        if x < 0:
            raise ValueError("give a number of at least 0" + "!")
        while x > limit:
            x = x - 1
        return x

    assert [words for _pieces, words in changes(Sources("halved", [halved]))] == [
        "It looks as if a comparison treats the limit itself the other way."
    ]


def test_a_change_without_an_effect_is_not_named_beside_a_slip():
    """A norm does not depend on the sign of its matrix, so no sign can be missing."""

    def squared_and_backwards(weights, x, dy):
        zs = [x]
        for W in weights:
            zs.append(1 / (1 + np.exp(-zs[-1] @ W)))
        sizes = []
        for W, before, after in zip(weights[::-1], zs[-2::-1], zs[:0:-1], strict=True):
            du = dy * after * (1 - after)
            sizes.append(float(((before.T @ du) ** 2).sum()))
            dy = du @ W.T
        return sizes

    told = hints(squared_and_backwards, find("layer_gradient_norms"))
    assert told and not any("sign" in text for text in told), told
