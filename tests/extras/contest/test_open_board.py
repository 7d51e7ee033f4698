"""The open board: what is trained, how it goes on after a stop, and what its page gives away."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from statistics import mean
from typing import Any

import pytest
from bs4 import BeautifulSoup
from nbformat.v4 import new_code_cell
from typer.testing import CliRunner, Result

from grader.authoring.release import release
from grader.checking.contract.registry import find
from grader.checking.judging.judge import make_cases
from grader.classroom.preconditions import note_assignment
from grader.classroom.private import make_private
from grader.cli import app
from grader.exercises import capstone, capstone_training
from grader.exercises.capstone_training import Result as Reached
from grader.extras.contest import envelope, open_board
from grader.extras.contest.open_board import FILE, ROWS, Trained, read_entries
from grader.extras.contest.open_entry import answer_open_entry
from grader.grading.process.limited_process import Answer, LimitedProcess
from grader.grading.submission.case_seeds import case_seed, secret_of
from grader.settings import load_settings
from tests.authoring.course import write_course
from tests.classroom.small_class import SmallClass, make_class
from tests.extras.contest.test_cup import SOURCE

SMALL = {"channels": [2], "epochs": 1, "batch_size": 100}
EVIL = "<img src=x onerror=alert(1)>"


class Contest:
    """A class that hands in open entries."""

    def __init__(self, small: SmallClass) -> None:
        self.small = small
        self.folder = small.settings.classroom / "results" / "ps98"

    def enters(self, student: str, source: Any) -> None:
        notebook = self.small.notebook()
        text = source if isinstance(source, str) else f"open_entry = {source!r}"
        notebook.cells.append(new_code_cell(text))
        self.small.hand_in(student, notebook)

    def page(self, name: str = "board_open.html") -> BeautifulSoup:
        return BeautifulSoup((self.folder / name).read_text("utf-8"), "html.parser")

    @property
    def kept(self) -> dict[str, Any]:
        kept: dict[str, Any] = json.loads((self.folder / FILE).read_text("utf-8"))
        return kept


@pytest.fixture(scope="module")
def noted(tmp_path_factory: pytest.TempPathFactory) -> SmallClass:
    root = tmp_path_factory.mktemp("cup")
    write_course(root, SOURCE)
    (root / "course.toml").write_text("", encoding="utf-8")
    release("ps98", root, root / "notebooks")
    small = SmallClass(load_settings(root))
    make_private(small.settings.classroom)
    note_assignment(small.group, "ps98")
    return small


@pytest.fixture
def contest(noted: SmallClass, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Contest:
    small = noted.copy(tmp_path / "course")
    monkeypatch.chdir(small.settings.root)
    return Contest(small)


@pytest.fixture
def read_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Submissions are read in this process, which is faster."""

    class Here(LimitedProcess):
        def ask(self, request: Mapping[str, Any], seconds: float) -> Answer:
            return answer_open_entry(request)

    monkeypatch.setattr(open_board, "LimitedProcess", Here)


@pytest.fixture
def asked(
    read_here: None, monkeypatch: pytest.MonkeyPatch
) -> list[tuple[dict[str, Any], int, str]]:
    """Settings, seed and device of each training; in place of it a number, by the rate."""
    trained = []

    def measured(settings: Any, seed: int, *, device: str, rows: int) -> Reached:
        trained.append((settings, seed, device))
        if settings["lr"] == 10:
            return Reached(1 / 8, 1 / 8, "diverged")
        return Reached(settings["lr"] + seed % 7 / 1000, 1.0)

    monkeypatch.setattr(capstone_training, "measure", measured)
    return trained


def board(*options: str) -> Result:
    command = ["board", "ps98", "--open", *options]
    return CliRunner().invoke(app, command, env={"COLUMNS": "200"})


