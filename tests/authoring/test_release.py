"""From a source to a release: the same bytes every time, nothing leaked, nothing lost."""

import shutil
import sqlite3

import nbformat
import pytest

from grader.authoring.build import build
from grader.authoring.fill import answers_of, fill
from grader.authoring.leaks import leaks
from grader.authoring.notebook import to_notebook
from grader.authoring.release import release
from grader.authoring.run_cells import run_cells
from grader.authoring.source import read_source
from grader.problems import AuthoringError
from tests.authoring.course import SOURCE, points_of, write_course


def read(path):
    return nbformat.read(path, as_version=4)


def test_two_builds_in_two_folders_have_the_same_bytes(tmp_path):
    first, second = write_course(tmp_path / "a"), write_course(tmp_path / "deep" / "er" / "b")
    assert release("ps98", first).read_bytes() == release("ps98", second).read_bytes()
    assert build("ps98", first).read_bytes() == build("ps98", second).read_bytes()


def test_a_second_build_in_the_same_folder_changes_nothing(tmp_path):
    root = write_course(tmp_path)
    before = release("ps98", root).read_bytes()
    assert release("ps98", root).read_bytes() == before


def test_cell_ids_are_unique_and_stay_when_another_cell_changes(tmp_path):
    twice = SOURCE + "\n# %% practice=true\nprint(linear_forward.__name__)\n"
    ids = [cell.id for cell in read(build("ps98", write_course(tmp_path / "a", twice))).cells]
    assert len(set(ids)) == len(ids)
    edited = twice.replace("A small problem set", "Another title")
    new = [cell.id for cell in read(build("ps98", write_course(tmp_path / "b", edited))).cells]
    assert new[1:] == ids[1:]
    assert new[0] != ids[0]


def test_a_release_with_a_gradebook_has_the_same_bytes_and_notes_the_points(tmp_path):
    root = write_course(tmp_path)
    without = release("ps98", root).read_bytes()
    database = tmp_path / "gradebook.db"
    path = release("ps98", root, tmp_path / "out", gradebook=f"sqlite:///{database}")
    assert path.read_bytes() == without
    with sqlite3.connect(database) as connection:
        noted = dict(
            connection.execute(
                "select base_cell.name, grade_cells.max_score from base_cell "
                "join grade_cells on grade_cells.id = base_cell.id"
            ).fetchall()
        )
    connection.close()
    assert noted == {**points_of(read(path)), "manual_why": 2.0}


def test_nothing_but_notebooks_is_released(tmp_path):
    root = write_course(tmp_path)
    folder = root / "solutions" / "ps98"
    for name in (".hidden.txt", "ps98_small.py~", "ps98_small.py.orig"):
        (folder / name).write_text("return product + b, (x, W)")
    (folder / "__pycache__").mkdir()
    (folder / "__pycache__" / "ps98_small.cpython-311.pyc").write_bytes(b"x.T @ du")
    path = release("ps98", root)
    assert [entry.name for entry in path.parent.rglob("*")] == ["ps98_small.ipynb"]


def test_pictures_beside_the_source_are_released(tmp_path):
    root = write_course(tmp_path)
    (root / "solutions" / "ps98" / "chain.svg").write_text("<svg/>")
    assert (release("ps98", root).parent / "chain.svg").read_text() == "<svg/>"


def test_a_release_does_not_show_its_solutions(tmp_path):
    root = write_course(tmp_path)
    path = release("ps98", root)
    text = path.read_text(encoding="utf-8")
    for secret in (
        "product + b",
        "x.T @ du",
        'answer_rows = \\"a\\"',
        "belongs to one output unit",
        "BEGIN",
        "HIDDEN",
        "key=",
    ):
        assert secret not in text


@pytest.mark.parametrize(
    ("where", "line"),
    [
        ("source", "    return du @ W.T,   x.T @ du, du.sum(axis=0)"),
        ("source", "    return product + b, (x, W)"),
        ("source", 'answer_rows = "a"'),
        ("source", "A column of W belongs to one output unit, so its gradient has the same shape."),
        ("source", 'check_choice("rows", answer_rows, key="a", points=1)'),
        ("source", "    ### BEGIN SOLUTION"),
        ("output", "    return du @ W.T, x.T @ du, du.sum(axis=0)"),
    ],
)
def test_every_kind_of_leak_is_found_and_named(tmp_path, where, line):
    root = write_course(tmp_path)
    path = release("ps98", root)
    notebook, solution = read(path), read(build("ps98", root))
    assert leaks(notebook.cells, solution.cells) == []
    if where == "source":
        notebook.cells[0].source += f"\n{line}"
    else:
        notebook.cells[1].outputs = [nbformat.v4.new_output("stream", text=line)]
    (found,) = leaks(notebook.cells, solution.cells)
    assert line.strip() in found


def test_a_solution_repeated_in_the_open_stops_the_release(tmp_path):
    given_away = SOURCE + "\n# %% [markdown]\n# return du @ W.T, x.T @ du, du.sum(axis=0)\n"
    root = write_course(tmp_path, given_away)
    with pytest.raises(
        AuthoringError, match="a line of the solution of linear_backward in cell 16"
    ):
        release("ps98", root)
    assert not (root / "notebooks").exists()


def test_an_untouched_release_runs_through_and_scores_nothing(tmp_path):
    scores, errors = run_cells(read(release("ps98", write_course(tmp_path))))
    assert errors == []
    assert scores == {"check_linear_forward": 0.0, "check_linear_backward": 0.0, "choice_rows": 0.0}


