"""Deadlines, extensions and penalties: what the gradebook, the pages and both commands say."""

import os
import shutil
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from traitlets.config import Config

from grader.authoring.release import release
from grader.classroom.agreement import Agreement
from grader.classroom.extensions import read_extensions
from grader.classroom.gradebook.marks import entries, scores
from grader.classroom.gradebook.session import opened
from grader.classroom.gradebook.store import gradebook_url
from grader.classroom.late import Renewal, _penalty, deadlines
from grader.classroom.late_policy import LatePolicy, configure_late
from grader.classroom.lateness import DAY, HOUR, how_late, share_lost
from grader.classroom.record import generate_feedback
from grader.problems import Problem
from grader.settings import Late, SettingsError, load_settings
from tests.classroom.small_class import NAME, SmallClass, make_class

ROOT = Path(__file__).parents[2]
DUE = "[problem_sets.ps98]\ndue = 2026-11-20T23:59:00+01:00\n"  # 22:59 UTC
POLICY = "[late]\nper_day = 0.25\ngrace_minutes = 10\nnone_after_days = 3\n"
HEADER = "student,problem_set,until\n"


# --- The policy -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("seconds", "share"),
    [(1, 0), (600, 0), (601, 0.25), (DAY, 0.25), (DAY + 1, 0.5), (3 * DAY, 0.75), (3 * DAY + 1, 1)],
)
def test_each_begun_day_costs_a_share_until_nothing_is_left(seconds: int, share: float) -> None:
    assert share_lost(Late(0.25, 10, 3), seconds) == share


def test_more_than_everything_cannot_be_lost() -> None:
    assert share_lost(Late(per_day=0.4), 9 * DAY) == 1.0
    assert share_lost(Late(none_after_days=2), DAY) == 0.0
    assert share_lost(Late(none_after_days=2), 2 * DAY + 1) == 1.0


def test_without_a_policy_nbgraders_own_option_counts() -> None:
    config = Config()
    configure_late(config, Late(grace_minutes=5))
    config.LateSubmissionPlugin.penalty_method = "zero"
    assert LatePolicy(config=config).late_submission_penalty("ada", 4.0, DAY) == 4.0
    configure_late(config, Late(per_day=0.1))
    assert LatePolicy(config=config).late_submission_penalty("ada", 4.0, DAY) == pytest.approx(0.4)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (1, "1 minute"),
        (HOUR, "1 hour"),
        (DAY + 2 * HOUR + 60, "1 day 2 hours"),
        (2 * DAY + 61, "2 days 2 minutes"),
        (0, ""),
    ],
)
def test_lateness_in_words(seconds: float, words: str) -> None:
    assert how_late(seconds) == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[late]\nper_day = 10", "a share between 0 and 1"),
        ("[late]\ngrace_minutes = -1", "0 or more"),
        ("[problem_sets.ps98]\ndue = 2026-11-20T23:59:00", "no time zone"),
        ("[problem_sets.ps98]\ndue = '2026-11-20'", "without quotes"),
        ("[problem_sets.ps98]\ndeadline = 3", "unknown entry problem_sets.ps98.deadline"),
        ("[problem_sets.ps98]\nweight = -1.0", "0 or more"),
        ("problem_sets = 3", "write .problem_sets.ps06."),
    ],
)
def test_a_wrong_setting_is_told(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "course.toml").write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError, match=words):
        load_settings(tmp_path)


# --- Extensions -----------------------------------------------------------------------------------


def extensions(folder: Path, rows: str) -> dict[tuple[str, str], datetime]:
    (folder / "extensions.csv").write_text(HEADER + rows, encoding="utf-8")
    return read_extensions(folder, {"ps98"})


def test_extensions_are_read(tmp_path: Path) -> None:
    assert read_extensions(tmp_path, {"ps98"}) == {}
    found = extensions(tmp_path, "ada,ps98,2026-11-27T23:59:00+01:00\n,,\n")
    assert found[("ada", "ps98")].utcoffset() == timedelta(hours=1)


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ("ada,ps98,tomorrow\n", "line 2: until is 'tomorrow'; write it as 2026"),
        ("ada,ps98,2026-11-27T23:59:00\n", "names no time zone"),
        ("ada,ps9,2026-11-27T23:59:00Z\n", "no problem set 'ps9'"),
        ("bob,ps98,2026-11-27T23:59:00Z\n", "'bob' is not a student in roster.csv"),
        (f"{'x' * 200_000},ps98,\n", "after line 1: field larger"),
        ("ada,ps98,2026-11-27T23:59:00Z\n" * 2, "line 3: ada has an extension for ps98 above"),
    ],
)
def test_a_wrong_extension_is_told(tmp_path: Path, rows: str, words: str) -> None:
    (tmp_path / "roster.csv").write_text("student,name,email,lms_id\nada,,,\n")
    with pytest.raises(Problem, match=words):
        extensions(tmp_path, rows)


