"""Dev container, Binder and container image: what they install can be installed from a copy."""

import json
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.project import ROOT

DEVCONTAINER = json.loads((ROOT / ".devcontainer/devcontainer.json").read_text("utf-8"))
DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8")


def in_devcontainer() -> list[str]:
    (command,) = re.findall(r"pip install (.+)$", DEVCONTAINER["postCreateCommand"])
    return shlex.split(command)


def in_image() -> list[str]:
    (command,) = re.findall(r"^RUN .*pip install --no-cache-dir (.+)$", DOCKERFILE, re.M)
    return shlex.split(command)


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What git has, and nothing else."""
    folder = tmp_path_factory.mktemp("fresh") / "course"
    packed = subprocess.run(["git", "archive", "HEAD"], cwd=ROOT, capture_output=True, check=True)
    folder.mkdir()
    subprocess.run(["tar", "x"], cwd=folder, input=packed.stdout, check=True)
    return folder


@pytest.mark.slow
@pytest.mark.parametrize(
    "words",
    [in_devcontainer(), in_image(), ["-r", "binder/requirements.txt"]],
    ids=["devcontainer", "image", "binder"],
)
def test_pip_takes_the_command_in_an_empty_place(copy: Path, words: list[str]) -> None:
    options = ["-q", "--dry-run", "--no-deps", "--no-build-isolation"]
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "install"]
    done = subprocess.run(
        [*command, *options, *words], cwd=copy, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr
    assert "WARNING" not in done.stderr, done.stderr  # such as an extra that does not exist


def test_they_have_a_python_that_the_course_supports() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    oldest = tuple(map(int, re.findall(r"\d+", project["requires-python"])))
    runtime = (ROOT / "binder/runtime.txt").read_text("utf-8")
    for place in (DEVCONTAINER["image"], DOCKERFILE, runtime):
        (version,) = re.findall(r"python[:-](\d+)\.(\d+)", place)
        assert tuple(map(int, version)) >= oldest


def test_the_image_opens_the_course() -> None:
    (command,) = re.findall(r"^CMD (\[.+\])$", DOCKERFILE, re.M)
    assert re.fullmatch(
        r"training-neural-networks start \. && exec jupyter lab .*", json.loads(command)[-1]
    )
    scripts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["scripts"]
    assert "training-neural-networks" in scripts


def test_instructors_get_a_sandbox_there() -> None:
    assert (ROOT / "binder/apt.txt").read_text("utf-8").split() == ["bubblewrap"]
    assert "apt-get -qq install bubblewrap" in DEVCONTAINER["postCreateCommand"]
