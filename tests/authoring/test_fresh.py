"""What a notebook says is tried on moved seeds: luck falls, and facts are not repeated."""

import nbformat
import numpy as np
import pytest

from grader.authoring.assignments import assignments
from grader.authoring.claims import Claim
from grader.authoring.fresh import Tried, feeding, moved_seeds, tried_claims
from grader.authoring.fresh_page import PAGE, in_a_table, rows, write_rows
from tests.authoring.course import SOURCE, write_course
from tests.project import ROOT

TEXT = """
# %% [markdown]
# Ten is more than nine. The mean lies near 0. The first number is about 0.13.
# The sum is even, and so is ten. The share above 0.1 is below a half.

# %% practice=true
rng = np.random.default_rng(0)
x, ten = rng.normal(size=10_000), 10
places = []
places.append(x[0])

# %% practice=true
unused = 1 / 0
print(unused)

# %% claims=true
claim("Ten is more than nine", ten, above=9)
claim("The mean lies near 0", x.mean(), above=-0.1, below=0.1, given=[0])
claim("The first number is about 0.13", places[0], equals=0.13, within=0.01)
claim("The sum is even", places[0], equals=0.125, within=0.01, varied=())
share = lambda least: np.mean(x > least)
claim("The share above 0.1 is below a half", share, below=0.5, varied=[0.1, -0.5], given=[0.1])
"""


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    return write_course(tmp_path_factory.mktemp("course"), SOURCE + TEXT)


@pytest.fixture(scope="module")
def tried(course):
    found, done = tried_claims("ps98", course, runs=2)
    assert done == 2
    return {one.quote: one for one in found}


def test_what_hangs_on_its_seed_falls_and_what_does_not_stands(tried):
    lucky, right = tried["The first number is about 0.13"], tried["The mean lies near 0"]
    assert (lucky.held, len(lucky.runs), lucky.stands) == (0, 2, False)
    assert (right.held, len(right.runs), right.stands) == (2, 2, True)
    assert max(lucky.margins()) < 0 < min(right.margins()) < max(right.margins()) < 0.1
    assert lucky.failures()[0].startswith("run 1: measured") and len(lucky.failures()) == 2


def test_what_no_seed_moves_is_a_fact_whose_word_asks_for_a_decision(tried):
    fact = tried["Ten is more than nine"]
    assert fact.is_fact and fact.needs_a_decision == "more than"
    assert not tried["The mean lies near 0"].is_fact


def test_what_holds_for_varied_values_needs_no_decision_and_is_repeated():
    runs = [[Claim("in each", (1.0,), above=(0.0,), at=value)] for value in ("1", "2")]
    assert not Tried("in each", runs).is_fact and not Tried("in each", runs).needs_a_decision


def test_what_is_said_of_the_own_run_is_not_judged_elsewhere(tried):
    own = tried["The sum is even"]
    assert own.is_own and own.stands and own.runs == []


def test_runs_take_varied_values_in_turn_and_a_failure_names_its_value(tried):
    varied = tried["The share above 0.1 is below a half"]
    assert [run[0].at for run in varied.runs] == ["-0.5", "0.1"]
    assert [line[:16] for line in varied.failures()] == ["run 1 with -0.5:"]


def claims(*held):
    return [[Claim("the best", (float(good),), above=(0.5,))] for good in held]


@pytest.mark.parametrize(
    ("wrong", "of", "stands"), [(1, 5, True), (2, 5, False), (2, 20, True), (3, 20, False)]
)
def test_one_run_in_ten_may_fail(wrong, of, stands):
    assert Tried("the best", claims(*[False] * wrong, *[True] * (of - wrong))).stands is stands


def load_digits():
    """No data; what counts is the name."""


def drawn(seed, run):
    with moved_seeds(run):
        return np.random.default_rng(seed).random()


def split(run):
    with moved_seeds(run):
        load_digits()
        return np.random.default_rng(0).random()


def test_each_run_moves_each_seed_and_every_second_one_the_splits():
    assert drawn(3, 0) == np.random.default_rng(3).random()
    streams = [drawn(seed, run) for seed in (0, 3, [3, 1], np.int64(7)) for run in range(4)]
    assert len(set(streams)) == len(streams)
    assert drawn(3, 2) == drawn(3, 2) == drawn([3], 2)
    assert split(0) == split(1) == split(3) != split(2) != split(4)
    with moved_seeds(1):
        assert np.random.default_rng() and np.random.default_rng(np.random.PCG64(1))


PARTS = """
import numpy as np
values, rng, other = [], np.random.default_rng(0), [0]
lesson.add_to(values)
for value in range(3): other[0] += value
rng.shuffle(values)
picture = lesson.draw(values)
print(values)
def mean(): return np.mean(values)
claim("zero", other[0], above=0)
claim("one",
      mean(), above=1)
"""


@pytest.mark.parametrize(
    ("judging", "kept"),
    [
        (None, [1, 2, 3, 4, 5, 8, 9, 10, 11]),
        (["cell 1, line 9"], [1, 2, 4, 9]),
        (["cell 1, line 10"], [1, 2, 3, 5, 8, 10, 11]),
    ],
)
def test_statements_that_give_nothing_to_a_claim_are_left_out(judging, kept):
    whole = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(PARTS.strip())])
    lines = feeding(whole, judging).cells[0].source.split("\n")
    assert [number for number, line in enumerate(lines, 1) if line] == kept


def test_the_page_keeps_the_rows_of_other_notebooks(course, tried):
    page = course / PAGE
    page.parent.mkdir(exist_ok=True)
    others = "| ps97 | 3 |\n\n## Statements\n\n| ps97 | 2 of 7 | a |\n| ps98 | 1 of 2 | old |\n"
    page.write_text(others, encoding="utf-8")
    write_rows("ps98", course, list(tried.values()), 2)
    summary, exceptions = rows(course)
    assert summary["ps97"] == ["| ps97 | 3 |"] and exceptions["ps97"] == ["| ps97 | 2 of 7 | a |"]
    assert summary["ps98"] == ["| ps98 | 5 | 5 | 1 | 1 | 2 | 1 | 0 | 2 |"]
    assert [row.split(" | ")[1].split(",")[0] for row in exceptions["ps98"]] == ["0 of 2", "1 of 2"]


@pytest.mark.long
@pytest.mark.parametrize("assignment", assignments(ROOT))
def test_what_falls_on_moved_seeds_stands_on_the_page(assignment):
    """The first runs of those that the page reports."""
    tried, _ = tried_claims(assignment, ROOT, runs=5, seconds=300)
    _, exceptions = rows(ROOT)
    said = "\n".join(exceptions.get(assignment, ()))
    fallen = [in_a_table(one.quote) for one in tried if not one.stands]
    assert [quote for quote in fallen if quote not in said] == []
