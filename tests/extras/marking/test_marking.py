"""Marking by a person: what the gradebook holds, what is refused, and who may reach the page."""

import csv
import json
import re
import signal
import subprocess
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Queue
from typing import Any

import pytest
from typer.testing import CliRunner

from grader.classroom.agreement import Agreement
from grader.classroom.gradebook.session import opened
from grader.classroom.record import generate_feedback
from grader.classroom.roster import NO_GROUPS
from grader.classroom.school_class import Class
from grader.classroom.writer import only_writer
from grader.cli import app
from grader.extras.marking.desks import AWAY, Desks
from grader.extras.marking.manual_marks import CHANGED, EMPTY, MARKED, WAITS, MarkChanged
from grader.extras.marking.page import page_of
from grader.extras.marking.questions import Question, divided
from grader.extras.marking.server import name_of_hub, serve
from grader.extras.marking.session import Session, earlier_comments, marking, named
from grader.problems import Problem
from tests.classroom.answered_class import (
    ASSIGNMENT,
    CELL,
    NOTEBOOK,
    answered_class,
    hand_in,
    note_graded,
)
from tests.classroom.small_class import make_class

HOSTILE = "<script>window.ran = 1</script><img src=x onerror='window.ran = 1'>"
ANSWERS = {
    "ada": "The shape of W.",
    "ben": HOSTILE,
    "cleo": "Because x.T @ du has that shape.",
    "dan": None,
}


@pytest.fixture
def group(tmp_path: Path) -> Class:
    return answered_class(tmp_path, ANSWERS)


@contextmanager
def served(session: Session) -> Iterator[str]:
    """The page's address, while the server runs."""
    addresses: Queue[dict[str, str]] = Queue()
    server = threading.Thread(target=serve, args=(session, addresses.put))
    server.start()
    (address,) = addresses.get(timeout=30).values()
    try:
        yield address
    finally:
        if server.is_alive():
            ask(f"{address}end", b"")
        server.join(30)
        assert not server.is_alive()


def ask(url: str, body: bytes | None = None, **headers: str) -> tuple[int, str, Any]:
    request = urllib.request.Request(url, body, headers, method=None if body is None else "POST")
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, answer.read().decode(), answer.headers
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode(), error.headers


def saved(address: str, what: str, **asked: Any) -> tuple[int, dict[str, Any]]:
    body = json.dumps({"question": 0, "answer": 0, "seen": None} | asked).encode()
    status, text, _ = ask(f"{address}{what}", body, **{"Content-Type": "application/json"})
    return status, json.loads(text)


def held(group: Class, student: str) -> tuple[float | None, bool, str | None]:
    """What nbgrader's own fields say: points, whether a person is waited for, comment."""
    with opened(group.gradebook) as gradebook:
        grade = gradebook.find_grade(CELL, NOTEBOOK, ASSIGNMENT, student)
        comment = gradebook.find_comment(CELL, NOTEBOOK, ASSIGNMENT, student)
        return grade.manual_score, grade.needs_manual_grade, comment.manual_comment


def place(session: Session, student: str) -> int:
    return [answer.student for answer in session.answers[0]].index(student)


def states(session: Session) -> dict[str, str]:
    pairs = zip(session.answers[0], session.given(0), strict=True)
    return {answer.student: given.state for answer, given in pairs}


def test_points_and_comments_are_in_nbgraders_own_fields(group: Class) -> None:
    with marking(group, ASSIGNMENT) as session:
        assert states(session) == {"ada": WAITS, "ben": WAITS, "cleo": WAITS, "dan": EMPTY}
        number = place(session, "ada")
        session.give_points(0, number, 1.5, None)
        given = session.write_comment(0, number, "Which column?\n\nAnd why?", "")
    assert (given.points, given.state) == (1.5, MARKED)
    assert held(group, "ada") == (1.5, False, "Which column?\n\nAnd why?")
    with marking(group, ASSIGNMENT) as session:
        assert earlier_comments(session.given(0)) == ["Which column?", "And why?"]
        session.give_points(0, number, None, 1.5)
        session.write_comment(0, number, "", "Which column?\n\nAnd why?")
    assert held(group, "ada") == (None, True, None)


