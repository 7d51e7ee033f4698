"""The open board: larger networks, ranked by their accuracy, without points.

A student's notebook may hold an open entry (:mod:`grader.extras.contest.open_entry`). It is
read and not run, and what is trained here are numbers and names that were checked. The splits are
those on which the class's other entries are trained. Marks, records and the envelope are not
touched, so other commands may write to the class meanwhile.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import mean
from typing import Any

from grader.checking.contract.registry import find
from grader.checking.judging.judge import make_cases
from grader.classroom.private import make_private
from grader.classroom.school_class import Class
from grader.exercises import capstone, capstone_training
from grader.extras.contest.board import compared_cells, write_page
from grader.extras.contest.envelope import FILE as ENVELOPE
from grader.extras.contest.envelope import numbers_of
from grader.extras.contest.open_entry import open_entry_in
from grader.files import write_whole
from grader.grading.process.limited_process import LimitedProcess
from grader.grading.submission.case_seeds import case_seed, secret_of
from grader.problems import Problem
from grader.wording import one_line

FILE = "open_trained.json"
ROWS = 100  # pictures that are evaluated at a time, so that this needs less memory than training
NO_MEMORY = "this machine has too little memory to train it"


@dataclass(frozen=True)
class Trained:
    """What one training came to.

    Attributes
    ----------
    test : accuracy on the test pictures of its split; 0.125 if it diverged
    how : "trained", "diverged" or "learned nothing"
    device : "cpu" or "cuda"
    """

    test: float
    how: str
    device: str

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Trained:
        """Out of plain data; anything else raises ValueError, TypeError or KeyError."""
        return cls(float(kept["test"]), str(kept["how"]), str(kept["device"]))


@dataclass
class OpenEntries:
    """The open entries of a class, and what was trained of them so far.

    Attributes
    ----------
    folder : for the results and the page
    settings : of the students with an entry
    without : why the others have none
    numbers : what stands for each student's name, as on the board
    seeds : of the trainings
    trained : by digest of settings and seed
    """

    assignment: str
    folder: Path
    settings: dict[str, capstone.Settings]
    without: dict[str, str]
    numbers: Mapping[str, int]
    seeds: tuple[int, ...]
    trained: dict[str, Trained] = field(default_factory=dict)

    @property
    def envelope_open(self) -> bool:
        """Before, the accuracies would help students with the entry that has points."""
        return (self.folder / ENVELOPE).exists()

    @property
    def missing(self) -> list[tuple[str, capstone.Settings, int]]:
        """Student, settings and seed of each training that is not done, equal ones once."""
        found = {
            digest_of(settings, seed): (student, settings, seed)
            for student, settings in self.settings.items()
            for seed in self.seeds
        }
        return [one for digest, one in found.items() if digest not in self.trained]

    @property
    def cost(self) -> float:
        """Of all that is missing, in open budgets."""
        return sum(capstone.budget_used(one, capstone.OPEN) for _, one, _ in self.missing)


@dataclass(frozen=True)
class OpenPlace:
    """One line of the open board."""

    student: str
    number: int
    settings: capstone.Settings
    trained: tuple[Trained, ...]
    rank: int = 0

    @property
    def reached(self) -> float:
        """The mean of the trainings, without what rounding adds: equal entries are equal."""
        return round(mean(one.test for one in self.trained), 9)

    @property
    def failed(self) -> int:
        return sum(one.how != "trained" for one in self.trained)

    @property
    def budget(self) -> float:
        return capstone.budget_used(self.settings, capstone.OPEN)

    @property
    def network(self) -> str:
        """Its layers in a few words."""
        settings = self.settings
        sizes = settings["channels" if settings["model"] == "cnn" else "layers"]
        return f"{settings['model']} {sizes}, {settings['side']} × {settings['side']} pixels"

    @property
    def changes(self) -> str:
        """The other settings that differ from the defaults."""
        left_out = ("model", "side", "channels", "layers")
        return ", ".join(
            f"{key} {value}"
            for key, value in self.settings.items()
            if value != capstone.START[key] and key not in left_out
        )


@dataclass(frozen=True)
class OpenBoard:
    """What is to be shown.

    Attributes
    ----------
    places : best first
    without : numbers of the students without an entry, with their names and the reason
    """

    assignment: str
    places: tuple[OpenPlace, ...]
    without: tuple[tuple[int, str, str], ...]

    @property
    def devices(self) -> list[str]:
        """On what it was trained, in words."""
        words = {"cpu": "the processor", "cuda": "a GPU"}
        used = {one.device for place in self.places for one in place.trained}
        return [words.get(device, device) for device in sorted(used)]


def read_entries(
    group: Class, assignment: str, progress: Callable[[str], None] = lambda student: None
) -> OpenEntries:
    """The open entries of all who handed something in, with the results that are kept.

    Raises
    ------
    Problem
        The assignment has no contest or is not known yet, or kept results are damaged.
    """
    names, compared = compared_cells(group, assignment)
    make_private(group.folder)
    folder = group.folder / "results" / assignment
    trained = _read_trained(folder / FILE)
    settings: dict[str, capstone.Settings] = {}
    without: dict[str, str] = {}
    students = group.students(assignment)
    with closing(LimitedProcess()) as process:
        for student in students:
            handed_in = group.folder / "submitted" / student / assignment
            found, why = open_entry_in(process, handed_in, names)
            if found:
                settings[student] = found
            else:
                without[student] = why
            progress(student)
    secret = secret_of(group.folder)
    exercise = next(iter(compared.values()))  # its secret splits are used
    (case,) = make_cases(find(exercise), case_seed(secret, exercise, assignment))
    numbers = numbers_of(folder / ENVELOPE, students, secret)
    seeds = case["seeds"].numbers
    return OpenEntries(assignment, folder, settings, without, numbers, seeds, trained)


def train_missing(
    entries: OpenEntries, device: str, progress: Callable[[str], None] = lambda number: None
) -> None:
    """Train what is missing; each result is kept as soon as it is there.

    Parameters
    ----------
    progress : called after each training with the number of its entry
    """
    for student, settings, seed in entries.missing:
        if student in entries.settings:
            try:
                found = capstone_training.measure(settings, seed, device=device, rows=ROWS)
            except MemoryError:  # CuPy's is one as well
                for other in [who for who, one in entries.settings.items() if one == settings]:
                    del entries.settings[other]
                    entries.without[other] = NO_MEMORY
            else:
                trained = Trained(found.test, found.how, device)
                entries.trained[digest_of(settings, seed)] = trained
                _write_trained(entries)
        progress(str(entries.numbers[student]))


def ranked(entries: OpenEntries) -> OpenBoard:
    """The board, best first; equal accuracies share a rank."""
    numbers = entries.numbers
    places = [
        OpenPlace(
            student,
            numbers[student],
            settings,
            tuple(entries.trained[digest_of(settings, seed)] for seed in entries.seeds),
        )
        for student, settings in entries.settings.items()
    ]
    reached = [place.reached for place in places]
    with_ranks = [
        OpenPlace(**{**vars(place), "rank": 1 + sum(other > place.reached for other in reached)})
        for place in places
    ]
    without = ((numbers[s], one_line(s), one_line(why)) for s, why in entries.without.items())
    return OpenBoard(
        entries.assignment,
        tuple(sorted(with_ranks, key=lambda place: (place.rank, place.number))),
        tuple(sorted(without)),
    )


def write_open_board(board: OpenBoard, folder: Path, *, names: bool) -> Path:
    """Write the page of the open board."""
    page = folder / "board_open.html"
    return write_page(page, names=names, board=board, limits=capstone.OPEN)


def digest_of(settings: Mapping[str, Any], seed: int) -> str:
    """Names a training."""
    return hashlib.sha256(json.dumps([settings, seed], sort_keys=True).encode()).hexdigest()


def _read_trained(path: Path) -> dict[str, Trained]:
    if not path.exists():
        return {}
    try:
        data = json.loads(path.read_bytes())
        return {digest: Trained.of(one) for digest, one in data.items()}
    except (ValueError, TypeError, KeyError, AttributeError):
        raise Problem(
            f"{path} is damaged. It holds what was trained for the open board; if you remove it, "
            "everything is trained again"
        ) from None


def _write_trained(entries: OpenEntries) -> None:
    """Write what is trained, beside what another such command has written meanwhile."""
    path = entries.folder / FILE
    entries.trained = _read_trained(path) | entries.trained
    data = {digest: asdict(one) for digest, one in entries.trained.items()}
    write_whole(path, json.dumps(data, indent=1).encode("utf-8"))
