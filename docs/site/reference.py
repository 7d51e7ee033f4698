"""The reference of course_lib: a page for each part, and docstrings as Sphinx reads them.

Our docstrings are in the numpy style, but the description of a parameter is on the line of its
name, and a name between single backticks is a link where it is one of the library's.
"""

import importlib
import inspect
import pkgutil
import re
from functools import cache
from types import ModuleType
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxRole

import course_lib

HEADING = re.compile(r"^([A-Z][A-Za-z ]+)\n-{3,}\n", re.MULTILINE)
ITEM = re.compile(r"^(?=\S)", re.MULTILINE)
LINES = re.compile(r"<dl>\s*<dd>.*?</dl>", re.DOTALL)  # of a signature
EMPTY = re.compile(r'<th class="head[^"]*">\s*<p></p>\s*</th>')  # above the names of rows
PYTHON = ".. highlight:: python\n\n"  # code in docstrings
OUTSIDE = ("course_lib.array", "course_lib.op", "course_lib.parameter")  # on the first page


def parts() -> list[ModuleType]:
    """What users import from: all packages, and the modules that course_lib's docstring names."""
    named = set(re.findall(r"`(\w+)`", course_lib.__doc__ or ""))
    found = pkgutil.iter_modules(course_lib.__path__)
    names = [module.name for module in found if module.ispkg or module.name in named]
    return [importlib.import_module(f"course_lib.{name}") for name in names]


def public(part: ModuleType) -> dict[str, Any]:
    """The functions and classes that a part offers, by name, in the order of their sources."""
    found = {
        name: value
        for name, value in vars(part).items()
        if callable(value)
        and not name.startswith("_")
        and f"{value.__module__}.".startswith(f"{part.__name__}.")
    }
    return dict(sorted(found.items(), key=lambda item: _place(item[1])))


def _place(thing: Any) -> tuple[str, int]:
    """Module and line of a function or a class."""
    return thing.__module__, inspect.getsourcelines(thing)[1]


def pages() -> dict[str, str]:
    """Place of each page and its source in reStructuredText."""
    modules = [importlib.import_module(name) for name in OUTSIDE]
    first = [_section(module) for module in modules]
    listed = "\n".join(f"   {part.__name__.removeprefix('course_lib.')}" for part in parts())
    title = f"{PYTHON}course_lib\n==========\n\n{_described(course_lib)}"
    index = f"{title}\n\n.. toctree::\n   :maxdepth: 1\n\n{listed}\n\n" + "\n\n".join(first)
    return {"api/index.rst": index} | {
        f"api/{part.__name__.removeprefix('course_lib.')}.rst": _page(part) for part in parts()
    }


def _page(part: ModuleType) -> str:
    name = part.__name__
    head = f"{PYTHON}{name}\n{'=' * len(name)}\n\n"
    title = f"{head}.. py:module:: {name}\n\n{_described(part)}"
    if not hasattr(part, "__path__"):
        return f"{title}\n\n{_entries(public(part), name)}"
    files: dict[str, dict[str, Any]] = {}
    for key, value in public(part).items():
        files.setdefault(value.__module__, {})[key] = value
    sections = []
    for file in sorted(files):
        module = importlib.import_module(file)
        short = file.removeprefix(f"{name}.")
        head = f"{short}\n{'-' * len(short)}\n\n{_described(module)}"
        sections.append(f"{head}\n\n{_entries(files[file], name)}")
    return "\n\n".join([title, *sections])


def _section(module: ModuleType) -> str:
    name = module.__name__
    head = f"{name}\n{'-' * len(name)}\n\n.. py:module:: {name}\n\n{_described(module)}"
    return f"{head}\n\n{_entries(public(module), name)}"


def _entries(things: dict[str, Any], part: str) -> str:
    entries = []
    for key, value in things.items():
        if isinstance(value, type):
            options = "\n   :members:" + "\n   :show-inheritance:" * bool(ancestors(value))
            entries.append(f".. autoclass:: {part}.{key}{options}")
        else:
            entries.append(f".. autofunction:: {part}.{key}")
    return "\n\n".join(entries)


def ancestors(thing: type) -> list[type]:
    """The nearest class above ``thing`` that the reference describes, if there is one."""
    described = names().values()
    return [one for one in thing.__mro__[1:] if _full_name(one) in described][:1]


def _full_name(thing: type) -> str:
    """As users import it: the reference describes a class in the package of its module."""
    package = thing.__module__.rpartition(".")[0]
    return f"{thing.__module__ if package == 'course_lib' else package}.{thing.__name__}"


def _described(module: ModuleType) -> str:
    return with_fields(module.__doc__ or "")


def with_fields(docstring: str) -> str:
    """A docstring in our style as reStructuredText: a field with a list for each section."""
    start, *sections = HEADING.split(docstring)
    fields = []
    for heading, content in zip(sections[::2], sections[1::2], strict=True):
        items = [text.strip() for text in ITEM.split(content)]
        listed = "\n".join(f"    - {_item(text)}" for text in items if text)
        fields.append(f":{heading}:\n{listed}")
    return "\n\n".join([start.strip(), "\n".join(fields)]).strip()


def _item(text: str) -> str:
    name, colon, description = text.partition(" : ")
    if not colon or "\n" in name:  # in Raises the description is on the line below the name
        name, _, description = text.partition("\n")
    words = " ".join(description.split())
    return f"``{name}`` – {words}" if words else " ".join(name.split())


class Name(SphinxRole):
    """Text between single backticks: a link if the library has that name, else code."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """The link, as yet unresolved, or the code."""
        target = self.config.course_names.get(self.text.removesuffix("()"))
        code = nodes.literal(self.rawtext, self.text)
        if target is None:
            return [code], []
        link = addnodes.pending_xref(
            "", code, refdomain="py", reftype="obj", reftarget=target, refexplicit=True
        )
        return [link], []


@cache
def names() -> dict[str, str]:
    """Short and full name of all that the reference describes."""
    modules = [*map(importlib.import_module, OUTSIDE), *parts()]
    return {key: f"{module.__name__}.{key}" for module in modules for key in public(module)}


def _read(app: Sphinx, what: str, name: str, thing: Any, options: Any, lines: list[str]) -> None:
    lines[:] = with_fields("\n".join(lines)).split("\n")


def _public_bases(app: Sphinx, name: str, thing: Any, options: Any, bases: list[Any]) -> None:
    bases[:] = ancestors(thing)


def _mended(app: Sphinx, page: str, template: str, context: dict[str, Any], tree: Any) -> None:
    """What rules of accessibility forbid: definitions without terms, headings without words."""
    body = LINES.sub(
        lambda found: re.sub(r"<(/?)d[ld]>", r"<\1div>", found[0]), context.get("body", "")
    )
    context["body"] = EMPTY.sub("<td></td>", body)


def setup(app: Sphinx) -> dict[str, bool]:
    """Called by Sphinx."""
    app.add_config_value("course_code", "", "env")
    app.add_config_value("course_names", names(), "env")
    app.add_role("name", Name())
    app.connect("autodoc-process-docstring", _read)
    app.connect("autodoc-process-bases", _public_bases)
    app.connect("html-page-context", _mended)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
