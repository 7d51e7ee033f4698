"""The course's own notebooks: they break no rule, keep the budget and can be studied alone.

Each is built once, which takes most of the time.
"""

import json
from functools import cache

import pytest

from grader.authoring.assignments import assignments
from grader.authoring.budget import budget_of
from grader.authoring.cells import source_cells
from grader.authoring.claims import text_of
from grader.authoring.fresh_page import claims_in, in_a_table, rows
from grader.authoring.lint.draft import Draft, draft_of
from grader.authoring.lint.run import lint_draft
from grader.authoring.self_study import lesson
from grader.authoring.setup import imports_of
from tests.project import ROOT


@cache
def built(assignment: str) -> Draft:
    return draft_of(assignment, ROOT)


@pytest.mark.parametrize("assignment", assignments(ROOT))
def test_it_breaks_no_rule(assignment: str) -> None:
    assert lint_draft(built(assignment)) == []


@pytest.mark.parametrize("assignment", assignments(ROOT))
def test_it_keeps_the_budget_of_one_evening(assignment: str) -> None:
    rows = budget_of(built(assignment).cells, source_cells(assignment, ROOT))
    assert [str(row) for row in rows if not row.kept] == []


@pytest.mark.parametrize("assignment", assignments(ROOT))
def test_the_page_of_fresh_seeds_has_the_claims_of_today(assignment: str) -> None:
    summary, exceptions = rows(ROOT)
    again = f"python -m grader notebook claims --fresh --write {assignment}"
    (row,) = summary.get(assignment, ["| | "])
    assert row.split(" | ")[1] == str(claims_in(assignment, ROOT)), again
    text, fallen = in_a_table(text_of(built(assignment).cells)), exceptions.get(assignment, ())
    gone = [row for row in fallen if row[:-2].split(" | ", 2)[2] not in text]
    assert gone == [], again


def test_setup_cells_differ_in_their_imports_only() -> None:
    def rest(draft: Draft) -> str:
        setup = draft.built[1]["source"]
        imports = imports_of(setup, draft.repository)
        assert imports
        return setup.replace(imports, "")

    assert len({rest(built(assignment)) for assignment in assignments(ROOT)}) == 1


@pytest.mark.parametrize("assignment", assignments(ROOT))
def test_each_graded_task_has_its_solution_for_self_study(assignment: str) -> None:
    held = solution_of(assignment)
    of = {
        kind: {task for _, task, one, _ in held["graded"] if one == kind}
        for kind in ("check", "choice", "manual")
    }
    assert held["functions"].keys() == of["check"] != set()
    assert held["choices"].keys() == of["choice"]
    assert held["written"].keys() == of["manual"]
    for choice in held["choices"].values():
        assert choice["key"] in choice["why"] and len(choice["why"]) > 2
        assert min(map(len, choice["why"].values())) > 20
    assert min(map(len, held["written"].values()), default=101) > 100
    assert not [text for text in held["functions"].values() if "SOLUTION" in text]
    assert held["title"] == built(assignment).cells[0].text.partition("\n")[0][2:]


def test_each_opening_picture_belongs_to_one_notebook() -> None:
    pictures = [path.read_bytes() for path in ROOT.glob("solutions/*/opening.png")]
    assert pictures and len(set(pictures)) == len(pictures)


def test_no_two_problem_sets_have_a_task_of_one_name() -> None:
    found = {(task, one) for one in assignments(ROOT) for _, task, *_ in solution_of(one)["graded"]}
    assert len({task for task, _ in found}) == len(found)


def solution_of(assignment: str) -> dict:
    return json.loads(lesson(built(assignment).cells))