def test_what_somebody_else_changed_is_not_overwritten(group: Class) -> None:
    with marking(group, ASSIGNMENT) as session:
        number = place(session, "ada")
        with opened(group.gradebook) as gradebook:  # as formgrader does
            gradebook.find_grade(CELL, NOTEBOOK, ASSIGNMENT, "ada").manual_score = 2.0
            gradebook.find_comment(CELL, NOTEBOOK, ASSIGNMENT, "ada").manual_comment = "a\r\nb"
            gradebook.db.commit()
        with pytest.raises(MarkChanged, match="meanwhile") as points:
            session.give_points(0, number, 0.0, None)
        with pytest.raises(MarkChanged):
            session.write_comment(0, number, "c", "")
        assert points.value.now.points == 2.0
        session.write_comment(0, number, "c", "a\nb")  # a browser's field has one kind of line end
    assert held(group, "ada")[::2] == (2.0, "c")


@pytest.mark.parametrize("points", [-0.5, 2.5, float("nan"), float("inf")])
def test_points_out_of_range_are_refused(group: Class, points: float) -> None:
    with marking(group, ASSIGNMENT) as session, pytest.raises(Problem, match=r"give 0 to 2"):
        session.give_points(0, place(session, "ada"), points, None)
    assert held(group, "ada") == (None, True, None)


@pytest.mark.parametrize("text", ["x" * 10_001, "half \ud800", "nul \0"])
def test_a_comment_that_cannot_be_kept_is_refused(group: Class, text: str) -> None:
    with marking(group, ASSIGNMENT) as session, pytest.raises(Problem, match=r"comment"):
        session.write_comment(0, place(session, "ada"), text, "")
    assert held(group, "ada") == (None, True, None)


def test_the_order_says_nothing_and_stays(tmp_path: Path) -> None:
    names = [f"student-{number:02}" for number in range(30)]
    group = answered_class(tmp_path, {name: f"by {name}" for name in names} | {"zoe": None})
    with marking(group, ASSIGNMENT) as session:
        order = [answer.student for answer in session.answers[0]]
        page = page_of(session, 0)
    assert order[-1] == "zoe" and sorted(order[:-1]) == names != order[:-1]
    assert not [name for name in names if f">{name}<" in page] and "by student-07" in page
    with marking(group, ASSIGNMENT, names=True) as session:
        assert [answer.student for answer in session.answers[0]] == order
        assert ">student-07<" in page_of(session, 0)


def test_the_page_has_task_model_answer_and_the_students_code(group: Class) -> None:
    with marking(group, ASSIGNMENT) as session:
        page = page_of(session, 0)
        assert NO_GROUPS in page
    assert "so its gradient has the same shape" in page  # of the model answer
    assert "In your words: why" in page and "BEGIN SOLUTION" not in page
    assert page.count("return x @ W + b, (x, W)") == len(ANSWERS)
    assert HOSTILE not in page and "&lt;script&gt;window.ran = 1" in page


def test_pictures_are_shown_if_they_cannot_run_anything(group: Class) -> None:
    path = group.folder / "autograded" / "ada" / ASSIGNMENT / f"{NOTEBOOK}.ipynb"
    copy = json.loads(path.read_text("utf-8"))
    copy["cells"][1]["attachments"] = {
        "a.png": {"image/png": "iVBORw0KGgo="},
        "b.svg": {"image/svg+xml": "PHN2Zz4="},
        "c.png": {"image/png": '" onerror=window.ran=1'},
    }
    path.write_text(json.dumps(copy), encoding="utf-8")
    Agreement(group.folder, group.gradebook, ASSIGNMENT).note_recorded("ada", [NOTEBOOK])
    with marking(group, ASSIGNMENT) as session:
        answer = session.answers[0][place(session, "ada")]
        assert answer.pictures == ("data:image/png;base64,iVBORw0KGgo=",)
        assert f'<img src="{answer.pictures[0]}"' in page_of(session, 0)


