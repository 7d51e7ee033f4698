"""What students' code can import while it is graded: all of course_lib but the answers."""

import ast
import inspect
import os
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.checking.contract.registry import find, names
from grader.checking.home.blocked_library import answer_modules
from grader.files import file_of
from grader.grading.sandbox.bubblewrap import why_no_bubblewrap
from grader.grading.sandbox.sandbox import Sandbox
from grader.grading.sandbox.standins import stand_in
from grader.grading.sandbox.student_tree import KEPT_SECONDS, contents, student_tree
from grader.grading.submission.notebook_session import NotebookSession
from grader.settings import Limits
from tests.grading.conftest import sessions, succeeded


@pytest.fixture(scope="module")
def tree() -> dict[str, bytes]:
    return dict(contents())


def test_only_the_students_side_of_the_grader_is_there(tree: dict[str, bytes]) -> None:
    packages = {"/".join(path.split("/")[:2]) for path in tree if path.startswith("grader/")}
    assert packages == {"grader/__init__.py", "grader/checking", "grader/grading"}


def test_no_body_of_a_reference_is_there(tree: dict[str, bytes]) -> None:
    texts = {path: _normal(content) for path, content in tree.items() if path.endswith(".py")}
    for name in names():
        for reference in find(name).reference:
            function = ast.parse(textwrap.dedent(inspect.getsource(reference))).body[0]
            body = [s for s in function.body if not _is_docstring(s)]  # type: ignore[attr-defined]
            if len(ast.unparse(body)) < 60:  # type: ignore[arg-type]
                continue  # "return x * x" may stand anywhere
            wanted = ast.unparse(ast.Module(body, []))
            assert [path for path, text in texts.items() if wanted in text] == [], name


def _normal(content: bytes) -> str:
    return textwrap.dedent(ast.unparse(ast.parse(content)))


