"""Notebooks run once and are kept by content; what goes wrong while they run is said."""

from pathlib import Path

import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook, new_output

from docs.site import runs
from docs.site.notebook_page import HERE, page_of, versions_of
from docs.site.runs import SiteProblem, executed, key_of
from tests.authoring.course import write_course
from tests.site.course import SOURCE


def notebook(*sources: str) -> NotebookNode:
    cells = [new_code_cell(source, id=f"cell-{k}") for k, source in enumerate(sources)]
    return new_notebook(cells=cells)


def test_a_notebook_runs_again_only_if_it_has_changed(tmp_path: Path) -> None:
    drawn = notebook("import uuid; print(uuid.uuid4())")
    first, again = (executed(drawn, "ps98", tmp_path) for _ in range(2))
    other = executed(notebook("import uuid; print(uuid.uuid4(), 1)"), "ps98", tmp_path)
    texts = [done.cells[0].outputs[0].text for done in (first, again, other)]
    assert texts[0] == texts[1] != texts[2]


def test_a_change_of_the_library_or_of_a_package_is_a_reason_to_run(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    one = notebook("1")
    keys = {key_of(one)}
    assert key_of(notebook("2")) not in keys
    monkeypatch.setattr(runs, "PACKAGES", ("numpy",))
    keys.add(key_of(one))
    (tmp_path / "course_lib").mkdir()
    (tmp_path / "course_lib" / "new.py").write_text("x = 1")
    monkeypatch.setattr(runs, "ROOT", tmp_path)
    monkeypatch.setattr(runs, "CODE", ("course_lib",))
    keys.add(key_of(one))
    (tmp_path / "course_lib" / "new.py").write_text("x = 2")
    keys.add(key_of(one))
    assert len(keys) == 4


def test_old_runs_are_removed_and_those_of_others_are_not(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(runs, "_run", lambda one, name: runs.to_bytes(one))
    (tmp_path / "ps97-00.ipynb").write_text("{}")
    for k in range(4):
        executed(notebook(str(k)), "ps98", tmp_path)
    kept = sorted(file.name.partition("-")[0] for file in tmp_path.iterdir())
    assert kept == ["ps97", "ps98", "ps98"]


def test_an_error_names_the_notebook_and_what_it_said_and_nothing_is_kept(tmp_path: Path) -> None:
    with pytest.raises(SiteProblem, match=r"(?s)ps98: it does not run through.*ZeroDivisionError"):
        executed(notebook("1 / 0"), "ps98", tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_an_endless_notebook_is_stopped(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(runs, "NOTEBOOK_SECONDS", 1)
    with pytest.raises(SiteProblem, match="ps98: not done after 1 s"):
        executed(notebook("while True: pass"), "ps98", tmp_path)


def test_an_output_that_shows_the_solution_stops_the_site(tmp_path: Path) -> None:
    versions = versions_of("ps98", write_course(tmp_path, SOURCE))
    ran = versions.to_run()
    page_of(versions, ran, [], browser=False)
    shown = [
        cell for cell in ran.cells if cell.cell_type == "code" and not HERE.search(cell.source)
    ]
    shown[0].outputs = [new_output("stream", text="product_of_both = x @ W\n")]
    with pytest.raises(SiteProblem, match="the page would show a line of the solution"):
        page_of(versions, ran, [], browser=False)