def test_what_is_not_in_the_text_is_named(group: Class) -> None:
    """Pictures that only lie beside the notebook, other files, and what collecting has noted."""
    folder = group.folder / "autograded" / "ada" / ASSIGNMENT
    copy = json.loads((folder / f"{NOTEBOOK}.ipynb").read_text("utf-8"))
    texts = ["![](attachment:a.png)", "![Plot](my%20plot.png)", '<IMG alt=x src="b.png">']
    copy["cells"][1]["source"] = " ".join(texts)
    copy["cells"][1]["attachments"] = {"a.png": {"image/png": "iVBORw0KGgo="}}
    (folder / f"{NOTEBOOK}.ipynb").write_text(json.dumps(copy), encoding="utf-8")
    for name in ("my plot.png", "work_with_ben.txt", "timestamp.txt"):
        (folder / name).write_text("x")
    Agreement(group.folder, group.gradebook, ASSIGNMENT).note_recorded("ada", [NOTEBOOK])
    origins = group.folder / "collected" / ASSIGNMENT / "origins.csv"
    origins.parent.mkdir(parents=True)
    header = "student,name_in_lms,attempt,file,handed_in,order,facts\n"
    origins.write_text(f'{header}ada,x,1,x.ipynb,,0,"left out beside it: big.zip"\n')
    for names in (True, False):
        with marking(group, ASSIGNMENT, names=names) as session:
            answer = session.answers[0][place(session, "ada")]
            page = page_of(session, 0)
        assert answer.not_shown == ("my plot.png", "b.png") and len(answer.pictures) == 1
        assert answer.beside == ("my plot.png", "work_with_ben.txt")
        assert "names 2 pictures that are not in it" in page
        for told in ("work_with_ben.txt", "big.zip"):
            assert (told in page) is names  # a file's name may tell whose it is
        assert (
            "2 files were handed in beside the notebook. There is a remark" in page
        ) is not names


def test_a_newer_submission_is_told_and_one_that_is_not_recorded_left_out(group: Class) -> None:
    hand_in(group, "ada", "A better answer.")
    (group.folder / "results" / ASSIGNMENT / "cleo" / "recorded.json").unlink()
    (group.folder / "autograded" / "ben" / ASSIGNMENT / f"{NOTEBOOK}.ipynb").write_text("{")
    with marking(group, ASSIGNMENT) as session:
        assert session.newer == ["ada"]
        assert set(session.left_out) == {"ben", "cleo"}
        assert sorted(answer.student for answer in session.answers[0]) == ["ada", "dan"]
        assert "The shape of W." in page_of(session, 0)


def test_what_was_marked_before_it_changed_waits_until_it_is_confirmed(group: Class) -> None:
    with marking(group, ASSIGNMENT) as session:
        number = place(session, "ada")
        session.give_points(0, number, 1.0, None)
    hand_in(group, "ada", "A better answer.")
    with opened(group.gradebook) as gradebook:  # as nbgrader does when it records a grade again
        gradebook.find_grade(CELL, NOTEBOOK, ASSIGNMENT, "ada").needs_manual_grade = True
        gradebook.db.commit()
    note_graded(group, "ada", "A better answer.")
    with marking(group, ASSIGNMENT) as session:
        assert states(session)["ada"] == CHANGED and session.first == 0
        session.give_points(0, number, 1.0, 1.0)
    assert held(group, "ada") == (1.0, False, None)


def test_nothing_to_mark_is_a_problem(tmp_path: Path) -> None:
    group = answered_class(tmp_path, {})
    with pytest.raises(Problem, match=r"nothing of ps98 is graded"), marking(group, ASSIGNMENT):
        pass


@pytest.mark.parametrize(
    ("model", "parts"),
    [
        ("Because. (One point for b (or c).)", ("Because.", "One point for b (or c).")),
        ("Because (of b).", ("Because (of b).", "")),
        ("Because. (See b)", ("Because. (See b)", "")),
        ("f(x) is 1 point)", ("f(x) is 1 point)", "")),
        ("", ("", "")),
    ],
)
def test_for_what_points_are_given_stands_at_the_end(model: str, parts: tuple[str, str]) -> None:
    assert divided(model) == parts


@pytest.mark.parametrize(("points", "steps"), [(1, 3), (2, 5), (1.25, 4), (10, 21), (20, 21)])
def test_steps_go_from_none_to_full_points(points: float, steps: int) -> None:
    found = Question("n", "manual_a", points).steps
    assert found[0] == 0 and found[-1] == points and len(found) == steps
    assert found == sorted(set(found))


def test_only_who_has_the_address_reaches_the_page(group: Class) -> None:
    with marking(group, ASSIGNMENT) as session, served(session) as address:
        base = re.match(r"http://127\.0\.0\.1:\d+/", address)
        assert base and len(address) > len(base[0]) + 30
        for url in (base[0], f"{base[0]}wrong/1", f"{base[0]}1", f"{address}2"):
            assert ask(url)[0] == 404
        assert ask(f"{address}1", Host="evil.example")[0] == 404  # a name that leads here
        status, page, headers = ask(address)
        assert status == 200 and "Answer 4" in page
        assert headers["Cache-Control"] == "no-store"
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]