def _is_docstring(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def test_faster_versions_are_not_there_and_are_not_missed(
    tree: dict[str, bytes], isolated_or_plain: NotebookSession
) -> None:
    assert not [path for path in tree if path.startswith("course_lib/fast/formulas")]
    source = (
        "import numpy as np\nfrom course_lib.layers import AvgPool2d\n"
        "value = float(AvgPool2d(2)(np.ones((1, 1, 2, 2))).sum())"
    )
    assert succeeded(isolated_or_plain.run(source, 20))
    assert isolated_or_plain.value("value", 20) == 1.0


def test_everything_in_it_can_be_imported(tree: dict[str, bytes], student: NotebookSession) -> None:
    modules = sorted(
        path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        for path in tree
        if path.endswith(".py")
        and path.startswith(("course_lib/", "course_lessons/", "grader/checking/"))
    )
    source = (
        "import importlib, warnings\nfailed = []\nwarnings.simplefilter('error')\n"
        f"for module in {modules!r}:\n    try:\n        importlib.import_module(module)\n"
        "    except Exception as error:\n        failed.append(f'{module}: {error!r}')"
    )
    assert succeeded(student.run(source, 60))
    assert student.value("failed", 20) == []


@pytest.mark.parametrize("module", sorted(answer_modules()))
def test_functions_of_answers_raise(module: str, isolated_or_plain: NotebookSession) -> None:
    source = (
        f"import importlib, inspect\nm = importlib.import_module({module!r})\n"
        f"called, silent, exercises = 0, [], {names()!r}\n"
        "for name, f in vars(m).items():\n"
        "    if getattr(f, '__module__', '') == m.__name__ and (\n"
        "            inspect.isfunction(f) or inspect.isclass(f) and name in exercises):\n"
        "        called += 1\n"
        "        try:\n            f()\n            silent.append(name)\n"
        "        except NotImplementedError as error:\n"
        "            if 'yourself' not in str(error): silent.append(name)"
    )
    assert succeeded(isolated_or_plain.run(source, 20))
    assert isolated_or_plain.value("called", 20) > 0
    assert isolated_or_plain.value("silent", 20) == []


@pytest.fixture(scope="module")
def isolated_or_plain() -> Iterator[NotebookSession]:
    limits = Limits(submission_seconds=3600)
    yield from sessions(Sandbox(limits, unsafe=bool(why_no_bubblewrap())))


OPTIMIZERS = {  # class, its settings -> the formula that it calls
    ("Adagrad", ""): "adagrad_step",
    ("Adam", ""): "adam_step",
    ("AdamW", ""): "adamw_step",
    ("Nesterov", "lr=0.1, "): "nesterov_step",
    ("RMSprop", ""): "rmsprop_step",
    ("SGD", "lr=0.1, "): "sgd_step",
    ("SGD", "lr=0.1, momentum=0.9, "): "momentum_step",
}


@pytest.mark.parametrize(("optimizer", "settings"), OPTIMIZERS)
def test_an_optimizer_works_with_the_student_s_formula_and_with_no_other(
    optimizer: str, settings: str, isolated_or_plain: NotebookSession
) -> None:
    source = (
        "import numpy as np\nfrom course_lib import Parameter, optimizers\n"
        "def own(w, dw, *state, **settings):\n"
        "    return (w + 1, *(a for a in state if not isinstance(a, int))) if state else w + 1\n"
        "p = Parameter(np.zeros(3))\n"
        f"optimizers.{optimizer}([p], {settings}step=own).step()\n"
        "moved, said = p.data.tolist(), ''\n"
        f"try:\n    optimizers.{optimizer}([p], {settings}).step()\n"
        "except NotImplementedError as error:\n    said = str(error)\n"
    )
    assert succeeded(isolated_or_plain.run(source, 20))
    assert isolated_or_plain.value("moved", 20) == [1.0, 1.0, 1.0]
    assert f"write {OPTIMIZERS[optimizer, settings]} yourself" in isolated_or_plain.value(
        "said", 20
    )


def test_a_class_that_is_kept_computes_nothing(tree: dict[str, bytes]) -> None:
    computing = set()
    for module in answer_modules():
        for part in ast.parse(tree[f"{module.replace('.', '/')}.py"]).body:
            if isinstance(part, ast.ClassDef) and part.name not in names():
                operators = [n.op for n in ast.walk(part) if isinstance(n, ast.BinOp)]
                if not all(isinstance(operator, ast.BitOr) for operator in operators):  # X | None
                    computing.add(part.name)
    # Between two steps it stores the look-ahead point w + mu * v, which its docstring explains.
    assert computing == {"Nesterov"}


def test_a_stand_in_has_the_names_but_no_formula() -> None:
    source = (
        '"""Docs."""\nfrom math import exp\n\nEPS = 1e-5\nPair = tuple[float, float]\n'
        "softplus = lambda x: exp(x)\ntable: dict = make()\n\n\n"
        "def f(x: int) -> int:\n    return 41 * x\n\n\nclass EarlyStopping:\n"
        "    def method(self) -> int:\n        return 42\n\n\n"
        "class Thing:\n    def method(self) -> int:\n        return f(43)\n"
    )
    made = stand_in(source, "thing")
    namespace: dict[str, object] = {}
    exec(compile(made, "made", "exec"), namespace)
    assert namespace["EPS"] == 1e-5 and namespace["Pair"] == tuple[float, float]
    assert "41" not in made and "42" not in made and "make" not in made and "exp(x)" not in made
    for name in ("f", "softplus", "EarlyStopping", "table"):
        with pytest.raises(NotImplementedError, match=f"write {name} yourself"):
            namespace[name]()  # type: ignore[operator]
    with pytest.raises(NotImplementedError, match="write f yourself"):
        namespace["Thing"]().method()  # type: ignore[operator]


def test_the_tree_is_built_once(tmp_path: Path) -> None:
    first = student_tree(tmp_path)
    stamp = (first / "course_lib" / "__init__.py").stat().st_mtime_ns
    student_tree.cache_clear()
    assert student_tree(tmp_path) == first
    assert (first / "course_lib" / "__init__.py").stat().st_mtime_ns == stamp
    assert len(list(tmp_path.iterdir())) == 1


def test_a_tree_that_was_not_used_for_long_is_removed(tmp_path: Path) -> None:
    student_tree.cache_clear()
    used = student_tree(tmp_path)
    recent, old = tmp_path / "recent", tmp_path / "old"
    long_ago = time.time() - KEPT_SECONDS - 1
    for folder in (recent, old):
        (folder / "course_lib").mkdir(parents=True)
    for folder in (used, old):
        os.utime(folder, (long_ago, long_ago))
    student_tree.cache_clear()
    assert student_tree(tmp_path) == used
    assert sorted(tmp_path.iterdir()) == sorted([used, recent])
    assert used.stat().st_mtime > long_ago


def test_a_folder_left_of_a_package_that_became_a_module_is_no_package(tmp_path: Path) -> None:
    (tmp_path / "descent" / "__pycache__").mkdir(parents=True)
    (tmp_path / "descent.py").touch()
    (tmp_path / "layers").mkdir()
    assert file_of("course_lib.descent", tmp_path) == tmp_path / "descent.py"
    assert file_of("course_lib.layers", tmp_path) == tmp_path / "layers" / "__init__.py"
