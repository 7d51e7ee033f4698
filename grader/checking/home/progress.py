"""A student's progress: the best score of every check, and where it is stored."""

import sys
from html import escape

from grader.checking.contract.registry import available, find, names, problem_set
from grader.checking.home.check import show
from grader.checking.home.local_store import erase, on_disk, place, read
from grader.checking.judging.render import GREEN, number
from grader.checking.language import _

Row = tuple[str, float, float, str]  # name, points, of how many, words
BAR = 20


def progress(of: str = "", *, forget: bool = False) -> None:
    """Show your best scores so far, and where they are stored. They are not sent anywhere.

    Parameters
    ----------
    of : a problem set such as ``"ps04"``, to see its exercises; by default all problem sets
    forget : delete the stored scores and guesses instead
    """
    if not available():
        return
    if forget:
        file = erase()
        told = (
            _("Deleted: {file}.").format(file=file) if file else _("There was nothing to delete.")
        )
        show(told)
        return
    known = sorted({problem_set(name) for name in names()})
    if of and of not in known:
        there = ", ".join(known)
        show(_("There is no problem set {of!r}. Choose one of {known}.").format(of=of, known=there))
        return
    best = read().best
    rows = _exercises(of, best) if of else [_total(one, best) for one in known]
    where = _where_kept()
    note = _("Questions are graded after you hand in. These are the points of your checks.")
    show(_text(rows, f"{note} {where}"), _html(rows, f"{note} {where}"))


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


def _exercises(of: str, best: dict[str, float]) -> list[Row]:
    rows = []
    # a pair's forward before its backward
    for name in sorted(names(of), key=lambda name: name.replace("_backward", "_forward.")):
        points = find(name).points
        got = min(best.get(name, 0.0), points)
        words = _("done") if got == points else _("started") if got else _("not started")
        rows.append((name, got, points, words))
    return rows


def _total(of: str, best: dict[str, float]) -> Row:
    rows = _exercises(of, best)
    got, points = sum(row[1] for row in rows), sum(row[2] for row in rows)
    done = sum(row[1] == row[2] for row in rows)
    return of, got, points, _("{done} of {n} exercises").format(done=done, n=len(rows))


def _text(rows: list[Row], note: str) -> str:
    width = max(len(row[0]) for row in rows)
    lines = []
    for name, got, points, words in rows:
        full = int(BAR * got / points)
        bar = "█" * full + "░" * (BAR - full)
        lines.append(f"{name:{width}}  {bar}  {number(got):>5} of {number(points):<4} {words}")
    return "\n".join([*lines, note])


def _html(rows: list[Row], note: str) -> str:
    cells = []
    for name, got, points, words in rows:
        bar = (
            "<div aria-hidden='true' style='width:10em;height:.7em;border:1px solid #888'>"
            f"<div style='width:{100 * got / points:.0f}%;height:100%;background:{GREEN}'></div>"
            "</div>"
        )
        of = _("{got} of {points}").format(got=number(got), points=number(points))
        cells.append(
            f"<tr><td style='text-align:left'><code>{escape(name)}</code></td><td>{bar}</td>"
            f"<td>{escape(of)}</td><td style='text-align:left'>{escape(words)}</td></tr>"
        )
    return f"<table>{''.join(cells)}</table><p style='margin:.3em 0'>{escape(note)}</p>"
