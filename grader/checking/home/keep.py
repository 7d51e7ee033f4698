"""``keep("linear_backward")``: a function that passes its check goes into ``my_library.py``."""

import builtins
import contextlib
import difflib
import sys
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import Any

from grader.checking.contract.registry import find, is_exercise
from grader.checking.home.judged_in_notebook import passes
from grader.checking.home.last_run import tests_an_earlier_run
from grader.checking.home.library_text import APART, LibraryText
from grader.checking.home.local_store import write_whole
from grader.checking.home.my_library import (
    DRIVE,
    UnusableFile,
    executed,
    library_file,
    look_again,
    on_colab,
    text_of,
)
from grader.checking.home.own_source import Namespace, NotKept, free_names, sources_of, statements
from grader.checking.home.show import show
from grader.checking.judging.apply import missing
from grader.checking.judging.clues import names_called
from grader.checking.report.blocks import Block, Code, Report, Text

FROM_COLAB = (
    "Colab deletes this file with its machine, so download it: `from google.colab import files; "
    'files.download("{file}")`. The next time, upload it to the same place. Or mount your Drive '
    'before you keep something: `from google.colab import drive; drive.mount("{drive}")`.'
)
Said = tuple[str, *tuple[Block, ...]]


def keep(name: str, *, replace: bool = False, remove: bool = False) -> None:
    """Keep a function of yours in ``my_library.py``, if its check passes in full now.

    What it uses of your notebook comes along: helpers, imports, plain values. Later notebooks call
    it as ``mine.linear_backward``. No points depend on it.

    Parameters
    ----------
    name : the exercise, as in its ``check(...)``
    replace : put this version in the place of another one that is kept
    remove : take the function out of the file instead
    """
    file, here = library_file(), sys._getframe(1).f_globals
    if file is None:
        return  # where submissions are graded or run by a program
    try:
        text = text_of(file)
        there = executed(text, file)
        says, *more = (
            _remove(name, text, file)
            if remove
            else _keep(name, here, text, there, file, replace=replace)
        )
        show(Report("news", f"`{name}`", "", says, tuple(more)))
    except (NotKept, UnusableFile, OSError) as error:
        why = f"{file}: {error.strerror}." if isinstance(error, OSError) else str(error)
        show(Report("waiting", f"`{name}`", "", "nothing was changed", (Text(why),)))


def offer(name: str, functions: Sequence[Callable[..., Any]]) -> str:
    """A line for a check that passes in full; "" where nothing is kept, or all of it is."""
    file, takes = library_file(), find(name).takes
    here: Namespace = getattr(functions[-1], "__globals__", vars(sys.modules["__main__"]))
    if file is None or any(here.get(n) is not f for n, f in zip(takes, functions, strict=True)):
        return ""
    with contextlib.suppress(NotKept, UnusableFile):  # `keep` says why
        if _is_there(sources_of(takes, here).definitions, text_of(file)):
            return ""
    return f'Keep it: `keep("{name}")`'


def _is_there(definitions: dict[str, str], text: str) -> bool:
    try:
        there = statements(text)
    except SyntaxError:
        return False
    return all(there.get(name) == source for name, source in definitions.items())


def _keep(
    name: str, here: Namespace, text: str, there: Namespace, file: Path, *, replace: bool
) -> Said:
    takes = _written(name, here)
    new, library = sources_of(takes, here), LibraryText.of(text)
    if _is_there(new.definitions, text):
        return (f"is in {file.name} already",)
    if name not in library.parts and (together := _part_with(name, library, takes)):
        raise NotKept(f"It is kept together with `{together}`: `keep({together!r})`.")
    others = statements(str(library.without(takes)))
    code = APART.join(source for n, source in new.definitions.items() if n not in others)
    if not replace and (diff := _lost(library.code(takes), code, file)):
        how = f'`keep("{name}", replace=True)` takes the lines with + for those with -.'
        return f"another version is in {file.name}", Code(diff), Text(how)
    both = others.keys() & (new.definitions.keys() | new.imports)
    differ = [n for n in both if new.definitions.get(n) != others[n]]
    differ = sorted((n for n in differ if there.get(n) is not here[n]), key=is_exercise)
    another = [f"{file.name} has another `{n}`. Use another name for yours." for n in differ]
    if not all(map(is_exercise, differ)):
        raise NotKept(another[0])
    imports = [line for n, line in new.imports.items() if n not in others]
    library = library.with_part(name, code, takes, sorted(imports))
    names = _require_complete(library, file)
    if not passes(find(name), names):  # there, the kept function of an exercise takes part
        _refuse(name, here, another)
    for other in filter(is_exercise, library.without(takes).parts):
        takes_too = [names[one] for one in find(other).takes if one in names]
        if new.definitions.keys() & names_called(takes_too) and not passes(find(other), names):
            raise NotKept(f"`{other}` in {file.name} would not pass its check any more.")
    write_whole(file, str(library))
    look_again()
    where = f"The file is {file}. `print(mine)` says whose functions `mine` has."
    if on_colab() and file.parent != DRIVE:
        where = f"{where} {FROM_COLAB.format(file=file, drive=DRIVE.parent)}"
    return f"is in {file.name} now", Text(where)


def _written(name: str, here: Namespace) -> tuple[str, ...]:
    """The functions that the exercise takes, if the notebook has them as they were written last."""
    if not is_exercise(name):
        raise NotKept("The course has no check of this name.")
    takes = find(name).takes
    if missing(takes, here):
        raise NotKept("Run the cell that defines it first.")
    if earlier := tests_an_earlier_run(takes, [here[one] for one in takes]):
        raise NotKept(earlier)
    return takes


def _part_with(name: str, library: LibraryText, but: Collection[str] = ()) -> str:
    """The part that defines a function; "" for none, and for one of ``but``."""
    parts = (part for part in library.parts if part not in but)
    return next((part for part in parts if name in statements(library.code([part]))), "")


def _lost(before: str, after: str, file: Path) -> str:
    """Both versions, line by line, if lines of the first one would be lost."""
    lines = before.splitlines(), after.splitlines()
    diff = [*difflib.unified_diff(*lines, file.name, "this notebook", lineterm="", n=99)]
    return "\n".join(diff) if any(line[0] == "-" and line[1:].strip() for line in diff[2:]) else ""


def _require_complete(library: LibraryText, file: Path) -> Namespace:
    """What the new text defines; NotKept if a name would be missing in it."""
    text = str(library)
    try:
        names = executed(text, file)
    except UnusableFile as error:
        raise NotKept(f"The file would not run any more. {error}") from None
    if lost := sorted(free_names(text) - names.keys() - vars(builtins).keys()):
        users = [part for part in library.parts if lost[0] in free_names(library.code([part]))]
        raise NotKept(f"`{lost[0]}` would be missing in {file.name}. {', '.join(users)} uses it.")
    return names


def _refuse(name: str, here: Namespace, another: Sequence[str]) -> None:
    if not passes(find(name), here):
        raise NotKept("Its check does not pass in full yet.")
    why = [*another, "Does it use something that another cell changes?"][0]
    raise NotKept(f"Its check passes in this notebook, but not with what the file has. {why}")


def _remove(name: str, text: str, file: Path) -> Said:
    library = LibraryText.of(text)
    if name not in library.parts:
        together = _part_with(name, library)
        there = f"It is kept together with `{together}`" if together else f"{file} does not have it"
        raise NotKept(f"{there}.")
    library = library.without([name])
    _require_complete(library, file)
    write_whole(file, str(library))
    look_again()
    return f"is in {file.name} no more", Text("`mine` has the course's function again.")