def test_small_entries_are_trained_on_the_classs_splits(contest: Contest) -> None:
    entries = {"amy": SMALL, "ben": {"model": "mlp", "lr": 10.0, "momentum": 0.99, "epochs": 2}}
    for student, entry in entries.items():
        contest.enters(student, entry)
    result = board()
    assert result.exit_code == 0, result.output
    assert "2 open entries; 6 of 6 trainings are left, which cost 0.00 times" in result.stdout
    assert "training 6 of 6: entry" in result.stdout and "device: " in result.stdout
    secret = secret_of(contest.small.settings.classroom)
    (case,) = make_cases(find("configuration"), case_seed(secret, "configuration", "ps98"))
    expected = {
        student: [
            capstone_training.measure(capstone.read(entry), seed, rows=ROWS)
            for seed in case["seeds"].numbers
        ]
        for student, entry in entries.items()
    }
    found = sorted((one["how"], one["test"]) for one in contest.kept.values())
    assert found == sorted((one.how, one.test) for three in expected.values() for one in three)
    page = contest.page().get_text()
    assert f"{mean(one.test for one in expected['amy']):.3f}" in page
    assert "0.125, 0.125, 0.125 (3 failed)" in page and "Trained on the processor." in page
    assert not (contest.folder / envelope.FILE).exists()
    assert "The envelope is closed: do not show the page" in result.stdout


@pytest.mark.usefixtures("asked")
def test_what_it_costs_is_told_in_open_budgets(
    contest: Contest, monkeypatch: pytest.MonkeyPatch
) -> None:
    cost = capstone.cost(capstone.read(SMALL))
    monkeypatch.setattr(capstone, "OPEN", capstone.Limits(cost, 4, 256, 4, 2048))
    contest.enters("amy", SMALL)
    contest.enters("ben", SMALL | {"lr": 0.01})
    contest.enters("cat", SMALL | {"epochs": 2})
    result = board("--names")
    assert "2 open entries; 6 of 6 trainings are left, which cost 6.00 times" in result.stdout
    assert "cat (it costs 2.00 times what is allowed: 2 epochs × 1,200 pictures" in result.stdout