def test_the_solution_scores_all_points(tmp_path):
    solution = read(build("ps98", write_course(tmp_path)))
    scores, errors = run_cells(solution)
    assert errors == []
    assert scores == pytest.approx(points_of(solution))  # sums of shares of the points


def test_answers_filled_in_one_at_a_time_earn_just_their_points(tmp_path):
    root = write_course(tmp_path)
    notebook, solution = read(release("ps98", root)), read(build("ps98", root))
    answers = answers_of(solution)
    filled = fill(notebook, {"linear_forward": answers["linear_forward"]})
    scores, errors = run_cells(filled)
    assert errors == []
    points = points_of(notebook)
    assert scores["check_linear_forward"] == pytest.approx(points["check_linear_forward"])
    assert scores["check_linear_backward"] == 0.0
    assert notebook == read(root / "notebooks" / "ps98" / "ps98_small.ipynb")


def test_filling_an_unknown_cell_names_those_there_are(tmp_path):
    notebook = read(release("ps98", write_course(tmp_path)))
    with pytest.raises(LookupError, match="linear_fwd; there are: linear_forward, linear_backward"):
        fill(notebook, {"linear_fwd": ""})


@pytest.mark.parametrize("kind", ["edited", "run"])
def test_a_notebook_somebody_worked_in_is_kept(tmp_path, kind):
    root = write_course(tmp_path)
    path = release("ps98", root)
    notebook = read(path)
    if kind == "edited":
        notebook = fill(notebook, {"linear_forward": "def linear_forward(x, W, b):\n    return 1"})
    else:
        notebook.cells[1].execution_count = 1
    nbformat.write(notebook, path)
    before = path.read_bytes()
    with pytest.raises(AuthoringError, match=r"somebody has worked in it.*move it away"):
        release("ps98", root)
    assert path.read_bytes() == before
    path.unlink()
    assert release("ps98", root).read_bytes() != before


def test_an_error_in_the_source_leaves_what_was_there(tmp_path):
    root = write_course(tmp_path)
    path = release("ps98", root)
    before = {p: p.read_bytes() for p in root.rglob("*.ipynb")}
    source = root / "solutions" / "ps98" / "ps98_small.py"
    source.write_text(SOURCE.replace("### END SOLUTION", "", 1), encoding="utf-8")
    with pytest.raises(AuthoringError):
        release("ps98", root)
    assert {p: p.read_bytes() for p in root.rglob("*.ipynb")} == before
    assert sorted(p.name for p in path.parent.iterdir()) == [path.name]


@pytest.mark.parametrize("book", ["sqlite:////no/such/folder/gradebook.db", "nonsense"])
def test_a_gradebook_that_cannot_be_opened_is_one_clear_line(tmp_path, book):
    root = write_course(tmp_path)
    with pytest.raises(AuthoringError) as caught:
        release("ps98", root, gradebook=book)
    (line,) = caught.value.problems
    assert "\n" not in line
    assert book in line
    assert not (root / "notebooks").exists()


def test_text_keeps_its_distance_from_a_fold_above_it(tmp_path):
    source = tmp_path / "n.py"
    fold = "<details><summary>The derivation</summary>\n#\n# It is 2.\n#\n# </details>"
    source.write_text(f"# %% [markdown]\n# {fold}\n#\n# So it is 2.\n", encoding="utf-8")
    (text,) = to_notebook(read_source(source)).cells
    assert text.source.startswith('<details style="margin-bottom: 1em"><summary>The derivation')


def test_a_renamed_source_replaces_its_old_release(tmp_path):
    root = write_course(tmp_path)
    old = release("ps98", root)
    folder = root / "solutions" / "ps98"
    shutil.move(folder / "ps98_small.py", folder / "ps98_large.py")
    new = release("ps98", root)
    assert [p.name for p in old.parent.iterdir()] == [new.name] == ["ps98_large.ipynb"]


def test_what_draws_is_closed_and_so_are_captions(tmp_path):
    source = tmp_path / "n.py"
    source.write_text(
        '# %% practice=true fold="Draw a line"\nprint(1)\n\n# %% [markdown]\n# *In words: a line\n'
        "# that falls.*\n#\n# More text.\n",
        encoding="utf-8",
    )
    drawn, text = to_notebook(read_source(source)).cells
    assert drawn.source == "# @title Draw a line\nprint(1)"
    assert drawn.metadata == {
        "cellView": "form",
        "jupyter": {"source_hidden": True},
        "tags": ["practice"],
    }
    assert text.source == (
        '<details style="margin-bottom: 1em"><summary>The figure in words</summary>\n\n'
        "A line\nthat falls.\n\n</details>\n\n"
        "More text."
    )


@pytest.mark.parametrize(
    ("marker", "words"),
    [
        ('solution="f" fold="x"', "has to stay in sight"),
        ("fold=true", "expected a title"),
        ('[markdown] fold="x"', "on a code cell"),
        ('after="g"', "belongs to a text cell or to practice=true"),
        ('practice=true after=""', "expected the name of a guess"),
        ('guess=""', "expected what is guessed"),
        ("opening=true practice=true", "a cell is one of them"),
        ("opening=1", "write opening=true"),
    ],
)
def test_what_cannot_be_closed_is_told(tmp_path, marker, words):
    source = tmp_path / "n.py"
    source.write_text(f"# %% {marker}\n# x\n", encoding="utf-8")
    with pytest.raises(AuthoringError, match=words):
        read_source(source)
