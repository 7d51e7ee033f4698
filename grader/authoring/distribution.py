"""A release: the packages, the sources for instructors, the students' trees, the site, checksums.

The same sources give the same bytes: every file carries the date of the version in CHANGELOG.md.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from string import Template

import course_lib
from grader.authoring.compare import compare
from grader.authoring.publish import TEXT, contents, student_files
from grader.authoring.settings_at import settings_at
from grader.checking.home.self_study import PUBLISHED
from grader.files import PACKAGES, unpack_tar, visible_files, write_whole
from grader.problems import AuthoringError
from grader.settings import DISTRIBUTION, FILE, TEACHING
from grader.start import IN_WHEEL, PAGES

CHANGES = "CHANGELOG.md"
SUMS = "SHA256SUMS"
# What the packages are built from, beside the notebooks that students get: no solution and no test
# can get into them.
BESIDE = ("pyproject.toml", "README.md", "LICENSE", CHANGES, "constraints.txt")
BUILD = "import sys; from setuptools import build_meta as b; print(b.{}(sys.argv[1]))"

# What a class takes from the course, beside the solutions.
IN_TEACHING = (*PAGES, "constraints.txt", FILE, "pyproject.toml")
TEACHING_INIT = '"""The sources of the notebooks, with their solutions: for instructors."""\n'
TEACHING_PROJECT = Template("""\
[build-system]
requires = ["setuptools>=77"]
build-backend = "setuptools.build_meta"

[project]
name = "$name"
version = "$version"
description = "Sources and solutions of the course on how neural networks are trained"
license = "MIT"
license-files = ["LICENSE"]
requires-python = ">=3.11"
dependencies = ["$distribution[grader,notebooks]==$version"]

[tool.setuptools]
packages = ["$package"]

