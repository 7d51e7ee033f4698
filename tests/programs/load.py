"""The catalogues by the name of the exercise."""

import importlib
import sys
from pathlib import Path

from grader.checking.contract.registry import problem_set
from tests.programs.catalogue import Catalogue

FOLDER = Path(__file__).parent


def module_of(name: str) -> str:
    """``tests.programs.psNN.<name>``; a class's file is called like the exercise's."""
    return f"tests.programs.{problem_set(name)}.{name}"


def exists(name: str) -> bool:
    return (FOLDER / problem_set(name) / f"{name}.py").exists()


def catalogue(name: str) -> Catalogue:
    """The programs for ``name``, loaded anew, since some remember what they were told."""
    sys.modules.pop(module_of(name), None)
    programs = importlib.import_module(module_of(name)).programs
    assert isinstance(programs, Catalogue)
    return programs
