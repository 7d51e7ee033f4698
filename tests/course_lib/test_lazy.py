"""Names are loaded late, and the two lists of names say the same."""

import ast
import importlib
import subprocess
import sys
from pathlib import Path

import pytest

import course_lib
from course_lib.lazy import lazily

PACKAGES = [
    "course_lib",
    *(
        f"course_lib.{'.'.join(init.parent.relative_to(root).parts)}"
        for root in [Path(course_lib.__file__).parent]
        for init in sorted(root.glob("*/**/__init__.py"))
    ),
]


def loaded_after(statement: str) -> set[str]:
    """Modules in a fresh interpreter after a statement."""
    code = f"import sys; {statement}; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    return set(done.stdout.split())


def test_import_course_lib_loads_no_other_package() -> None:
    loaded = loaded_after("import course_lib")
    assert loaded.isdisjoint({"numpy", "matplotlib", "cupy", "array_api_compat", "tqdm"})
    assert {name for name in loaded if name.startswith("course_lib")} == {
        "course_lib",
        "course_lib.lazy",
    }


def test_one_name_does_not_load_its_neighbours() -> None:
    loaded = loaded_after("from course_lib.functional import linear_forward")
    assert "course_lib.functional.linear" in loaded
    assert loaded.isdisjoint({"course_lib.functional.relu", "matplotlib", "array_api_compat"})


def test_training_and_importing_plots_load_no_matplotlib() -> None:
    loaded = loaded_after(
        "from course_lib.training import fit; from course_lib.plots import training_curves"
    )
    assert "matplotlib" not in loaded


def test_everything_the_student_imports_works_without_development_packages() -> None:
    modules = [
        ".".join(path.relative_to(Path(course_lib.__file__).parents[1]).with_suffix("").parts)
        for path in Path(course_lib.__file__).parent.rglob("*.py")
    ]
    statement = "import importlib; [importlib.import_module(m) for m in " + repr(modules) + "]"
    loaded = loaded_after(statement)
    assert loaded.isdisjoint({"sklearn", "mlxtend", "torch", "scipy", "nbgrader", "pandas"})


@pytest.mark.parametrize("package", PACKAGES)
def test_lists_for_python_and_for_type_checkers_agree(package: str) -> None:
    module = importlib.import_module(package)
    assert module.__file__
    tree = ast.parse(Path(module.__file__).read_text(encoding="utf-8"))
    declared = {
        alias.asname
        for node in ast.walk(tree)
        if isinstance(node, ast.If)
        for statement in node.body
        if isinstance(statement, ast.ImportFrom)
        for alias in statement.names
    }
    assert declared == set(module.__all__)


@pytest.mark.parametrize("package", PACKAGES)
def test_every_public_name_loads_and_is_offered_for_completion(package: str) -> None:
    module = importlib.import_module(package)
    for name in module.__all__:
        value = getattr(module, name)
        assert name in dir(module)
        if callable(value):
            # The name a student sees in a traceback is the one he imported.
            assert value.__name__ == name
            assert value.__doc__


def test_a_misspelt_name_is_an_attribute_error_with_a_suggestion() -> None:
    code = "import course_lib.functional as F; F.linear_foward"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60
    )
    assert "Did you mean: 'linear_forward'" in done.stderr


def test_a_module_may_not_hide_an_export() -> None:
    with pytest.raises(ValueError, match="rename it"):
        lazily("package", {"softmax": ["softmax"]})
