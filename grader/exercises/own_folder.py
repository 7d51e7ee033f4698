"""The exercises that a course has of its own, beside those of this package.

``own = "own"`` in ``[folders]`` of ``course.toml`` names a folder. Each file
``own/exercises/psNN/<function>.py`` is imported as ``grader.exercises.psNN.<function>``, so that it
is found, checked and graded like all others. The students' tree has these files in the package
itself, and no ``course.toml``.
"""

import sys
import tomllib
from importlib import import_module
from pathlib import Path
from traceback import extract_tb
from types import ModuleType

PACKAGE = "grader.exercises"
COURSE = "course.toml"
EXERCISES = "exercises"  # the folder of the exercises in it

_chosen: list[Path | None] = []  # the folder in use; nothing before the first question


class OwnExercisesError(ImportError):
    """The files of the own folder cannot stand beside those of the package."""


def folder_of(course: Path) -> Path | None:
    """The folder of exercises that ``course.toml`` in the folder ``course`` names, if it is there.

    This one line is read here, because the students' tree, which may lie inside of a course, has
    no ``grader.settings``. That reads, and judges, the whole file.
    """
    try:
        data = tomllib.loads((course / COURSE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    folders = data.get("folders")
    own = folders.get("own") if isinstance(folders, dict) else None
    if not isinstance(own, str) or not own:
        return None
    folder = course / own / EXERCISES
    return folder if folder.is_dir() else None


def use_course(course: Path) -> None:
    """Find the own exercises of the course in the folder ``course``, and of no other.

    Raises
    ------
    OwnExercisesError
        A file has the name of one in the package, or an ``__init__.py`` is missing.
    """
    _use(folder_of(course.resolve()))


def own_folder() -> Path | None:
    """The folder of own exercises that is in use.

    Where no course was named, it is that of the nearest one, upwards from the working folder, or
    else of the one that this package lies in.
    """
    if not _chosen:
        here = Path.cwd()
        around = (here, *here.parents, Path(__file__).resolve().parents[2])
        course = next((folder for folder in around if (folder / COURSE).is_file()), None)
        _use(None if course is None else folder_of(course))
    return _chosen[0]


def load(module: str) -> ModuleType:
    """The module of an exercise.

    Raises
    ------
    OwnExercisesError
        It is an own one and cannot be imported.
    """
    try:
        return import_module(module)
    except Exception as error:
        if (file := file_of_own(module)) is None:
            raise
        lines = [at.lineno for at in extract_tb(error.__traceback__) if at.filename == str(file)]
        where = f"{file}, line {lines[-1]}" if lines else str(file)
        raise OwnExercisesError(f"{where}: {type(error).__name__}: {error}") from error


def file_of_own(module: str) -> Path | None:
    """The file of a module that lies in the own folder."""
    folder = own_folder() if module.startswith(f"{PACKAGE}.") else None
    if folder is None:
        return None
    path = folder.joinpath(*module.split(".")[2:]).with_suffix(".py")
    return path if path.is_file() else None


def _use(folder: Path | None) -> None:
    if _chosen == [folder]:
        return
    package = import_module(PACKAGE)
    shipped = Path(package.__path__[0])
    if folder is not None:
        _require_beside(folder, shipped)
    if _chosen and _chosen[0] is not None:
        _leave_out(_chosen[0])
    _chosen[:] = [folder]
    if folder is not None:
        package.__path__.append(str(folder))
        for sub in sorted(folder.iterdir()):
            if (shipped / sub.name / "__init__.py").is_file():
                import_module(f"{PACKAGE}.{sub.name}").__path__.append(str(sub))


def _leave_out(folder: Path) -> None:
    for name, module in list(sys.modules.items()):
        if name.split(".")[:2] != PACKAGE.split("."):
            continue
        if Path(getattr(module, "__file__", None) or "").is_relative_to(folder):
            del sys.modules[name]
        elif paths := getattr(module, "__path__", None):
            paths[:] = [path for path in paths if not Path(path).is_relative_to(folder)]


def _require_beside(folder: Path, shipped: Path) -> None:
    """Refuse a file that would stand in the place of another one, or that nobody would find."""
    taken = {path.stem: path for path in shipped.glob("*/[!_]*.py")}
    for file in sorted(folder.rglob("*.py")):
        place = file.relative_to(folder)
        if any(part.startswith((".", "__pycache__")) for part in place.parts):
            continue  # a copy that an editor keeps
        beside = file.with_name("__init__.py")
        if len(place.parts) > 1 and not (beside.is_file() or (shipped / place).parent.is_dir()):
            raise OwnExercisesError(f"{beside} is missing; create an empty file of that name")
        if file == beside:
            continue
        module = shipped / place
        other = module if module.is_file() else taken.get(file.stem) if place.parts[1:] else None
        if other is not None:
            raise OwnExercisesError(f"{file} has the name of {other}; give it another name")
        taken |= {file.stem: file} if place.parts[1:] else {}