# --- The gradebook --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> SmallClass:
    """A class in whose gradebook three students have 2 points, by nobody's grading."""
    small = make_class(tmp_path_factory.mktemp("course"), DUE + POLICY)
    url = gradebook_url(small.settings.classroom)
    small.settings.classroom.mkdir()
    release("ps98", small.settings.root, small.settings.build / "again", gradebook=url)
    with opened(url) as gradebook:
        for student in ("ada", "ben", "cem"):
            gradebook.add_student(student)
            gradebook.add_submission("ps98", student)
            gradebook.find_grade("check_linear_forward", NAME, "ps98", student).auto_score = 2.0
        gradebook.db.commit()
    hand_in(small, "ada", "2026-11-20 22:59:00 UTC")
    hand_in(small, "ben", "2026-11-20 23:10:00 UTC")
    hand_in(small, "cem", "2026-11-22 13:00:00 UTC")
    return small


def hand_in(small: SmallClass, student: str, time: str) -> None:
    folder = small.settings.classroom / "submitted" / student / "ps98"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "timestamp.txt").write_text(time)


@pytest.fixture
def small(course: SmallClass, tmp_path: Path) -> SmallClass:
    return course.copy(tmp_path / "course")


def renew(small: SmallClass) -> dict[str, float]:
    """The penalties that have changed."""
    settings = load_settings(small.settings.root)
    config = Config()
    configure_late(config, settings.late)
    asked = deadlines(settings, settings.classroom, "ps98")
    url = gradebook_url(settings.classroom)
    done = Renewal(url, "ps98", asked, config, settings.classroom / "submitted").renew()
    return {student: changed[NAME][1] for student, changed in done.items()}


def extend(small: SmallClass, rows: str) -> None:
    (small.settings.classroom / "extensions.csv").write_text(HEADER + rows, encoding="utf-8")


def test_penalties_are_renewed_once(small: SmallClass) -> None:
    assert renew(small) == {"ben": 0.5, "cem": 1.0}
    assert renew(small) == {}
    found = scores(gradebook_url(small.settings.classroom), "ps98")
    assert {name: score.score for name, score in found.items()} == {"ada": 2, "ben": 1.5, "cem": 1}
    assert found["cem"].lateness == "1 day 14 hours late: −1 points"
    assert found["ada"].lateness == ""


def test_no_number_of_points_has_more_digits_than_a_score(small: SmallClass) -> None:
    (small.settings.root / "course.toml").write_text(DUE + "[late]\nper_day = 0.1\n")
    with opened(small.group.gradebook) as gradebook:
        for student, points in (("ben", 1.3333), ("cem", 1.4)):
            gradebook.find_grade("check_linear_forward", NAME, "ps98", student).auto_score = points
        gradebook.db.commit()
    renew(small)
    assert renew(small) == {}
    for held in entries(small.group.gradebook, "ps98").values():
        assert held[NAME].penalty == round(held[NAME].penalty, 4)
    for score in scores(small.group.gradebook, "ps98").values():
        for number in (score.score, score.total, score.by_hand, score.penalty):
            assert number == round(number, 4)


def test_an_extension_gives_points_back_and_can_be_taken_back(small: SmallClass) -> None:
    renew(small)
    extend(small, "cem,ps98,2026-11-22T00:00:00Z\n")
    assert renew(small) == {"cem": 0.5}
    extend(small, "cem,ps98,2026-11-22T14:00:00+01:00\n")  # to the second
    assert renew(small) == {"cem": 0.0}
    extend(small, "")
    assert renew(small) == {"cem": 1.0}


def test_points_by_a_person_cost_their_share_too(small: SmallClass) -> None:
    renew(small)
    with opened(gradebook_url(small.settings.classroom)) as gradebook:
        gradebook.find_grade("manual_why", NAME, "ps98", "cem").manual_score = 2.0
        gradebook.db.commit()
    assert renew(small) == {"cem": 2.0}


def test_without_a_deadline_in_the_course_the_gradebooks_counts(small: SmallClass) -> None:
    (small.settings.root / "course.toml").write_text(POLICY)
    assert renew(small) == {}
    with opened(gradebook_url(small.settings.classroom)) as gradebook:
        gradebook.update_or_create_assignment("ps98", duedate="2026-11-22 00:00:00 UTC")
        gradebook.grant_extension("ps98", "ben", days=1)
    assert renew(small) == {"cem": 0.5}
    with opened(gradebook_url(small.settings.classroom)) as gradebook:
        assert gradebook.find_submission("ps98", "ben").extension == timedelta(days=1)


def test_a_deadline_that_is_taken_out_of_the_course_stops_charging(small: SmallClass) -> None:
    renew(small)
    before = small.points()
    (small.settings.root / "course.toml").write_text(POLICY)
    after = SmallClass(load_settings(small.settings.root))
    renew(after)
    with opened(after.group.gradebook) as gradebook:
        assignment = gradebook.find_assignment("ps98")
        assert assignment.duedate is None
        assert all(
            one.late_submission_penalty is None
            for s in assignment.submissions
            for one in s.notebooks
        )
    assert after.points() != before and after.points() == dict.fromkeys(
        before, max(before.values())
    )
    with opened(after.group.gradebook) as gradebook:  # entered by a person
        gradebook.find_assignment("ps98").duedate = datetime(2026, 11, 20, 22, 59)
        gradebook.db.commit()
    for _ in range(2):
        renew(after)
    assert after.points() == before


