"""A student's progress: the best score of every check, and where it is stored."""

import sys
from collections.abc import Sequence
from dataclasses import replace

from grader.checking.contract.registry import (
    available,
    counts_here,
    find,
    is_kept_back,
    names,
    problem_set,
    taught,
)
from grader.checking.home.local_store import Notes, erase, on_disk, progress_file, read
from grader.checking.home.my_library import library_file
from grader.checking.home.notebook_file import titles, written_answers, written_in
from grader.checking.home.self_study import (
    Choice,
    Lesson,
    Task,
    choice_of,
    here,
    is_attempt,
    lessons,
    top,
)
from grader.checking.home.show import show
from grader.checking.home.solutions import answers_beside
from grader.checking.report.blocks import Bar, Fold, Report, Row, Table, Text, number
from grader.checking.report.blocks import points as badge
from grader.checking.report.of_choice import in_words

OF_CHECKS = "These are the points of your checks."
AT_HOME = "not checked at home"  # an exercise without its reference
QUESTIONS_LATER = f"Questions are graded after you hand in. {OF_CHECKS}"


def progress(of: str = "", plan: Sequence[Task] = (), *, forget: bool = False) -> None:
    """Show your best scores so far, and where they are stored. They are not sent anywhere.

    In self-study questions count as well, with the first answer that you gave, and the whole
    course is shown below.

    Parameters
    ----------
    of : a problem set such as ``"ps06"``, to see its exercises; by default all problem sets
    plan : everything that is graded in its notebook, in order: section, name, kind (``"check"``,
        ``"choice"`` or ``"manual"``) and points of each; without it only the exercises are known
    forget : delete the stored scores and guesses instead; functions that you kept stay
    """
    if not available():
        return
    if forget:
        file = erase()
        said = f"Deleted: {file}." if file else "There was nothing to delete."
        library = library_file()
        stays = f"{library} stays. It is yours; delete it by hand if you do not want it."
        kept = (Text(stays),) if library is not None and library.is_file() else ()
        show(Report("waiting", "", "", said, kept))
        return
    everywhere = {problem_set(name) for name in names()} | {one.name for one in lessons()}
    known = list(taught()) or sorted(everywhere)
    if of and not plan and of not in known:
        there = ", ".join(known)
        said = "There is no problem set {of!r}. Choose one of {known}."
        show(Report("wrong", "", "", said.format(of=of, known=there)))
        return
    notes = read()
    if not of:
        show(_of_course(notes) if here() else _of_all(known, notes))
    elif any(one.name == of for one in lessons()):
        show(_of_lesson(of, _that_count(plan) or _exercises(of), notes))
    else:
        counting = _that_count(plan)
        show(_of_one(of, counting or _exercises(of), notes, whole=bool(counting)))


def setup_done(release: str) -> None:
    """Print one line: the setup cell has run, and where points are kept if anybody is there."""
    said = f"The setup has run: release {release} of the course."
    print(said if progress_file() is None else f"{said} {_where_kept()}")


def _of_one(of: str, plan: Sequence[Task], notes: Notes, *, whole: bool) -> Report:
    """The tasks of a problem set, in their order, by section; ``whole`` if they are all."""
    rows: list[Row] = []
    written, called = written_answers(), titles()
    above, section = 0.0, ""
    for part, name, kind, points in plan:
        if part != section:
            section = part
            rows.append(Row((section,), part=True))
        if kind == "check" and not is_kept_back(name):
            got = _earned(name, points, notes)
            above += got
            rows.append(_row(f"`{name}`", got, points, _state(got, points)))
        else:
            there: bool | None = notes.answered.get(name, False)
            if kind == "manual":
                there = bool(written[name]) if name in written else None
            later, title = f"– of {number(points)}", called.get(name) or in_words(name)
            row = (title, later, _answered(there))
            rows.append(Row((f"`{name}`", later, AT_HOME) if kind == "check" else row))
    total = sum(points for *_rest, points in plan)
    rows.append(_row("total", above, total, "", strong=True))
    note = OF_CHECKS
    if any(kind != "check" for _section, _name, kind, _points in plan):
        note = "Answers to questions count after you hand in."
    elif not whole:
        note = QUESTIONS_LATER
    return _report(of, above, total, rows, [note, _where_kept()])


def _of_lesson(of: str, plan: Sequence[Task], notes: Notes) -> Report:
    """A problem set in self-study: questions count, and what was written is compared."""
    rows: list[Row] = []
    written, called = written_answers(), titles()
    above, total, section = 0.0, 0.0, ""
    for part, name, kind, points in plan:
        if part != section:
            section = part
            rows.append(Row((section,), part=True))
        title = called.get(name) or in_words(name)
        if kind == "manual":
            there = is_attempt(written[name]) if name in written else None
            rows.append(Row((title, "–", _compared(there))))
            continue
        got = _reached(name, kind, points, notes)
        above, total = above + got, total + points
        if kind == "check":
            state = "started" if name in notes.tried and not got else _state(got, points)
            rows.append(_row(f"`{name}`", got, points, state))
        else:
            rows.append(_row(title, got, points, _first_answer(name, notes)))
    rows.append(_row("total", above, total, "", strong=True))
    note = "These points count a question if your first answer was right."
    report = _report(of, above, total, rows, [note, _where_kept()])
    course = _of_course(notes)
    said = f"The whole course: {course.badge}"
    fold = Fold(said, course.blocks[:1], in_text=(Text(f"{said}. " + "Table: `progress()`"),))
    return replace(report, blocks=(*report.blocks, *answers_beside(written), fold))