def test_a_request_that_is_not_as_expected_changes_nothing(group: Class) -> None:
    with marking(group, ASSIGNMENT) as session, served(session) as address:
        number = place(session, "ada")
        for asked in (
            {"answer": number, "value": "2"},
            {"answer": number, "value": True},
            {"answer": number, "value": 9.0},
            {"answer": -1, "value": 1.0},
            {"answer": 99, "value": 1.0},
            {"question": 1, "value": 1.0},
        ):
            status, told = saved(address, "points", **asked)
            assert status == 422 and told["problem"] and told["now"] is None, asked
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        body = json.dumps({"question": 0, "answer": number, "value": 1.0, "seen": None}).encode()
        assert ask(f"{address}points", body, **form)[0] == 422
        status, told = saved(address, "points", answer=number, value=1.0, seen=0.5)
        assert status == 409 and told["now"]["state"] == WAITS
        assert {held(group, student)[0] for student in ANSWERS} == {None}
        status, told = saved(address, "points", answer=number, value=1)
        assert status == 200 and told == {
            "now": {"points": 1, "comment": "", "state": MARKED},
            "problem": "",
        }
    assert held(group, "ada")[0] == 1.0


def addresses_of(process: subprocess.Popen[str], count: int) -> list[str]:
    """What the command prints of the markers' pages, when they can be opened."""
    assert process.stdout is not None
    process.stdout.readline()
    return [process.stdout.readline().strip() for _ in range(count)]


