"""The zip file of an autograder: the class's course as it is, and what Gradescope calls.

The course is not installed there but lies in one folder, which is closed to the user as whom
submissions run. Only packages of other people are installed, in the versions of constraints.txt.
"""

from __future__ import annotations

import io
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path

from grader.authoring.assignments import assignments, require_known
from grader.authoring.compare import compare
from grader.authoring.new_class import with_entries
from grader.classroom.page_style import templates
from grader.files import PACKAGES, package_folder, visible_files, write_whole
from grader.problems import AuthoringError, Problem
from grader.settings import FILE, Settings
from grader.start import IN_WHEEL

# What the class has elsewhere, and what stands there: a class of nobody's, in the course itself.
SETTINGS = {"course": "", "url": "", "classroom": "class", "build": "build"}
SCRIPTS = ("setup.sh", "run_autograder")
BESIDE = ("pyproject.toml", "constraints.txt")


def write_bundle(
    settings: Settings, assignment: str, target: Path, wheels: Path | None = None
) -> None:
    """Write the zip file for ``assignment`` into ``target``.

    Parameters
    ----------
    wheels : a folder with the packages to install; None: Gradescope's machine fetches them

    Raises
    ------
    Problem, AuthoringError
        There is no such assignment, its notebook is not what its source gives, the course is not
        whole, or ``wheels`` has none. Nothing is written then.
    """
    require_known(settings, assignment)
    others = [name for name in assignments(settings.root) if name != assignment]
    if differences := compare(settings.root, others):
        raise AuthoringError(differences)
    files = dict(_files(settings, assignment))
    if wheels is not None:
        found = {f"wheels/{one.name}": one.read_bytes() for one in sorted(wheels.glob("*.whl"))}
        if not found:
            raise Problem(f"{wheels} has no wheels; pip download and pip wheel write them there")
        files |= found
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = (0o755 if name in SCRIPTS else 0o644) << 16
            archive.writestr(entry, content)
    write_whole(target, made.getvalue())
    target.chmod(0o600)  # it has solutions and keys in it


def _files(settings: Settings, assignment: str) -> Iterator[tuple[str, bytes]]:
    """Name and content of each file, but for the wheels."""
    for name in SCRIPTS:
        script = templates(__package__).get_template(name).render(assignment=assignment)
        yield name, f"{script}\n".encode()
    for name in BESIDE:
        if not (file := settings.course_files / name).is_file():
            raise Problem(f"{file} is missing, which says what to install; is the course whole?")
        yield f"course/{name}", file.read_bytes()
    yield "constraints.txt", (settings.course_files / "constraints.txt").read_bytes()
    yield "requirements.txt", "\n".join(_requirements(settings)).encode()
    yield f"course/{FILE}", _settings(settings).encode()
    folders = {package: package_folder(package) for package in PACKAGES}
    folders[settings.folders.solutions] = settings.solutions
    folders[f"{settings.folders.notebooks}/{assignment}"] = settings.notebooks / assignment
    if settings.own is not None:
        folders[settings.folders.own] = settings.own
    for name, folder in folders.items():
        for path in visible_files(folder):
            if path.relative_to(folder).parts[0] != IN_WHEEL:
                yield f"course/{name}/{path.relative_to(folder).as_posix()}", path.read_bytes()


def _requirements(settings: Settings) -> list[str]:
    """What the course, the grader and notebooks need."""
    text = (settings.course_files / "pyproject.toml").read_text("utf-8")
    project = tomllib.loads(text)["project"]
    extras = project["optional-dependencies"]
    shown = [one for one in extras["notebooks"] if not one.startswith("jupyterlab")]
    return [*project["dependencies"], *extras["grader"], *shown]


def _settings(settings: Settings) -> str:
    """The text of the class's ``course.toml``, for a course that lies beside it."""
    text = with_entries((settings.root / FILE).read_text("utf-8"), SETTINGS)
    for section in tomllib.loads(text).values():
        for name, value in SETTINGS.items():
            if section.get(name, value) != value:
                raise Problem(f'{FILE}: write {name} on a line of its own: {name} = "…"')
    return text