[tool.setuptools.package-data]
$package = ["**"]
""")

Files = Iterable[tuple[str, bytes]]


def distribute(root: Path, *, site: bool = True) -> list[Path]:
    """Write all files of a release into the folder ``release`` of the build folder.

    Parameters
    ----------
    site : build the site, too, with ``make site``

    Raises
    ------
    AuthoringError
        CHANGELOG.md does not name the version, notebooks are not what their sources give, or a
        step fails. The files of the release before are kept then.
    """
    version = course_lib.__version__
    when = released_on(root, version)
    if differences := compare(root):
        raise AuthoringError(differences)
    settings = settings_at(root)
    target = settings.build / "release"
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder)
        packages(root, made, when)
        teaching(root, made, when)
        for name, alone in (("students", False), ("self-study", True)):
            tree = [*contents(root, self_study=alone), (PUBLISHED, TEXT.encode())]
            write_zip(made / f"{name}-{version}.zip", tree, when, top=f"{name}-{version}")
        if site:
            pages = _site(root, settings.build / "site")
            write_zip(made / f"site-{version}.zip", pages, when, top=f"site-{version}")
        files = sorted(made.iterdir())
        sums = [f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}\n" for file in files]
        for old in target.glob("*"):
            old.unlink()
        for file in files:
            write_whole(target / file.name, file.read_bytes())
    write_whole(target / SUMS, "".join(sums).encode())
    return [*(target / file.name for file in files), target / SUMS]


def released_on(root: Path, version: str) -> datetime:
    """The date that CHANGELOG.md gives for a version."""
    text = (root / CHANGES).read_text("utf-8") if (root / CHANGES).exists() else ""
    found = re.search(rf"^## \[{re.escape(version)}\] - (\d{{4}}-\d\d-\d\d)$", text, re.MULTILINE)
    if found is None:
        raise AuthoringError(
            f"{CHANGES}: has no heading “## [{version}] - <year-month-day>”; say what is new in "
            f"it, or set __version__ in course_lib/__init__.py"
        )
    return datetime.fromisoformat(found[1]).replace(tzinfo=UTC)


def packages(root: Path, out: Path, when: datetime) -> None:
    """Write the source distribution into ``out``, and the wheel that it gives."""
    with tempfile.TemporaryDirectory() as folder:
        source, unpacked = Path(folder) / "source", Path(folder) / "unpacked"
        for place in (*BESIDE, *PACKAGES):
            for path in visible_files(root / place):
                write_whole(source / path.relative_to(root), path.read_bytes())
        for name, content in student_files(root):
            write_whole(source / "grader" / IN_WHEEL / name, content)
        (source / "MANIFEST.in").write_text(f"include {CHANGES} constraints.txt\n", "utf-8")
        sdist = out / build("build_sdist", source, Path(folder), when)
        _write_again(Path(folder) / sdist.name, sdist, when)
        with tarfile.open(sdist) as archive:
            unpack_tar(archive, unpacked)
        (only,) = unpacked.iterdir()
        build("build_wheel", only, out, when)


def teaching(root: Path, out: Path, when: datetime) -> None:
    """Write the wheel with the sources of the notebooks into ``out``: data for instructors alone.

    It is a distribution of its own, so that the one that students install stays without solutions.
    Where submissions are graded, none of it can be seen (``HIDDEN_PACKAGES`` of the sandbox).
    """
    with tempfile.TemporaryDirectory() as folder:
        package = Path(folder) / TEACHING
        for place in ("solutions", *IN_TEACHING):
            for path in visible_files(root / place):
                write_whole(package / path.relative_to(root), path.read_bytes())
        write_whole(package / "__init__.py", TEACHING_INIT.encode())
        project = TEACHING_PROJECT.substitute(
            name=TEACHING.replace("_", "-"),
            package=TEACHING,
            distribution=DISTRIBUTION,
            version=course_lib.__version__,
        )
        write_whole(Path(folder) / "pyproject.toml", project.encode())
        write_whole(Path(folder) / "LICENSE", (root / "LICENSE").read_bytes())
        build("build_wheel", Path(folder), out, when)


def build(step: str, source: Path, out: Path, when: datetime) -> str:
    """Name of the file that setuptools builds in ``out``: ``step`` is a hook of PEP 517."""
    done = subprocess.run(
        [sys.executable, "-c", BUILD.format(step), str(out)],
        cwd=source,
        env={**os.environ, "SOURCE_DATE_EPOCH": str(int(when.timestamp()))},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise AuthoringError(f"setuptools: {step}: {done.stderr.strip()[-500:]}")
    return done.stdout.strip().splitlines()[-1]


def _write_again(archive: Path, target: Path, when: datetime) -> None:
    """The same files in a fixed order, of nobody in particular, with one date."""
    packed = io.BytesIO()
    with (
        tarfile.open(archive) as old,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as new,
    ):
        for member in sorted(old.getmembers(), key=lambda member: member.name):
            plain = tarfile.TarInfo(member.name)
            plain.type, plain.size, plain.mtime = member.type, member.size, int(when.timestamp())
            plain.mode = 0o755 if member.isdir() else 0o644
            new.addfile(plain, old.extractfile(member))
    target.write_bytes(gzip.compress(packed.getvalue(), mtime=int(when.timestamp())))


def write_zip(path: Path, files: Files, when: datetime, *, top: str = "") -> None:
    """A zip file of one date, with everything in the folder ``top``."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted(files):
            entry = zipfile.ZipInfo(PurePosixPath(top, name).as_posix(), when.timetuple()[:6])
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            archive.writestr(entry, content)


def _site(root: Path, folder: Path) -> Iterator[tuple[str, bytes]]:
    """The pages that ``make site`` builds."""
    make = shutil.which("make")
    if make is None:
        raise AuthoringError("the site is built by make, which is not on PATH; pass --no-site")
    done = subprocess.run([make, "site"], cwd=root, stdin=subprocess.DEVNULL, check=False)
    if done.returncode:
        raise AuthoringError("make site failed; what it said is above. --no-site leaves it out")
    for path in visible_files(folder):
        yield path.relative_to(folder).as_posix(), path.read_bytes()