def test_a_deadline_that_a_person_entered_comes_back(small: SmallClass) -> None:
    by_hand = datetime(2026, 12, 24, 22, 59)
    with opened(small.group.gradebook) as gradebook:
        gradebook.update_or_create_assignment("ps98", duedate=by_hand)
    for _ in range(2):
        renew(small)
    (small.settings.root / "course.toml").write_text(POLICY)
    for _ in range(2):
        renew(SmallClass(load_settings(small.settings.root)))
        with opened(small.group.gradebook) as gradebook:
            assert gradebook.find_assignment("ps98").duedate == by_hand


def test_a_time_that_is_gone_counts_no_more(small: SmallClass) -> None:
    renew(small)
    (small.settings.classroom / "submitted" / "cem" / "ps98" / "timestamp.txt").unlink()
    assert renew(small) == {"cem": 0.0}


def test_what_cannot_be_meant_is_told(small: SmallClass) -> None:
    extend(small, "cem,ps98,2025-11-27T23:59:00Z\n")
    with pytest.raises(
        Problem, match=r"extension of cem for ps98 ends at 2025.*before the deadline"
    ):
        renew(small)
    (small.settings.root / "course.toml").write_text(POLICY)
    with pytest.raises(Problem, match="which has no deadline"):
        renew(small)
    (small.settings.root / "course.toml").write_text("[problem_sets.ps4]\nweight = 2.0\n")
    with pytest.raises(Problem, match=r"\[problem_sets.ps4\].*there are: ps98"):
        renew(small)


def test_what_did_not_agree_before_does_not_afterwards(tmp_path: Path) -> None:
    agreement = Agreement(tmp_path, "", "ps98")
    agreement.note_penalties("ada", {NAME: (0.0, 1.0)})  # nothing is noted of her
    book = {NAME: {"penalty": 0.5, "automatic": {}}}
    agreement._write("ada", "recorded.json", {"gradebook": book, "files": {}})
    agreement.note_penalties("ada", {NAME: (0.0, 1.0)})
    assert agreement._read("ada", "recorded.json")["gradebook"][NAME]["penalty"] == 0.5
    agreement.note_penalties("ada", {NAME: (0.5, 1.0)})
    assert agreement._read("ada", "recorded.json")["gradebook"][NAME]["penalty"] == 1.0


# --- Both commands --------------------------------------------------------------------------------


@pytest.mark.sandbox
def test_both_ways_give_the_same_marks_and_the_page_says_why(tmp_path: Path) -> None:
    made = make_class(tmp_path / "course", DUE + POLICY)
    shutil.copy(ROOT / "nbgrader_config.py", made.settings.root)
    cem = made.hand_in("cem", made.notebook("linear_forward"))
    dan = made.hand_in("dan", made.with_text("linear_forward"))
    for folder in (cem, dan):
        (folder / "timestamp.txt").write_text("2026-11-22 13:00:00 UTC")
    extend(made, "cem,ps98,2026-11-21T23:59:00Z\n")
    found = []
    for way in (ours, nbgraders):
        small = made.copy(tmp_path / way.__name__)
        way(small, "autograde")
        assert small.points() == {"cem": 1.5, "dan": 1.0}
        with opened(small.group.gradebook) as gradebook:
            grade = gradebook.find_grade("manual_why", NAME, "ps98", "dan")
            grade.manual_score, grade.needs_manual_grade = 1.0, False
            gradebook.db.commit()
        way(small, "generate_feedback")
        found.append(entries(small.group.gradebook, "ps98"))
        page = small.settings.classroom / "feedback" / "dan" / "ps98" / f"{NAME}.html"
        text = page.read_text("utf-8")
        assert "1 day 14 hours after your deadline" in text
        assert '<strong id="total">1.5 of 8</strong>' in text
        assert small.autograde() == {"cem": "", "dan": ""}  # nothing is graded again for it
    assert found[0] == found[1]


def ours(small: SmallClass, step: str) -> None:
    if step == "autograde":
        small.autograde()
    else:
        generate_feedback(small.group, "ps98")


def nbgraders(small: SmallClass, step: str) -> None:
    if step == "autograde":
        small.settings.classroom.mkdir(exist_ok=True)
        again = small.settings.build / "again"
        release("ps98", small.settings.root, again, gradebook=small.group.gradebook)
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", step, "ps98"],
        cwd=small.settings.root,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(("asked", "charged"), [(100.0, 4.0), (1.5, 1.5), (-2.0, 0.0), (None, 0.0)])
def test_a_penalty_is_never_below_0_nor_more_than_the_points(asked, charged):
    plugin = SimpleNamespace(late_submission_penalty=lambda student, reached, late: asked)
    entry = SimpleNamespace(score=3.0, penalty=1.0)
    assert _penalty(plugin, "ada", entry, 60.0) == charged
    assert _penalty(plugin, "ada", entry, 0.0) == 0.0
