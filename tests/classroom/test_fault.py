"""An error of ours costs nobody a point, and what a student hands in costs nobody else one."""

import errno
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import InterfaceError

from grader.classroom import steps
from grader.classroom.agreement import Agreement
from grader.classroom.converters import StudentGrades
from grader.classroom.gradebook.cells import noted_cells
from grader.classroom.record import NoAgreement, autograde
from grader.grading.process import limited_process
from grader.grading.process.fault import GraderFault, NotDone
from grader.grading.process.limited_process import LimitedProcess
from grader.grading.submission import given_cells, grade_notebook, judge_cells, judging
from grader.grading.submission import grade as grade_submission
from grader.grading.submission.grade import grade_in
from grader.grading.submission.results import Graded, read_result
from grader.problems import Problem
from tests.classroom.small_class import AUTOMATIC, NAME, SmallClass, make_class

pytestmark = pytest.mark.sandbox
MARK = "the mark of ben's notebook"


class Here(LimitedProcess):
    """Answers in this process, where a test can make a step fail."""

    def _once(self, request: Mapping[str, Any], seconds: float) -> limited_process.Answer:
        request = json.loads(json.dumps({**request, "processor seconds": seconds}))
        head, body = limited_process._answer(request)
        if "fault" in head:
            raise limited_process.FAULTS[head["fault"]](head["words"])
        return head, body


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> SmallClass:
    small = make_class(tmp_path_factory.mktemp("course"))
    small.hand_in("amy", small.notebook())
    assert small.autograde() == {"amy": "not graded yet"}
    ben = small.notebook()
    ben.cells[0].source += MARK
    small.hand_in("ben", ben)
    return small


@pytest.fixture
def small(graded: SmallClass, tmp_path: Path) -> SmallClass:
    """Amy is graded, Ben has handed in."""
    return graded.copy(tmp_path / "course")


def grade(small: SmallClass, student: str) -> Graded:
    """Only the part that a worker does."""
    cells = noted_cells(small.group.gradebook, "ps98", NAME)
    options = {
        "folder": str(small.settings.classroom / "submitted" / student / "ps98"),
        "others": [NAME],
        "course": str(small.settings.root),
        "classroom": str(small.settings.classroom),
        "unsafe": False,
        "cell_seconds": 5,
        "rerun_all": False,
        "batch": False,
    }
    about = Graded("ps98", student, NAME)
    result, _ = grade_in(Here(), about, cells, 100, **options)
    return result


def broken(kind: Exception) -> Callable[..., Any]:
    def fail(*_: Any, **__: Any) -> None:
        raise kind

    return fail


@pytest.mark.parametrize(
    ("place", "error"),
    [
        ((grade_submission, "load_settings"), ValueError("course.toml is broken")),
        ((grade_submission, "secret_of"), PermissionError(13, "not yours")),
        ((grade_submission, "student_tree"), ImportError("no exercise can be imported")),
        ((given_cells, "restore_cells"), AttributeError("an error of ours")),
        ((grade_notebook, "clean_outputs"), AttributeError("an error of ours")),
        ((judge_cells, "find"), ImportError("this exercise cannot be imported")),
        ((judge_cells, "make_cases"), ValueError("no cases for this seed")),
        ((judging, "_expected"), RuntimeError("the reference fails on a case")),
        ((judging, "as_html"), KeyError("an error of ours")),
        ((grade_submission, "find_submission"), OSError(errno.ENOSPC, "No space left")),
    ],
    ids=lambda value: value[1] if isinstance(value, tuple) else "",
)
def test_an_error_of_ours_stops_grading(
    small: SmallClass, monkeypatch: pytest.MonkeyPatch, place: tuple[Any, str], error: Exception
) -> None:
    monkeypatch.setattr(*place, broken(error))
    with pytest.raises(GraderFault, match=str(error.args[-1])):
        grade(small, "ben")


def test_a_missing_release_stops_grading(small: SmallClass) -> None:
    (small.settings.notebooks / "ps98" / f"{NAME}.ipynb").unlink()
    with pytest.raises(GraderFault, match="not there; run: python -m grader build ps98"):
        grade(small, "ben")


def only_for_ben(step: Callable[..., Any], error: Exception) -> Callable[..., Any]:
    def fail(*arguments: Any, **options: Any) -> Any:
        if MARK in str(arguments):
            raise error
        return step(*arguments, **options)

    return fail


