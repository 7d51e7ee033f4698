"""A student's progress: the best score of every check, and where it is stored."""

import sys
from collections.abc import Sequence

from grader.checking.contract.registry import available, find, names, problem_set
from grader.checking.home.local_store import Notes, erase, on_disk, place, read
from grader.checking.home.notebook_file import written_answers
from grader.checking.home.show import show
from grader.checking.language import _
from grader.checking.report.blocks import Bar, Report, Row, Table, Text, number
from grader.checking.report.blocks import points as badge
from grader.checking.report.of_choice import in_words

Task = tuple[str, str, str, float]  # section; name; "check", "choice" or "manual"; points


def progress(of: str = "", plan: Sequence[Task] = (), *, forget: bool = False) -> None:
    """Show your best scores so far, and where they are stored. They are not sent anywhere.

    Parameters
    ----------
    of : a problem set such as ``"ps04"``, to see its exercises; by default all problem sets
    plan : everything that is graded in its notebook, in order: section, name, kind (``"check"``,
        ``"choice"`` or ``"manual"``) and points of each; without it only the exercises are known
    forget : delete the stored scores and guesses instead
    """
    if not available():
        return
    if forget:
        file = erase()
        said = (
            _("Deleted: {file}.").format(file=file) if file else _("There was nothing to delete.")
        )
        show(Report("waiting", "", "", said))
        return
    known = sorted({problem_set(name) for name in names()})
    if of and of not in known:
        there = ", ".join(known)
        said = _("There is no problem set {of!r}. Choose one of {known}.")
        show(Report("wrong", "", "", said.format(of=of, known=there)))
        return
    notes = read()
    show(_of_one(of, plan or _exercises(of), notes) if of else _of_all(known, notes))


def _of_one(of: str, plan: Sequence[Task], notes: Notes) -> Report:
    """The tasks of a problem set, in their order, by section."""
    rows: list[Row] = []
    written = written_answers()
    above, section = 0.0, ""
    for part, name, kind, points in plan:
        if part != section:
            section = part
            rows.append(Row((section,), part=True))
        if kind == "check":
            got = min(notes.best.get(name, 0.0), points)
            above += got
            rows.append(_row(f"`{name}`", got, points, _state(got, points)))
        else:
            there = notes.answered.get(name, False) if kind == "choice" else written.get(name)
            later = _("– of {points}").format(points=number(points))
            rows.append(Row((in_words(name), later, _answered(there))))
    total = sum(points for *_rest, points in plan)
    rows.append(_row(_("total"), above, total, "", strong=True))
    note = _("Answers to questions count after you hand in.")
    if all(kind == "check" for _section, _name, kind, _points in plan):
        note = _("Questions are graded after you hand in. These are the points of your checks.")
    return _report(of, above, total, rows, [note, _where_kept()])


def _of_all(known: Sequence[str], notes: Notes) -> Report:
    rows, above, of = [], 0.0, 0.0
    for one in known:
        plan = _exercises(one)
        reached = [min(notes.best.get(name, 0.0), points) for _s, name, _k, points in plan]
        points = sum(points for *_rest, points in plan)
        done = sum(got == task[3] for got, task in zip(reached, plan, strict=True))
        words = _("{done} of {n} exercises").format(done=done, n=len(plan))
        rows.append(_row(one, sum(reached), points, words))
        above, of = above + sum(reached), of + points
    note = _("Questions are graded after you hand in. These are the points of your checks.")
    return _report("", above, of, rows, [note, _where_kept()])


def _report(name: str, got: float, of: float, rows: Sequence[Row], below: Sequence[str]) -> Report:
    head = (_("task") if name else _("notebook"), _("points"), _("state"))
    blocks = (Table(head, tuple(rows), numbers=False), Text(" ".join(below)))
    return Report(
        "good" if got == of else "news", name, badge(got, of), _("your points so far"), blocks
    )


def _row(name: str, got: float, points: float, words: str, *, strong: bool = False) -> Row:
    of = _("{got} of {points}").format(got=number(got), points=number(points))
    return Row((name, Bar(of, got / points if points else 0.0), words), strong=strong)


def _state(got: float, points: float) -> str:
    return _("done") if got == points else _("started") if got else _("not started")


def _answered(there: bool | None) -> str:
    """The state of a question; None: it cannot be seen from here."""
    if there is None:
        return _("graded by a person")
    return _("answered, not graded yet") if there else _("not answered yet")


def _exercises(of: str) -> list[Task]:
    """The exercises of a problem set; a pair's forward before its backward."""
    ordered = sorted(names(of), key=lambda name: name.replace("_backward", "_forward."))
    return [("", name, "check", find(name).points) for name in ordered]


def _where_kept() -> str:
    """What happens to the scores here, in a sentence."""
    file = place()
    if file is None:
        return _("They are kept until this kernel stops.")
    if not on_disk():
        return _(
            "They could not be written to {file}: they are kept until this kernel stops."
        ).format(file=file)
    if "google.colab" in sys.modules:
        where = _("They are kept on Colab's machine, in {file}, until its session ends.")
    elif sys.platform == "emscripten":
        where = _("They are kept in this browser's storage, as {file} beside the notebook.")
    else:
        where = _("They are kept on this computer only, in {file}.")
    return where.format(file=file)