def test_it_goes_on_where_it_was_stopped_and_a_second_call_trains_nothing(
    contest: Contest, asked: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    contest.enters("amy", {"lr": 0.4})
    contest.enters("ben", {"lr": 0.3})
    contest.enters("cat", {"lr": 0.3, "momentum": 0.0})  # the same settings
    measured = capstone_training.measure
    with monkeypatch.context() as patched:

        def stopped(*arguments: Any, **options: Any) -> Reached:
            if len(asked) == 4:
                raise KeyboardInterrupt
            return measured(*arguments, **options)

        patched.setattr(capstone_training, "measure", stopped)
        result = board()
        assert result.exit_code == 130 and "6 of 9 trainings are left" in result.stdout
        assert "the same command can be run again" in result.stderr
    assert len(contest.kept) == len(asked) == 4 and not list(contest.folder.glob("*.html"))
    rename, before = os.replace, contest.kept
    with monkeypatch.context() as patched:  # killed while the next result is written

        def killed(*paths: Any) -> None:
            raise KeyboardInterrupt

        patched.setattr(os, "replace", killed)
        assert board().exit_code == 130
    assert contest.kept == before and os.replace is rename
    result = board()
    assert result.exit_code == 0 and "2 of 9 trainings are left" in result.stdout
    assert len(contest.kept) == 6 and len(asked) == 7  # one result was lost while it was written
    assert len({(json.dumps(settings), seed) for settings, seed, _ in asked}) == 6
    page = contest.page().prettify()
    result = board()
    assert "0 of 9 trainings are left\n" in result.stdout and "device" not in result.stdout
    assert len(asked) == 7 and contest.page().prettify() == page
    ranks = [row.select("td")[0].get_text() for row in contest.page().select("#ranks tbody tr")]
    assert ranks == ["1", "2", "2"]
    contest.enters("ben", {"lr": 0.2})  # a new entry: only its trainings
    assert "3 of 9 trainings are left" in board().stdout


def test_what_another_command_has_trained_meanwhile_is_kept(
    contest: Contest, asked: list[Any]
) -> None:
    contest.enters("amy", {"lr": 0.4})
    entries = read_entries(contest.small.group, "ps98")
    assert board().exit_code == 0
    kept = contest.kept
    entries.trained["other"] = Trained(0.5, "trained", "cuda")
    open_board._write_trained(entries)
    assert contest.kept == kept | {"other": {"test": 0.5, "how": "trained", "device": "cuda"}}
    assert len(asked) == 3


@pytest.mark.usefixtures("asked")
def test_names_stand_on_a_page_of_their_own_and_are_escaped(contest: Contest) -> None:
    contest.enters("amy", {"lr": 0.4, "channels": [128, 256]})
    contest.enters(EVIL, {"lr": 0.3})
    contest.enters("<b>cat", "open_entry = {'<script>': 1}")
    contest.enters("dan", "x = 1")
    result = board()
    assert result.exit_code == 0 and "amy" not in result.stdout and "alert" not in result.stdout
    assert "2 submissions have no open entry." in result.stdout
    public = contest.page().get_text()
    assert not [word for word in ("amy", "alert", "dan", "script", "[128, 256]") if word in public]
    result = board("--names")
    assert "amy" in result.stdout and "board_open_names.html" in result.stdout
    page = contest.page("board_open_names.html")
    said = page.get_text()
    assert EVIL in said and "cnn [128, 256], 16 × 16 pixels" in said and "lr 0.3" in said
    assert not page.find("img") and not page.find("script") and not page.find("b")
    reasons = [item.get_text() for item in page.select("#without li")]
    assert len(reasons) == 2 and "dan: there is no cell with open_entry" in " ".join(reasons)
    assert "'<script>' is not an entry of a configuration" in " ".join(reasons)


@pytest.mark.usefixtures("asked")
def test_the_numbers_are_those_of_the_envelope(contest: Contest) -> None:
    students = [f"student-{n}" for n in range(4)]
    for student in students:
        contest.enters(student, {"lr": 0.1})
    entries = read_entries(contest.small.group, "ps98")
    path, secret = contest.folder / envelope.FILE, secret_of(contest.small.settings.classroom)
    entry = envelope.Entry({}, 0.4, 0.5, (0.4,), 0.4)
    opened = envelope.open_envelope(path, dict.fromkeys(students, entry), students, secret)
    assert entries.numbers == opened.numbers
    before = path.read_bytes()
    contest.enters("late", {"lr": 0.1})
    result = board()
    assert result.exit_code == 0 and "The envelope is closed" not in result.stdout
    numbers = read_entries(contest.small.group, "ps98").numbers
    assert numbers == {**opened.numbers, "late": 5} and path.read_bytes() == before


@pytest.mark.usefixtures("read_here")
def test_an_entry_that_does_not_fit_into_memory_costs_no_other_entry(
    contest: Contest, monkeypatch: pytest.MonkeyPatch
) -> None:
    def measured(settings: Any, seed: int, **_: Any) -> Reached:
        if settings["channels"] == [256]:
            raise MemoryError
        return Reached(0.4, 0.5)

    monkeypatch.setattr(capstone_training, "measure", measured)
    contest.enters("amy", {"channels": [256]})
    contest.enters("ben", {"channels": [4]})
    result = board("--names")
    assert result.exit_code == 0, result.output
    assert "amy (this machine has too little memory to train it)" in result.stdout
    assert len(contest.page("board_open_names.html").select("#ranks tbody tr")) == 1


def test_without_entries_the_page_says_so_and_nothing_is_trained(
    contest: Contest, asked: list[Any]
) -> None:
    contest.enters("amy", "open_entry = {}")
    result = board("--names")
    assert result.exit_code == 0 and "0 open entries; 0 of 0 trainings are left" in result.stdout
    assert "open_entry is empty" in contest.page("board_open_names.html").get_text()
    assert not asked and not contest.page("board_open_names.html").select("#ranks")


@pytest.mark.parametrize("damage", ["", "[]", '{"a": 1}', '{"a": {"test": "x"}}', '{"a": {}}'])
def test_a_damaged_file_is_not_believed(contest: Contest, damage: str) -> None:
    contest.enters("amy", SMALL)
    contest.folder.mkdir(parents=True, exist_ok=True)
    (contest.folder / FILE).write_text(damage, encoding="utf-8")
    result = board()
    assert result.exit_code == 2 and f"{FILE} is damaged" in result.output
    assert "if you remove it, everything is trained again" in result.output


def test_an_assignment_without_a_contest_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = make_class(tmp_path / "course")
    monkeypatch.chdir(small.settings.root)
    assert "nothing of ps98 is graded" in board().output
    make_private(small.settings.classroom)
    note_assignment(small.group, "ps98")
    result = board()
    assert result.exit_code == 2 and "ps98 has no entries that are compared" in result.output