@pytest.mark.parametrize("error", [ValueError("odd"), RecursionError("deep"), MemoryError()])
def test_an_error_that_a_submission_causes_costs_it_alone(
    small: SmallClass, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    step = only_for_ben(grade_submission.grade_notebook, error)
    monkeypatch.setattr(grade_submission, "grade_notebook", step)
    ben, amy = grade(small, "ben"), grade(small, "amy")
    assert ben.refused and str(error) in ben.refused and not ben.cells
    assert not amy.refused and sum(cell.score for cell in amy.cells) == AUTOMATIC


def test_what_cannot_be_read_gets_no_mark(
    small: SmallClass, monkeypatch: pytest.MonkeyPatch
) -> None:
    step = broken(PermissionError(errno.EACCES, "Permission denied"))
    with monkeypatch.context() as patched:
        patched.setattr(grade_submission, "find_submission", step)
        with pytest.raises(NotDone, match="Permission denied"):
            grade(small, "ben")
    (small.settings.classroom / "submitted" / "ben").rename(small.settings.root / "elsewhere")
    with pytest.raises(NotDone, match="is gone"):
        grade(small, "ben")


def test_values_that_upset_the_judge_cost_only_their_check(
    small: SmallClass, monkeypatch: pytest.MonkeyPatch
) -> None:
    verdict, seen = judging.verdict, list[str]()

    def upset(exercise: Any, cases: Any, outcomes: Any, **options: Any) -> Any:
        values = outcomes[0].outputs
        seen.append(exercise.name)
        if exercise.name == "linear_forward" and len(seen) == 1 and values:
            raise ZeroDivisionError("upset by values")
        return verdict(exercise, cases, outcomes, **options)

    monkeypatch.setattr(judging, "verdict", upset)
    result = grade(small, "ben")
    scores = {cell.cell: cell.score for cell in result.cells}
    assert not result.refused and scores.pop("check_linear_forward") == 0
    assert sum(scores.values()) == AUTOMATIC - 2


def test_a_judge_that_fails_on_right_values_too_stops_grading(
    small: SmallClass, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(judging, "verdict", broken(FileNotFoundError(2, "no data set")))
    with pytest.raises(GraderFault, match="no data set"):
        grade(small, "ben")


def nothing_for_ben(small: SmallClass) -> bool:
    kept = read_result(small.settings.classroom, "ps98", "ben", NAME)
    return kept is None and small.points() == {"amy": AUTOMATIC}


def test_settings_that_break_during_a_run_leave_no_mark(small: SmallClass) -> None:
    settings = small.settings.root / "course.toml"
    before, done = settings.read_text("utf-8"), list[str]()

    def progress(student: str, _why: str) -> None:
        if not done:
            settings.write_text("[limits\n", encoding="utf-8")
        done.append(student)

    with pytest.raises(Problem, match=r"grading stopped: SettingsError: .*is not valid TOML"):
        autograde(small.group, "ps98", progress)
    assert done == ["amy"] and nothing_for_ben(small)
    settings.write_text(before, encoding="utf-8")
    assert small.autograde() == {"amy": "", "ben": "not graded yet"}
    assert small.points() == {"amy": AUTOMATIC, "ben": AUTOMATIC}


def test_a_gradebook_that_is_gone_leaves_no_mark(
    small: SmallClass, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = InterfaceError("SELECT", {}, Exception("the connection is closed"))
    with monkeypatch.context() as patched:
        patched.setattr(StudentGrades, "record_notebook", broken(gone))
        with pytest.raises(Problem, match=r"grading stopped: .*the connection is closed"):
            small.autograde()
    agreement = Agreement(small.settings.classroom, small.group.gradebook, "ps98")
    assert set(agreement.disagreements(["amy", "ben"], [NAME])) == {"ben"}
    assert small.autograde() == {"amy": "", "ben": "graded, but not recorded: it was interrupted"}
    assert small.points() == {"amy": AUTOMATIC, "ben": AUTOMATIC}


def test_a_result_of_ours_that_cannot_be_read_stops_grading(
    small: SmallClass, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(steps, "grade_all", wrong_job)
    with pytest.raises(Problem, match="grading stopped: KeyError: 'cells'"):
        small.autograde()
    assert nothing_for_ben(small)


def wrong_job(*_: Any) -> None:
    raise KeyError("cells")


def test_a_submission_without_a_result_does_not_stop_the_others(
    small: SmallClass, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask = LimitedProcess.ask

    def ended(self: LimitedProcess, request: Mapping[str, Any], seconds: float) -> Any:
        if request["about"]["student"] == "ben" and "as given" not in request:
            raise NotDone("not done, because the grader's process was ended (signal 9)")
        return ask(self, request, seconds)

    small.hand_in("cem", small.notebook("linear_forward"))
    monkeypatch.setattr(LimitedProcess, "ask", ended)
    with pytest.raises(NoAgreement, match=r"1 of 3 .*ben: not done.*signal 9"):
        small.autograde()
    assert small.points() == {"amy": AUTOMATIC, "cem": 2.0}
