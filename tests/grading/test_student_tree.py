"""What students' code can import while it is graded: all of course_lib but the answers."""

import ast
import inspect
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.checking import find, names
from grader.checking.aside import answer_modules
from grader.grading.bubblewrap import why_no_bubblewrap
from grader.grading.sandbox import Sandbox
from grader.grading.standins import stand_in
from grader.grading.student_tree import contents, student_tree
from grader.grading.worker_client import WorkerClient
from grader.settings import Limits
from tests.grading.conftest import clients, succeeded


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


def test_everything_in_it_can_be_imported(tree: dict[str, bytes], student: WorkerClient) -> None:
    modules = sorted(
        path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        for path in tree
        if path.endswith(".py") and path.startswith(("course_lib/", "grader/checking/"))
    )
    source = (
        "import importlib, warnings\nfailed = []\nwarnings.simplefilter('error')\n"
        f"for module in {modules!r}:\n    try:\n        importlib.import_module(module)\n"
        "    except Exception as error:\n        failed.append(f'{module}: {error!r}')"
    )
    assert succeeded(student.run(source, 60))
    assert student.value("failed", 20) == []


@pytest.mark.parametrize("module", sorted(answer_modules()))
def test_functions_of_answers_raise(module: str, isolated_or_plain: WorkerClient) -> None:
    source = (
        f"import importlib, inspect\nm = importlib.import_module({module!r})\n"
        "called, silent = 0, []\n"
        "for name, f in vars(m).items():\n"
        "    if inspect.isfunction(f) and f.__module__ == m.__name__ or (\n"
        "            inspect.isclass(f) and f.__module__ == m.__name__):\n"
        "        called += 1\n"
        "        try:\n            f()\n            silent.append(name)\n"
        "        except NotImplementedError as error:\n"
        "            if 'yourself' not in str(error): silent.append(name)"
    )
    assert succeeded(isolated_or_plain.run(source, 20))
    assert isolated_or_plain.value("called", 20) > 0
    assert isolated_or_plain.value("silent", 20) == []


@pytest.fixture(scope="module")
def isolated_or_plain() -> Iterator[WorkerClient]:
    limits = Limits(submission_seconds=3600)
    yield from clients(Sandbox(limits, unsafe=bool(why_no_bubblewrap())))


def test_a_stand_in_has_the_names_but_no_formula() -> None:
    source = (
        '"""Docs."""\nfrom math import exp\n\nEPS = 1e-5\nPair = tuple[float, float]\n'
        "softplus = lambda x: exp(x)\ntable: dict = make()\n\n\n"
        "def f(x: int) -> int:\n    return 41 * x\n\n\nclass Thing:\n"
        "    def method(self) -> int:\n        return 42\n"
    )
    made = stand_in(source, "thing")
    namespace: dict[str, object] = {}
    exec(compile(made, "made", "exec"), namespace)
    assert namespace["EPS"] == 1e-5 and namespace["Pair"] == tuple[float, float]
    assert "41" not in made and "42" not in made and "make" not in made and "exp(x)" not in made
    for name in ("f", "softplus", "Thing", "table"):
        with pytest.raises(NotImplementedError, match=f"write {name} yourself"):
            namespace[name]()  # type: ignore[operator]


def test_the_tree_is_built_once(tmp_path: Path) -> None:
    first = student_tree(tmp_path)
    stamp = (first / "course_lib" / "__init__.py").stat().st_mtime_ns
    student_tree.cache_clear()
    assert student_tree(tmp_path) == first
    assert (first / "course_lib" / "__init__.py").stat().st_mtime_ns == stamp
    assert len(list(tmp_path.iterdir())) == 1