def test_meanwhile_other_commands_touch_other_sets_only_and_ctrl_c_ends_it(
    command: Callable[..., subprocess.Popen[str]], group: Class, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(group.settings.root)
    with command("mark", ASSIGNMENT) as first:
        (address,) = addresses_of(first, 1)
        report = CliRunner().invoke(app, ["term"])  # the marks of all sets, for others who go on
        assert report.exit_code == 0, report.output
        for words in (["mark"], ["autograde", "--unsafe"]):
            other = CliRunner().invoke(app, [*words, ASSIGNMENT], env={"COLUMNS": "200"})
            assert other.exit_code == 2
            assert f"answers to {ASSIGNMENT} are being marked" in other.stderr
            assert f"process {first.pid}" in other.stderr
        assert saved(address, "points", answer=0, value=2.0)[0] == 200
        first.send_signal(signal.SIGINT)
        told, wrong = first.communicate(timeout=120)
        assert first.returncode == 0 and wrong == ""
        assert "why: 1 marked, 2 wait" in told and "grader feedback ps98" in told
    with only_writer(group.folder, group.gradebook):  # nothing holds it any more
        pass


def test_a_class_that_is_written_to_is_not_marked_and_what_was_killed_holds_nothing(
    command: Callable[..., subprocess.Popen[str]], group: Class
) -> None:
    with only_writer(group.folder, group.gradebook, "ps97"):
        told = command("mark", ASSIGNMENT).communicate(timeout=300)[1]
        assert "another command is writing to this class" in told
    with command("mark", ASSIGNMENT) as first:
        addresses_of(first, 1)
        with only_writer(group.folder, group.gradebook, "ps97"):
            pass
        for touched in (ASSIGNMENT, None):
            with (
                pytest.raises(Problem, match=f"process {first.pid}"),
                only_writer(group.folder, group.gradebook, touched),
            ):
                pass
        first.kill()
    with only_writer(group.folder, group.gradebook):
        assert not list(group.folder.glob(".marking-*.txt"))


def test_several_markers_behind_a_hub(
    command: Callable[..., subprocess.Popen[str]], group: Class
) -> None:
    hub = "hub.uni.example:8000"
    with command("mark", ASSIGNMENT, "--markers", "eva, fred", "--host", hub.title()) as process:
        pages = dict(line.split(": ", 1) for line in addresses_of(process, 2))
        assert list(pages) == ["eva", "fred"]
        assert process.stdout is not None
        assert "JUPYTERHUB_SERVICE_PREFIX is not set" in process.stdout.readline()
        at = {}
        for marker, page in pages.items():
            found = re.fullmatch(rf"https://{hub}/proxy/(\d+)/([\w-]{{30,}})/", page)
            assert found, page
            at[marker] = f"http://127.0.0.1:{found[1]}/{found[2]}/"
        assert at["eva"] != at["fred"]
        status, page, _ = ask(at["fred"], Host=hub)
        assert status == 200 and "You mark as fred" in page and 'id="end"' not in page
        assert not re.search(r'(?:href|src|action)="(?:/|https?:)', page)  # behind any address
        assert ask(at["fred"], Host="evil.example")[0] == 404
        assert ask(f"{at['fred']}end", b"", Host=hub)[0] == 404

        def opened_by(marker: str, answer: int) -> Any:
            status, told, _ = ask(
                f"{at[marker]}open",
                json.dumps({"question": 0, "answer": answer}).encode(),
                **{"Content-Type": "application/json", "Host": hub},
            )
            assert status == 200
            return json.loads(told)

        assert opened_by("eva", 1)["others"] == []
        assert opened_by("fred", 1)["others"] == [1]
        assert opened_by("fred", 2)["others"] == [1]
        assert saved(at["eva"], "points", answer=1, value=2.0)[0] == 200
        told = opened_by("fred", 2)["now"][1]
        assert (told["points"], told["state"]) == (2.0, MARKED)
        status, told = saved(at["fred"], "points", answer=1, value=0.0)
        assert status == 409 and told["now"]["points"] == 2.0  # fred has not seen eva's points
        assert saved(at["fred"], "comment", answer=2, value="=why?", seen="")[0] == 200
        process.send_signal(signal.SIGINT)
        assert process.wait(120) == 0
    with marking(group, ASSIGNMENT) as session:
        students = [answer.student for answer in session.answers[0]]
    table = group.folder / "results" / ASSIGNMENT / "marked_by.csv"
    rows = list(csv.reader(table.read_text("utf-8").splitlines()))
    assert [row[1:] for row in rows] == [
        ["marked_by", "student", "question", "points", "comment"],
        ["eva", students[1], "why", "2.0", ""],
        ["fred", students[2], "why", "", "'=why?"],
    ]


def test_nothing_is_saved_while_the_table_of_markers_cannot_be_written(group: Class) -> None:
    table = group.folder / "results" / ASSIGNMENT / "marked_by.csv"
    table.mkdir()
    with marking(group, ASSIGNMENT) as session, served(session) as address:
        number = place(session, "ada")
        for what, value, seen in (("points", 1.0, None), ("comment", "Why?", "")):
            status, told = saved(address, what, answer=number, value=value, seen=seen)
            assert status == 422 and told["problem"].endswith("elsewhere; nothing was saved")
        assert held(group, "ada") == (None, True, None)
        table.rmdir()
        table.symlink_to("/dev/full")
        status, told = saved(address, "points", answer=number, value=1.0)
        assert status == 422 and "not in marked_by.csv (No space" in told["problem"]
        assert held(group, "ada")[0] == 1.0


@pytest.mark.parametrize("host", ["https://hub.uni.example", "hub/user", "hub uni", "*"])
def test_a_host_that_is_no_name_is_refused(host: str) -> None:
    with pytest.raises(Problem, match="give the name alone"):
        name_of_hub(host)


def test_who_is_silent_for_long_has_nothing_open() -> None:
    now = 0.0
    desks = Desks(lambda: now)
    assert desks.open("eva", 0, 3) == []
    now = AWAY - 1
    assert desks.open("fred", 0, 3) == [3] and desks.open("fred", 1, 3) == []
    now = AWAY
    assert desks.open("fred", 0, 3) == []


@pytest.mark.parametrize("markers", ["eva,eva", "eva,,fred", "<b>", "eva,"])
def test_names_of_markers_that_are_none_are_refused(markers: str) -> None:
    with pytest.raises(Problem, match="is no name, or stands there twice"):
        named(markers)


@pytest.mark.sandbox
def test_the_feedback_page_has_points_and_comment(tmp_path: Path) -> None:
    small = make_class(tmp_path)
    small.hand_in("amy", small.with_text("linear_forward"))
    small.autograde()
    assert small.scores()["amy"].by_hand == 2.0
    with marking(small.group, "ps98") as session:
        assert session.answers[0][0].text == "The gradient has the shape of W."
        session.give_points(0, 0, 1.5, None)
        session.write_comment(0, 0, "Which column belongs to **which** unit?", "")
    assert small.points() == {"amy": 3.5} and small.scores()["amy"].by_hand == 0
    pages = generate_feedback(small.group, "ps98")
    page = (pages / "amy" / "ps98" / "ps98_small.html").read_text("utf-8")
    assert "3.5 of 8" in page and "belongs to <strong>which</strong> unit?" in page
    assert small.autograde() == {"amy": ""}  # what a person marked is not graded again