def _of_course(notes: Notes) -> Report:
    """All problem sets in self-study."""
    rows, above, of = [], 0.0, 0.0
    for lesson in lessons():
        judged = [task for task in _that_count(lesson.graded) if task[2] != "manual"]
        points = sum(task[3] for task in judged)
        got = sum(_reached(name, kind, most, notes) for _s, name, kind, most in judged)
        rows.append(_row(f"{lesson.name} {lesson.title}", got, points, _counted(lesson, notes)))
        above, of = above + got, of + points
    rows.append(_row("together", above, of, "", strong=True))
    note = "These points count a question if your first answer was right."
    return _report("", above, of, rows, [note, _where_kept()])


def _counted(lesson: Lesson, notes: Notes) -> str:
    """How many functions and questions of a problem set are done."""
    parts = []
    for kind, words in (
        ("check", "{done} of {n} functions"),
        ("choice", "{done} of {n} questions answered"),
        ("manual", "{done} of {n} in words"),
    ):
        judged = _that_count(lesson.graded)
        tasks = [(name, points) for _s, name, one, points in judged if one == kind]
        if kind == "check":
            done = sum(_earned(name, points, notes) == points for name, points in tasks)
        elif kind == "choice":
            done = sum(name in notes.first for name, _points in tasks)
        else:
            written = _written(lesson.name)
            done = sum(is_attempt(written.get(name, "")) for name, _points in tasks)
        if tasks:
            parts.append(words.format(done=done, n=len(tasks)))
    return ", ".join(parts)


def _written(of: str) -> dict[str, str]:
    """The written answers in the notebooks of a problem set, as they lie in the tree."""
    folder = top()
    found: dict[str, str] = {}
    for file in sorted((folder / "notebooks" / of).glob("*.ipynb")) if folder else []:
        found |= {name: text for name, text in written_in(file).items() if text}
    return found


def _reached(name: str, kind: str, points: float, notes: Notes) -> float:
    if kind == "check":
        return _earned(name, points, notes)
    choice = choice_of(name)
    return points if choice is not None and notes.first.get(name) == choice.key else 0.0


def _earned(name: str, points: float, notes: Notes) -> float:
    """The points of a check that is worth ``points`` in this class, for the best share reached."""
    if not (best := notes.best.get(name)):
        return 0.0
    of = find(name).points
    return points if best >= of else best / of * points


def _first_answer(question: str, notes: Notes) -> str:
    """The state of a question in self-study."""
    first, choice = notes.first.get(question), choice_of(question)
    if first is None or not isinstance(choice, Choice):
        return "not answered yet"
    if first == choice.key:
        return "right"
    return f"your first answer was {first}, right is {choice.key}"


def _compared(there: bool | None) -> str:
    """The state of a written question in self-study; None: it cannot be seen from here."""
    if there is None:
        return "compare with `show_solution`"
    return "answered, compare below" if there else "not answered yet"


def _of_all(known: Sequence[str], notes: Notes) -> Report:
    rows, above, of = [], 0.0, 0.0
    for one in known:
        plan = [task for task in _exercises(one) if not is_kept_back(task[1])]
        reached = [_earned(name, points, notes) for _s, name, _k, points in plan]
        points = sum(points for *_rest, points in plan)
        done = sum(got == task[3] for got, task in zip(reached, plan, strict=True))
        words = f"{done} of {len(plan)} exercises"
        rows.append(_row(one, sum(reached), points, words))
        above, of = above + sum(reached), of + points
    return _report("", above, of, rows, [QUESTIONS_LATER, _where_kept()])


def _report(name: str, got: float, of: float, rows: Sequence[Row], below: Sequence[str]) -> Report:
    head = ("task" if name else "notebook", "points", "state")
    blocks = (Table(head, tuple(rows), numbers=False), Text(" ".join(below)))
    return Report(
        "good" if got == of else "news", name, badge(got, of), "your points so far", blocks
    )


def _row(name: str, got: float, points: float, words: str, *, strong: bool = False) -> Row:
    of = f"{number(got)} of {number(points)}"
    return Row((name, Bar(of, got / points if points else 0.0), words), strong=strong)


def _state(got: float, points: float) -> str:
    return "done" if got == points else "started" if got else "not started"


def _answered(there: bool | None) -> str:
    """The state of a question; None: it cannot be seen from here."""
    if there is None:
        return "graded by a person"
    return "answered, not graded yet" if there else "not answered yet"


def _exercises(of: str) -> list[Task]:
    """The exercises of a problem set: as the class is taught, or a pair's forward first."""
    if given := taught().get(of):
        return _that_count([task for task in given if task[2] == "check"])
    ordered = sorted(names(of), key=lambda name: name.replace("_backward", "_forward."))
    return _that_count([("", name, "check", find(name).points) for name in ordered])


def _that_count(plan: Sequence[Task]) -> list[Task]:
    """Without the checks that need a package which is not installed here."""
    return [task for task in plan if task[2] != "check" or counts_here(task[1])]


def _where_kept() -> str:
    """What happens to the scores here, in a sentence."""
    file = progress_file()
    if file is None:
        return "Your points are kept until this kernel stops."
    if not on_disk():
        return f"Your points could not be written to {file}: they are kept until this kernel stops."
    if "google.colab" in sys.modules:
        where = "Your points are kept on Colab's machine, in {file}, until its session ends."
    elif sys.platform == "emscripten":
        where = (
            "Your points are kept in this browser's storage, as {file} beside the notebook. If "
            "its data are cleared, the notebook is lost as well: whenever you stop, press "
            "“Download to hand in” above it, or choose “File → Download”."
        )
    else:
        where = "Your points are kept on this computer only, in {file}."
    return where.format(file=file)
