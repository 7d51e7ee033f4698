"""Facts are told from the numbers, and nothing is told where nothing is to be seen."""

import numpy as np
import pytest

from grader.checking.contract import case
from grader.checking.judging.effects import Results
from grader.checking.judging.facts import as_diagnoses, facts_about

RNG = np.random.default_rng(0)
CASES = [
    case("a", x=RNG.normal(size=(4, 3)), p=0.2, training=True),
    case("b", x=RNG.normal(size=(5, 5)), p=0.4, training=True),
    case("c", x=RNG.normal(size=(1, 6)), p=0.5, training=False),
    case("d", x=RNG.normal(size=(7, 2)), p=0.5, training=False),
]
for each in CASES:
    each["scale"] = RNG.uniform(1, 2, size=each["x"].shape[1])


def right(c):
    return {"y": np.exp(c["x"]), "m": c["x"].sum(axis=0), "w": {"t = 1": 1.5, "t = 2": c["x"][0]}}


def told(**wrong):
    """What is said where ``wrong`` stands in place of quantities: functions of case and right."""
    expected = [right(c) for c in CASES]
    given = [
        r | {name: make(c, r[name]) for name, make in wrong.items()}
        for c, r in zip(CASES, expected, strict=True)
    ]
    return sentences(CASES, given, expected)


def sentences(cases, given, expected):
    student, right = ([Results(values) for values in each] for each in (given, expected))
    facts = facts_about(cases, student, right)
    return tuple(one.sentence for one in as_diagnoses(facts, {name: name for name in facts}))


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda c, y: 0 * y, "`y` is 0 everywhere."),
        (lambda c, y: c["x"], "`y` is equal to the input `x`."),
        (lambda c, y: -y, "`y` has the opposite sign everywhere"),
        (lambda c, y: y * np.sign(c["x"]), "Some numbers of `y` have the wrong sign."),
        (lambda c, y: 2 * y, "`y` is 2 times the expected value"),
        (lambda c, y: y / 3, "`y` is 1/3 times the expected value"),
        (lambda c, y: y * len(y), "it is `x.shape[0]` times"),
        (lambda c, y: y / c["x"].size, "`y` is 1/`x.size` times"),
        (lambda c, y: y * (1 - c["p"]), "`y` is (1 − `p`) times"),
        (lambda c, y: y * (1 + y.max()), "one factor, which differs from case to case"),
        (lambda c, y: -y / c["x"].size, "opposite sign, and its size is 1/`x.size` times the"),
        (lambda c, y: y * c["x"].shape[1] / -2, "opposite sign, and its size is ½·`x.shape[1]`"),
        (lambda c, y: np.tanh(c["x"]), "`y` is the hyperbolic tangent of `x`."),
        (lambda c, y: np.maximum(c["x"], 0), "`y` is the ReLU of `x`."),
        (lambda c, y: y.T, "`y` is transposed"),
        (lambda c, y: y + 0.25, "All numbers of `y` are off by the same amount (+0.25)."),
        (lambda c, y: y * c["x"], "`y` is multiplied by `x` once too often."),
        (lambda c, y: y / c["scale"], "`y` lacks the factor `scale`."),
        (lambda c, y: y - c["scale"], "`y` lacks the term `scale`."),
        (lambda c, y: y + c["x"], "`y` has `x` added once too often."),
        (
            lambda c, y: y * (2 + y.max(axis=0)),
            "Each column of `y` is the expected one times a factor of its own.",
        ),
        (lambda c, y: y**2, "`y` is the square of the expected value."),
        (lambda c, y: np.sqrt(y), "`y` is the square root of the expected value."),
        (lambda c, y: 1 - y, "`y` is 1 minus the expected value."),
        (lambda c, y: y[:, ::-1], "`y` is in reverse order, column by column."),
        (lambda c, y: y[:, :-1], "The last column of `y` is missing."),
        (lambda c, y: np.vstack([y, y[:1]]), "`y` has one row too many at the end."),
        (lambda c, y: np.where(c["x"] < 0, 0, y), "`y` is wrong where `x` is negative"),
        (lambda c, y: np.where(abs(c["x"]) > 1, 1, y), "`y` is right only where `x` is near 0"),
        (lambda c, y: y if c["training"] else y**3, "with `training=True`, and wrong in all other"),
        (
            lambda c, y: y**3 if c["training"] else y,
            "`y` is wrong with `training=True`, and right in all other",
        ),
    ],
)
def test_a_fact_is_told(make, said):
    (text,) = told(y=make)
    assert said in text


def test_wrong_numbers_are_compared_in_their_own_size():
    large = [c | {"x": 1e30 * c["x"]} for c in CASES]
    expected = [{"y": np.where(c["x"] > 0, c["x"], 0.1 * c["x"])} for c in large]
    given = [{"y": np.maximum(c["x"], -7)} for c in large]
    said = ("`y` is wrong where `x` is negative, and right elsewhere.",)
    assert sentences(large, given, expected) == said
    tiny = [c | {"x": 1e-12 * c["x"]} for c in CASES]
    expected = [{"y": np.sign(c["x"])} for c in tiny]
    given = [{"y": c["x"] / 10} for c in tiny]
    assert sentences(tiny, given, expected) == ()


def test_sums_and_means_over_an_axis():
    assert told(m=lambda c, m: c["x"]) == ("`m` is equal to the input `x`.",)
    assert told(m=lambda c, m: 2 * c["x"][::-1] - c["x"]) == (
        "`m` still has axis 0: take the sum over it.",
    )
    assert told(y=lambda c, y: y.mean(axis=1)) == (
        "`y` is the mean of the expected numbers over their axis 1.",
    )


