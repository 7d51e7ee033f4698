"""What explains a student's results: each strategy on a small exercise, and where it is silent."""

from dataclasses import replace

import numpy as np
import pytest

from grader.checking.contract import case, function, mistake, slips, values
from grader.checking.contract.changes import changes
from grader.checking.contract.edits import Sources
from grader.checking.contract.registry import find, names
from grader.checking.contract.run import OwnRun
from grader.checking.judging.diagnosis import Certainty, Diagnosis
from grader.checking.judging.judge import make_cases, outcomes_of, verdict


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


def made(lines="", *mistakes):
    exercise = function(
        bell, returns="y, total", points=2, cases=cases, judge=[values("y"), values("total")]
    )
    return replace(exercise, mistakes=(*slips(lines), *mistakes))


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
    def no_numbers(x, w):
        """You return no numbers."""
        return object(), bell(x, w)[1]

    listed = made("", mistake(no_numbers))
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

    listed = made("""
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
    listed = made("", mistake(in_place, hint=said))
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


def batchnorm(x, gamma, beta, state, training, momentum, *, mean, scale, scale_in_test):
    if training and len(x) < 2:
        raise ValueError("one row has no variance")
    m, var = (mean(x), x.var(axis=0)) if training else (state["mean"], state["var"])
    scale = scale if training else scale_in_test
    if training:
        state = {
            "mean": (1 - momentum) * state["mean"] + momentum * m,
            "var": (1 - momentum) * state["var"] + momentum * x.var(axis=0, ddof=1),
        }
    return gamma * (x - m) / scale(var) + beta, None, state


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        # A quantity that some cases lack is explained by itself.
        ({"mean": np.mean}, "It looks as if `mean` runs over the wrong axis"),
        # One of two branches is wrong; the reference computes both with one line.
        ({"scale": "times"}, "Only with `training=True`: It looks as if you multiply by `eps`"),
        ({"scale_in_test": "variance"}, "Only with `training=False`: You divide by the variance"),
    ],
)
def test_real_slips_of_batch_normalisation_are_named(wrong, said):
    def forward(x, gamma, beta, state, *, training, momentum, eps):
        scales = {
            "right": lambda var: np.sqrt(var + eps),
            "times": lambda var: np.sqrt(var * eps),
            "variance": lambda var: var + eps,
        }
        how = {"mean": lambda x: x.mean(axis=0), "scale": "right", "scale_in_test": "right"} | wrong
        how = {name: scales[one] if isinstance(one, str) else one for name, one in how.items()}
        return batchnorm(x, gamma, beta, state, training, momentum, **how)

    told = hints(forward, find("batchnorm_forward"))
    assert [text.startswith(said) for text in told] == [True], told


def test_a_cache_that_is_unpacked_in_another_order_is_named():
    def forward(x, w):
        return x * w, (x, w)

    def backward(dy, cache):
        x, w = cache
        return dy * w, dy * x

    def exchanged(dy, cache):
        w, x = cache
        return dy * w, dy * x

    sources = Sources("backward", [forward, backward])
    (pieces,) = (made for made, words in changes(sources) if "two values of `cache`" in words)
    dy, x, w = np.ones(3), np.arange(1.0, 4.0), np.full(3, 7.0)
    made = sources.edited(pieces)[1]
    assert np.array_equal(made(dy, (x, w)), exchanged(dy, (x, w)))


def test_another_argument_is_tried_among_those_of_the_same_kind_and_in_no_condition():
    def step(w, v, *, lr, mu):
        if w > 0:
            return lr * v
        return mu

    said = [words for _pieces, words in changes(Sources("step", [step])) if "stands" in words]
    assert said == [
        "It looks as if `lr` stands where `mu` belongs.",
        "It looks as if `mu` stands where `lr` belongs.",
        "It looks as if `w` stands where `v` belongs.",
    ]


def test_axes_are_tried_in_a_fixed_order():
    def total(x):
        return x.sum(axis=0)

    said = [words for _pieces, words in changes(Sources("total", [total])) if "axis" in words]
    assert [words.split("`")[-2] for words in said] == ["axis=1", "axis=-1", "axis=None"]


def test_nothing_is_said_of_flags_and_of_what_students_do_not_name():
    """A quantity that the function does not return has no name; a single one is the result."""

    def run(bell, case):
        y, total = bell(case["x"], case["w"])
        return {"y": y, "hidden": 3 * total, "the sum is positive": bool(np.sum(total) > 0)}

    def halved(x, w):
        y, total = bell(x, w)
        return y, -total / 2

    hidden = replace(made(), run=OwnRun(run), judge=[values("y"), values("hidden", title="a sum")])
    assert hints(halved, hidden) == ()
    named = replace(hidden, judge=[values("y"), values("hidden")])
    assert any("`hidden`" in text for text in hints(halved, named))
    alone = replace(
        hidden, run=OwnRun(lambda f, c: {"y": f(c["x"], c["w"])[0]}), returns="an array"
    )
    alone = replace(alone, judge=[values("y")])
    (text,) = hints(lambda x, w: (-bell(x, w)[0], 0), alone)
    assert text.startswith("The result has the opposite sign everywhere.")


def test_a_lead_in_is_no_part_of_what_a_table_shows():
    asked = Diagnosis("Cubes are added up.", Certainty.ASKED)
    assert asked.sentence == f"Does this apply here? {asked.words}"


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
        "It looks as if a comparison treats the limit itself the other way.",
        "It looks as if `limit` stands where `x` belongs.",
    ]


def test_a_change_without_an_effect_is_not_named_beside_a_slip():
    """A norm does not depend on the sign of its matrix, so no sign can be missing."""

    def squared_and_backwards(weights, dfs, dy):
        by_f, by_W = [], []
        for W, df in zip(weights[::-1], dfs[::-1], strict=True):
            du = dy * df
            by_f.append((du**2).sum() / (dy**2).sum())
            dz = du @ W.T
            by_W.append((dz**2).sum() / (du**2).sum())
            dy = dz
        return np.array(by_f), np.array(by_W)

    told = hints(squared_and_backwards, find("gradient_factors"))
    assert told and not any("sign" in text for text in told), told


def test_a_pair_of_mistakes_shows_in_numbers_and_not_in_nan_alone():
    """Two lines mixed give nan as well, but only one of them shows in the gradient."""

    def mean_of_all(u, t):
        with np.errstate(all="ignore"):
            y = 1 / (1 + np.exp(-u))
            cost = -t * np.log(y) - (1 - t) * np.log(1 - y)
        return np.mean(cost), (y - t) / u.size

    (text,) = hints(mean_of_all, find("bce_with_logits"))
    assert text.startswith("There are two mistakes. Value and gradient")
