"""The tables in docs/conventions.md set our names beside PyTorch's; both sides exist."""

import importlib
import inspect
import pkgutil
import re
from typing import Any, NamedTuple

import pytest

import course_lib
from course_lib import layers, models, optimizers
from tests.course_lib.exports import exports
from tests.project import ROOT


class Row(NamedTuple):
    ours: str
    theirs: tuple[str, ...]


def rows() -> list[Row]:
    text = (ROOT / "docs/conventions.md").read_text("utf-8")
    section = text.split("## Our names beside PyTorch's")[1].split("\n## ")[0]
    found = []
    for line in section.splitlines():
        if line.startswith("| `"):
            ours, theirs, _ = line.strip("|").split("|")
            found.append(Row(ours.strip(" `"), tuple(re.findall(r"`(.+?)`", theirs))))
    return found


ROWS = rows()
PACKAGES = [f"course_lib.{part.name}" for part in pkgutil.iter_modules(course_lib.__path__)]


def found(name: str) -> Any:
    """What is public under this name, in course_lib or one of its packages."""
    first, _, method = name.partition(".")
    packages = [exports(importlib.import_module(p)) for p in ["course_lib", *PACKAGES]]
    (thing,) = {package[first] for package in packages if first in package}
    return getattr(thing, method) if method else thing


def signature(thing: Any) -> str:
    """Names of the arguments, ``*`` before those that must be named."""
    names, named = [], False
    for p in inspect.signature(thing).parameters.values():
        if p.kind is p.KEYWORD_ONLY and not named:
            names.append("*")
            named = True
        names.append(f"*{p.name}" if p.kind is p.VAR_POSITIONAL else p.name)
    return ", ".join(name for name in names if name != "self")


@pytest.mark.parametrize("row", ROWS, ids=[row.ours.partition("(")[0] for row in ROWS])
def test_our_side_has_this_signature(row: Row) -> None:
    name, _, arguments = row.ours.removesuffix(")").partition("(")
    assert signature(found(name)) == arguments


@pytest.mark.torch
def test_their_side_exists() -> None:
    for row in ROWS:
        for name in row.theirs:
            thing: Any = importlib.import_module("torch")
            for part in name.split(".")[1:]:
                assert hasattr(thing, part), name
                thing = getattr(thing, part)


def test_every_layer_model_and_optimizer_is_in_a_table() -> None:
    listed = {row.ours.partition("(")[0] for row in ROWS}
    for name, thing in (exports(layers) | exports(models) | exports(optimizers)).items():
        if inspect.isclass(thing) or thing.__module__.startswith(models.__name__):
            assert name in listed | {"Layer", "Optimizer"}, name
