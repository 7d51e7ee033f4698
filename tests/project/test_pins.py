"""pyproject.toml says what is needed; everything else that names packages must agree with it."""

import ast
import functools
import re
import sys
import tomllib
from collections import defaultdict
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from tests.project import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
EXTRAS: dict[str, list[str]] = PROJECT["optional-dependencies"]

# Their right build depends on the machine (driver, CPU or GPU), so they are not pinned.
HARDWARE = {"gpu", "torch"}

PYTHONS = ["3.11.0", "3.12.0", "3.13.0"]
SYSTEMS = ["linux", "darwin", "win32"]


def direct_dependencies() -> list[Requirement]:
    lines = PROJECT["dependencies"] + [
        line for extra, lines in EXTRAS.items() if extra not in HARDWARE for line in lines
    ]
    requirements = map(Requirement, lines)
    return [r for r in requirements if r.name != PROJECT["name"]]


def pins() -> dict[str, list[Requirement]]:
    by_name: dict[str, list[Requirement]] = defaultdict(list)
    for line in (ROOT / "constraints.txt").read_text().splitlines():
        pin = Requirement(line)  # fails on an option, a path or anything else but a pin
        by_name[canonicalize_name(pin.name)].append(pin)
    return by_name


def test_every_pin_is_one_exact_version_and_names_no_place() -> None:
    for found in pins().values():
        for pin in found:
            assert pin.url is None
            assert re.fullmatch(r"==[\w.+!]+", str(pin.specifier)), pin
    assert "://" not in (ROOT / "constraints.txt").read_text()


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("python", PYTHONS)
def test_every_direct_dependency_is_pinned_within_its_bounds(python: str, system: str) -> None:
    environment = {
        "python_version": python.rsplit(".", 1)[0],
        "python_full_version": python,
        "sys_platform": system,
    }
    everything = pins()
    for dependency in direct_dependencies():
        valid = [
            pin
            for pin in everything[canonicalize_name(dependency.name)]
            if pin.marker is None or pin.marker.evaluate(environment)
        ]
        assert len(valid) == 1, f"{dependency}: {valid} on Python {python}, {system}"
        (version,) = (spec.version for spec in valid[0].specifier)
        assert dependency.specifier.contains(version), f"{dependency} but pinned {version}"


def test_what_students_install_is_small() -> None:
    names = {Requirement(line).name for line in PROJECT["dependencies"]}
    assert names == {"numpy", "matplotlib", "array-api-compat", "threadpoolctl"}


def test_the_extra_for_a_gpu_brings_cudas_libraries() -> None:
    # CuPy computes with them. It has an extra for them from version 14 on.
    (cupy,) = map(Requirement, EXTRAS["gpu"])
    assert cupy.extras == {"ctk"}
    assert not cupy.specifier.contains("13.6.0")


def imported(file: Path, *, everywhere: bool) -> set[str]:
    """Top-level names that a file imports, with those inside of functions or without."""
    tree = ast.parse(file.read_text("utf-8"))
    found = set()
    for node in ast.walk(tree) if everywhere else tree.body:
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.split(".")[0])
    return (
        found
        - sys.stdlib_module_names
        - {"course_lessons", "course_lib", "docs", "grader", "tests"}
    )


distributions_by_name = functools.cache(packages_distributions)  # it reads what each one installed


@functools.cache
def provided(*extras: str) -> set[str]:
    """Names that can be imported when these extras are installed; the base always is."""
    lines = PROJECT["dependencies"] + [line for extra in extras for line in EXTRAS[extra]]
    distributions = {canonicalize_name(Requirement(line).name) for line in lines}
    return {
        name
        for name, providers in distributions_by_name().items()
        if distributions & {canonicalize_name(provider) for provider in providers}
    }


@pytest.mark.parametrize(
    "folder", ["course_lib", "course_lessons", "grader/checking", "grader/exercises"]
)
def test_the_students_side_imports_only_what_students_install(folder: str) -> None:
    # Inside of a function may stand what is optional: a GPU, a progress bar, a display.
    for file in (ROOT / folder).rglob("*.py"):
        assert imported(file, everywhere=False) <= provided(), file


@pytest.mark.parametrize(
    ("folder", "extras"),
    [
        ("course_lib", ["notebooks"]),
        ("grader", ["grader", "notebooks"]),
        ("docs", ["grader", "notebooks", "site"]),
        ("tests", list(EXTRAS)),
    ],
)
def test_whatever_is_imported_is_declared(folder: str, extras: list[str]) -> None:
    for file in (ROOT / folder).rglob("*.py"):
        guest = EXTRAS.keys() & set(file.relative_to(ROOT).parts[2:3])  # has an extra of its own
        known = provided(*extras, *guest)
        undeclared = imported(file, everywhere=True) - known - {"cupy", "torch"}
        undeclared -= {"PIL"}  # matplotlib needs it
        assert not undeclared, f"{file} imports {undeclared}: add it to pyproject.toml"


@pytest.mark.parametrize(
    ("file", "extras"),
    [("environment.yml", {"dev"}), ("environment-gpu.yml", {"dev", "gpu"})],
)
def test_conda_environment_agrees(file: str, extras: set[str]) -> None:
    environment = yaml.safe_load((ROOT / file).read_text())
    (pip_lines,) = (d["pip"] for d in environment["dependencies"] if isinstance(d, dict))
    conda = [Requirement(d) for d in environment["dependencies"] if isinstance(d, str)]

    python = next(r for r in conda if r.name == "python")
    assert python.specifier == SpecifierSet(PROJECT["requires-python"])
    # Thin: everything else comes from pyproject.toml.
    assert {r.name for r in conda} == {"python", "pip"}
    constraint, editable = pip_lines
    assert constraint == "--constraint constraints.txt"
    match = re.fullmatch(r"--editable \.\[([\w,]+)\]", editable)
    assert match, editable
    assert set(match[1].split(",")) == extras <= set(EXTRAS)
