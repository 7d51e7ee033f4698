"""What an import loads, and where a public name is found."""

import importlib
import subprocess
import sys
from pathlib import Path

import pytest

import course_lib
from tests.course_lib.exports import exports

ROOT = Path(course_lib.__file__).parent
FORMULAS = ROOT / "fast" / "formulas"  # nobody imports it but the table
MODULES = [
    ".".join(path.relative_to(ROOT.parent).with_suffix("").parts).removesuffix(".__init__")
    for path in sorted(ROOT.rglob("*.py"))
    if not path.is_relative_to(FORMULAS)
]
PACKAGES = [
    ".".join(init.parent.relative_to(ROOT.parent).parts)
    for init in sorted(ROOT.rglob("__init__.py"))
    if not init.is_relative_to(FORMULAS)
]

# Packages in which a module may hold several small parts of one topic.
BY_TOPIC = {"datasets", "fast", "layers", "training"}


def loaded_after(statement: str) -> set[str]:
    """Modules in a fresh interpreter after a statement."""
    code = f"import sys; {statement}; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    return set(done.stdout.split())


def test_import_course_lib_loads_no_part_of_it() -> None:
    loaded = loaded_after("import course_lib")
    parts = {name.split(".")[1] for name in loaded if name.startswith("course_lib.")}
    assert parts == {"array", "backend", "habits", "op", "parameter"}


def test_what_a_network_needs_loads_no_figures_and_no_other_array_library() -> None:
    loaded = loaded_after(f"import {', '.join(set(PACKAGES) - {'course_lib.plots'})}")
    assert "course_lib.training.fit" in loaded
    assert loaded.isdisjoint({"matplotlib", "cupy", "array_api_compat", "tqdm", "course_lib.plots"})


def test_importing_plots_loads_no_matplotlib() -> None:
    assert "matplotlib" not in loaded_after("import course_lib.plots")


def test_everything_the_student_imports_works_without_development_packages() -> None:
    loaded = loaded_after(f"import {', '.join(MODULES)}")
    assert loaded.isdisjoint({"sklearn", "mlxtend", "torch", "scipy", "nbgrader", "pandas"})


@pytest.mark.parametrize("package", PACKAGES)
def test_every_public_name_is_documented(package: str) -> None:
    found = exports(importlib.import_module(package))
    assert found
    for name, value in found.items():
        # The name a student sees in a traceback is the one he imported.
        assert value.__name__ == name
        assert value.__doc__


@pytest.mark.parametrize(
    "package", sorted(set(PACKAGES) - {"course_lib", *(f"course_lib.{name}" for name in BY_TOPIC)})
)
def test_a_module_has_the_name_of_what_it_exports_or_of_its_topic(package: str) -> None:
    found = exports(importlib.import_module(package)).values()
    for module in {value.__module__ for value in found}:
        words = module.rpartition(".")[2].split("_")
        names = [value.__name__ for value in found if value.__module__ == module]
        title, _, _ = (importlib.import_module(module).__doc__ or "").partition("\n")
        assert any(
            name.lower().replace("_", "").startswith("".join(words)) for name in names
        ) or all(word.rstrip("s") in title.lower() for word in words), (module, title, names)


def test_a_misspelt_name_is_an_attribute_error_with_a_suggestion() -> None:
    code = "import course_lib.functional as F; F.linear_foward"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60
    )
    assert "Did you mean: 'linear_forward'" in done.stderr
