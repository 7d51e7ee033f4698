"""What counts as changed, and what `pytest --changed` runs and notes."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests import passed, sizes
from tests.conftest import IN_FULL_ONLY, Changed

EXERCISE = '''"""An exercise."""
from grader.exercises.family import values
'''


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    texts = {
        "solutions/ps01/ps01_one.py": "# one",
        "solutions/ps02/ps02_two.py": "# two",
        "grader/exercises/ps01/f.py": EXERCISE,
        "grader/exercises/ps02/g.py": '"""Another exercise."""',
        "grader/exercises/family.py": "from grader.exercises import below",
        "grader/exercises/below.py": "values = ()",
        "grader/checking/judge.py": "points = 1",
        "tests/programs/ps01/f.py": "programs = ()",
        "course_lib/array.py": "array = list",
        "grader/page.html": "<p>",
        "pyproject.toml": "[project]",
        "tests/passed.toml": "",
        "tests/hostile/test_one.py": "",
    }
    for name, text in texts.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path


@pytest.mark.parametrize(
    ("file", "changed"),
    [
        ("solutions/ps01/ps01_one.py", {"ps01"}),
        ("grader/exercises/ps01/f.py", {"ps01"}),
        ("grader/exercises/family.py", {"ps01"}),
        ("grader/exercises/below.py", {"ps01"}),
        ("tests/programs/ps01/f.py", {"ps01"}),
        ("grader/exercises/ps02/g.py", {"ps02"}),
        ("grader/checking/judge.py", set()),
        ("course_lib/array.py", set()),
    ],
)
def test_a_problem_set_changes_with_its_own_files(tree: Path, file: str, changed: set[str]) -> None:
    before = passed.digests(tree)
    (tree / file).write_text((tree / file).read_text() + "\n# changed\n")
    assert passed.changed(passed.digests(tree), before) == changed


def test_a_new_file_is_a_change(tree: Path) -> None:
    before = passed.digests(tree)
    (tree / "tests/programs/ps02").mkdir()
    (tree / "tests/programs/ps02/g.py").write_text("programs = ()")
    assert passed.changed(passed.digests(tree), before) == {"ps02"}


def test_what_is_not_in_the_record_counts_as_changed(tree: Path) -> None:
    assert passed.changed(passed.digests(tree), {}) == {"ps01", "ps02"}


def test_built_notebooks_do_not_count(tree: Path) -> None:
    before = passed.digests(tree)
    (tree / "solutions/ps01/ps01_one.ipynb").write_text("{}")
    assert passed.digests(tree) == before


@pytest.mark.parametrize(
    ("file", "is_shared"),
    [
        ("course_lib/array.py", True),
        ("grader/checking/judge.py", True),
        ("grader/page.html", True),
        ("grader/exercises/of_nobody.py", True),
        ("tests/hostile/test_one.py", True),
        ("pyproject.toml", True),
        ("grader/exercises/family.py", False),
        ("tests/programs/ps01/f.py", False),
        ("solutions/ps01/ps01_one.py", False),
        ("tests/passed.toml", False),
        ("README.md", False),
    ],
)
def test_shared_code_belongs_to_no_problem_set(tree: Path, file: str, is_shared: bool) -> None:
    before = passed.shared_digest(tree)
    with (tree / file).open("a") as changed:
        changed.write("# changed")
    assert (passed.shared_digest(tree) != before) == is_shared


def test_each_change_of_shared_code_draws_anew(tree: Path) -> None:
    drawn = set()
    for k in range(30):
        (tree / "course_lib/array.py").write_text(f"array = {k}")
        drawn.add(passed.drawn(tree))
    assert drawn == {"ps01", "ps02"}


def test_the_record_keeps_what_passed_before(tmp_path: Path) -> None:
    record = tmp_path / "passed.toml"
    passed.note({"ps01": "a", "ps02": "b"}, record)
    passed.note({"ps02": "c"}, record)
    assert passed.recorded(record) == {"ps01": "a", "ps02": "c"}
    assert record.read_text().startswith(passed.HEAD)


def test_a_problem_set_that_is_gone_leaves_the_record(tmp_path: Path) -> None:
    record = tmp_path / "passed.toml"
    record.write_text('ps97 = "a"\n')
    passed.note({"ps01": "b"}, record)
    assert passed.recorded(record) == {"ps01": "b"}


def test_the_record_of_the_course_names_its_problem_sets() -> None:
    known = {passed.SHARED_CODE, *passed.problem_sets()}
    assert passed.recorded(passed.RECORD).keys() <= known


def test_examples_and_slow_areas_exist() -> None:
    assert set(passed.EXAMPLES) <= set(passed.problem_sets())
    assert all((passed.ROOT / area).exists() for area in passed.AREAS)


def session(
    exitstatus: int = 0, args: tuple[str, ...] = ("tests",), maxfail: int = 0
) -> tuple[Any, int]:
    """As at the end of a run of all tests."""
    option = SimpleNamespace(collectonly=False, maxfail=maxfail)
    config = SimpleNamespace(option=option, args=list(args), getini=lambda name: ["tests"])
    return SimpleNamespace(config=config), exitstatus


def failed(nodeid: str) -> pytest.TestReport:
    return pytest.TestReport(nodeid, ("file", 1, ""), {}, "failed", "wrong", "call")


def skipped(nodeid: str, reason: str) -> pytest.TestReport:
    where = ("file", 1, f"Skipped: {reason}")
    return pytest.TestReport(nodeid, ("file", 1, ""), {}, "skipped", where, "setup")


@pytest.fixture(scope="module")
def now() -> dict[str, str]:
    return passed.digests() | {passed.SHARED_CODE: passed.shared_digest()}


@pytest.fixture(autouse=True)
def nothing_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Changed, "is_missing", lambda self, need: False)


def after_a_change(tmp_path: Path, now: dict[str, str], *changed: str) -> Changed:
    record = tmp_path / "passed.toml"
    passed.note(now | dict.fromkeys(changed, "as it was"), record)
    return Changed(now, record)


@pytest.fixture
def ps04_changed(tmp_path: Path, now: dict[str, str]) -> Changed:
    return after_a_change(tmp_path, now, "ps04")


@pytest.fixture
def shared_changed(tmp_path: Path, now: dict[str, str]) -> Changed:
    return after_a_change(tmp_path, now, passed.SHARED_CODE)


def noted(run: Changed) -> bool:
    return passed.recorded(run.record) == run.before


def test_a_sample_is_for_what_has_not_changed(ps04_changed: Changed) -> None:
    others = set(passed.problem_sets()) - {"ps04", passed.drawn()}
    assert ps04_changed.sampled == (set() if sizes.LONG else others)
    assert ps04_changed.changed == {"ps04"}


WHOLE = "tests/authoring/test_notebooks.py::test_untouched_it_runs_through_and_scores_nothing"
GATE = "tests/gates/test_exercises.py::test_the_reference_scores_full_marks"
AREA = "tests/hostile/test_{}.py::test"
NO_AREA = "tests/checking/test_verdict.py::test"


def left_out(run: Changed, nodeid: str, about: str = "") -> bool:
    return run.leaves_out(nodeid, about)


@pytest.mark.skipif(sizes.LONG, reason="LONG=1 leaves nothing out")
def test_after_a_change_of_shared_code_all_gates_run_but_no_whole_notebooks(
    shared_changed: Changed,
) -> None:
    (sampled, *_) = shared_changed.sampled
    (drawn,) = shared_changed.in_full
    assert left_out(shared_changed, WHOLE, sampled) and not left_out(shared_changed, WHOLE, drawn)
    assert not left_out(shared_changed, GATE, sampled)
    assert not any(left_out(shared_changed, AREA.format(k)) for k in range(30))


@pytest.mark.skipif(sizes.LONG, reason="LONG=1 leaves nothing out")
def test_without_a_change_the_drawn_problem_set_runs_and_a_third_of_the_slow_files(
    tmp_path: Path, now: dict[str, str]
) -> None:
    run = after_a_change(tmp_path, now)
    (drawn,) = run.in_full
    assert all(left_out(run, GATE, one) for one in run.sampled) and not left_out(run, GATE, drawn)
    assert 60 < sum(not left_out(run, AREA.format(k)) for k in range(300)) < 140
    assert left_out(run, AREA.format(1)) == left_out(run, AREA.format(1) + "_another")
    assert not left_out(run, NO_AREA)


@pytest.mark.skipif(sizes.LONG, reason="LONG=1 leaves nothing out")
def test_an_example_that_changed_runs_what_uses_it(tmp_path: Path, now: dict[str, str]) -> None:
    example = after_a_change(tmp_path, now, passed.EXAMPLES[0])
    another = after_a_change(tmp_path, now, "ps06")
    assert not any(left_out(example, AREA.format(k)) for k in range(30))
    assert any(left_out(another, AREA.format(k)) for k in range(300))
    assert not left_out(another, WHOLE, "ps06") and not left_out(another, GATE, "ps06")


def test_shared_code_that_passed_is_noted(shared_changed: Changed) -> None:
    shared_changed.pytest_sessionfinish(*session())
    assert noted(shared_changed)


@pytest.mark.parametrize("nodeid", [NO_AREA, AREA.format(1), f"{GATE}[softmax]"])
def test_after_a_failure_shared_code_counts_as_changed(
    tmp_path: Path, now: dict[str, str], nodeid: str
) -> None:
    run = after_a_change(tmp_path, now)
    run.pytest_runtest_logreport(failed(nodeid))
    run.pytest_sessionfinish(*session(exitstatus=1))
    assert passed.SHARED_CODE not in passed.recorded(run.record)


def test_shared_code_has_not_passed_where_something_is_missing(
    shared_changed: Changed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Changed, "is_missing", lambda self, need: need == "browser")
    shared_changed.pytest_sessionfinish(*session())
    assert not noted(shared_changed)


def test_what_passed_in_full_is_noted(ps04_changed: Changed) -> None:
    ps04_changed.pytest_sessionfinish(*session())
    assert noted(ps04_changed)


@pytest.mark.parametrize(
    ("nodeid", "counts"),
    [
        ("tests/gates/test_places.py::test_the_three_places_agree_on_the_solution[ps04]", False),
        ("tests/gates/test_programs.py::test_right_programs_score_full_marks[mlp_forward]", False),
        ("tests/authoring/test_build.py::test_building_twice_gives_identical_bytes", False),
        ("tests/gates/test_places.py::test_the_three_places_agree_on_the_solution[ps05]", True),
        ("tests/classroom/test_marking_page.py::test_what_is_not_saved_is_said_and_kept", True),
    ],
)
def test_a_failure_counts_against_what_the_test_is_about(
    ps04_changed: Changed, nodeid: str, counts: bool
) -> None:
    ps04_changed.pytest_runtest_logreport(failed(nodeid))
    ps04_changed.pytest_sessionfinish(*session(exitstatus=1))
    assert (
        "ps04" in passed.changed(ps04_changed.before, passed.recorded(ps04_changed.record))
    ) != (counts)


@pytest.mark.parametrize(("exitstatus", "maxfail"), [(1, 1), (2, 0), (3, 0)])
def test_nothing_is_noted_if_the_run_was_stopped(
    ps04_changed: Changed, exitstatus: int, maxfail: int
) -> None:
    ps04_changed.pytest_sessionfinish(*session(exitstatus, maxfail=maxfail))
    assert not noted(ps04_changed)


def test_nothing_is_noted_if_only_a_folder_ran(ps04_changed: Changed) -> None:
    ps04_changed.pytest_sessionfinish(*session(args=("tests/gates",)))
    assert not noted(ps04_changed)


@pytest.mark.parametrize(
    ("reason", "counts"),
    [("bubblewrap is missing", False), ("LONG=1 runs the solved notebooks a second time", True)],
)
def test_what_was_skipped_has_not_passed(ps04_changed: Changed, reason: str, counts: bool) -> None:
    nodeid = "tests/gates/test_places.py::test_the_three_places_agree_on_mistakes[ps04-half]"
    ps04_changed.pytest_runtest_logreport(skipped(nodeid, reason))
    ps04_changed.pytest_sessionfinish(*session())
    assert noted(ps04_changed) == counts


def test_a_file_that_changes_while_the_tests_run_is_not_noted(
    tmp_path: Path, now: dict[str, str]
) -> None:
    run = Changed(now | {"ps04": "before it was edited"}, tmp_path / "passed.toml")
    run.pytest_sessionfinish(*session())
    assert "ps04" not in passed.recorded(run.record) and "ps05" in passed.recorded(run.record)


def test_what_runs_for_changed_problem_sets_only_exists() -> None:
    for start in IN_FULL_ONLY:
        file, _, test = start.partition("::")
        path = passed.ROOT / file
        assert path.is_dir() or f"\ndef {test}" in path.read_text("utf-8"), start


def test_seeds_are_fewer_in_a_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sizes, "SAMPLED", {"ps04"})
    assert list(sizes.seeds_of("ps04")) == [0] and len(sizes.seeds_of("ps05")) == sizes.SEEDS