def test_outputs_in_each_others_place():
    expected = [{"a": c["x"], "b": np.sin(c["x"])} for c in CASES]
    given = [{"a": r["b"], "b": r["a"]} for r in expected]
    without_x = [{"about": c["about"]} for c in CASES]
    said = (
        "`a` has the values that `b` should have.",
        "`b` has the values that `a` should have.",
    )
    assert sentences(without_x, given, expected) == said


def test_the_first_step_is_told_from_later_ones():
    (text,) = told(w=lambda c, w: w | {"t = 2": w["t = 2"] + c["x"][0] ** 2})
    assert "The first value of `w` is right, the second is not." in text


def test_nothing_is_told_of_some_numbers_if_others_are_complex_in_place_of_real():
    some = {"a": lambda y: y + 1j, "b": lambda y: -y}
    assert "opposite sign" in told(y=lambda c, y: -y if c["about"] == "b" else y)[0]
    assert told(y=lambda c, y: some.get(c["about"], lambda y: y)(y)) == ()


def test_the_same_fact_about_two_quantities_is_told_once():
    (text,) = told(y=lambda c, y: -y, m=lambda c, m: -m)
    assert text.endswith("values are right. The same applies to `m`.")


@pytest.mark.parametrize(
    "make",
    [
        lambda c, y: y,
        lambda c, y: np.random.default_rng(1).normal(size=y.shape),
        lambda c, y: np.full_like(y, np.nan),
        lambda c, y: "y",
        lambda c, y: None,
        lambda c, y: [[1.0], [2.0, 3.0]],
        lambda c, y: {"y": y},
        lambda c, y: y.astype(complex) * 1j,
        lambda c, y: np.zeros((0, 3)),
        lambda c, y: np.array(7.3),
    ],
)
def test_where_nothing_is_seen_nothing_is_said(make):
    assert told(y=make) == ()


def test_a_factor_of_one_is_not_named():
    fours = [case(str(n), x=RNG.normal(size=(4, n))) for n in (2, 3, 5)]
    expected = [{"y": np.exp(c["x"]).astype("f8")} for c in fours]
    given = [{"y": r["y"] * (1 + 5e-5)} for r in expected]
    assert "½·√" not in " ".join(sentences(fours, given, expected))


def test_nothing_is_told_about_rounding_errors():
    expected = [{"y": np.full((3, 2), -1.8e-8)} for _c in CASES]
    given = [{"y": np.full((3, 2), 3e-16)} for _c in CASES]
    assert sentences(CASES, given, expected) == ()


def test_one_factor_of_all_columns_is_not_called_each_columns_own():
    sizes = [(1, 2), (4, 3), (5, 6)]
    some = [case(str(size), x=RNG.normal(size=size)) for size in sizes]
    expected = [{"y": np.exp(c["x"])} for c in some]
    given = [{"y": r["y"] * (1.3 + r["y"].max())} for r in expected]
    assert "a factor of its own" not in " ".join(sentences(some, given, expected))


def test_a_condition_that_coincides_with_another_is_not_named():
    shapes = [(1, 1), (1, 1), (3, 2), (5, 2)]
    both = [
        case(str(i), x=RNG.normal(size=(n, 3)), z=RNG.normal(size=(m, 4)))
        for i, (n, m) in enumerate(shapes)
    ]
    expected = [{"y": np.exp(c["x"].sum() + c["z"].sum(0))} for c in both]
    given = [
        {"y": r["y"] if len(c["x"]) == 1 else RNG.normal(size=4)}
        for c, r in zip(both, expected, strict=True)
    ]
    assert sentences(both, given, expected) == ()
    both[1]["z"] = RNG.normal(size=(2, 4))  # now only x has a single row in both
    (text,) = sentences(both, given, expected)
    assert "with a single row in `x`" in text


def test_saturated_values_make_no_condition():
    far = [case(str(i), x=3 * RNG.normal(size=(6, 5))) for i in range(4)]
    expected = [{"y": np.tanh(9 * c["x"])} for c in far]
    given = [{"y": np.tanh(5 * c["x"])} for c in far]
    assert not any("far from 0" in text for text in sentences(far, given, expected))


def test_a_later_step_is_not_blamed_for_the_first_of_another_quantity():
    def second_wrong(c, w):
        return w | {"t = 2": w["t = 2"] + c["x"][0] ** 2}

    def path(c):
        return {"w": right(c)["w"], "v": {"t = 1": 2.5, "t = 2": c["x"][0] + 1}}

    expected = [path(c) for c in CASES]
    both = [
        {"w": second_wrong(c, r["w"]), "v": {"t = 1": 7.5, "t = 2": c["x"][0] ** 3}}
        for c, r in zip(CASES, expected, strict=True)
    ]
    assert not any("Which values does a step" in text for text in sentences(CASES, both, expected))


def test_nothing_is_said_of_all_numbers_where_some_are_not_finite():
    signs = {"y": lambda c, y: -y if c["training"] else y * np.nan}
    assert told(**signs) == ()


def test_a_single_case_makes_a_condition_of_nothing():
    """Right in the case of one row alone: any other difference of this case would be a reason."""
    assert not any("single row" in text for text in told(y=lambda c, y: y if len(y) == 1 else y**3))


def test_a_factor_is_not_called_a_size_that_never_changes():
    """√5, where 5 is also the number of rows in the only case that is wrong."""
    (text,) = told(y=lambda c, y: y * 5**0.5 if len(y) == 5 else y)
    assert "shape" not in text and "size" not in text and "case to case" not in text
