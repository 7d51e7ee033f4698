"""Committed notebooks are held against a rebuild, byte by byte."""

from grader.authoring.compare import compare, outdated
from grader.authoring.release import release
from tests.authoring.course import SOURCE, write_course


def test_a_fresh_release_agrees(tmp_path):
    root = write_course(tmp_path)
    release("ps98", root)
    assert compare(root) == []
    assert outdated(root) == []


def test_before_the_first_build_everything_is_outdated(tmp_path):
    root = write_course(tmp_path)
    assert outdated(root) == ["ps98"]
    (line,) = compare(root)
    assert line.startswith("notebooks/ps98/ps98_small.ipynb: is missing; run")


def test_a_changed_source_is_noticed_even_where_only_a_solution_changed(tmp_path):
    root = write_course(tmp_path)
    release("ps98", root)
    source = root / "solutions" / "ps98" / "ps98_small.py"
    source.write_text(SOURCE.replace("product = x @ W", "product = np.dot(x, W)"), "utf-8")
    assert outdated(root) == ["ps98"]
    assert compare(root) == []  # what students get is still the same


def test_a_release_edited_by_hand_is_noticed(tmp_path):
    root = write_course(tmp_path)
    path = release("ps98", root)
    path.write_text(path.read_text("utf-8").replace("small problem", "tiny problem"), "utf-8")
    (line,) = compare(root)
    assert line.startswith("notebooks/ps98/ps98_small.ipynb: is not what its source gives; run")
    assert outdated(root) == ["ps98"]


def test_files_and_folders_without_a_source_are_noticed(tmp_path):
    root = write_course(tmp_path)
    path = release("ps98", root)
    (path.parent / "notes.txt").write_text("")
    (root / "notebooks" / "ps97").mkdir()
    (root / "notebooks" / "ps97" / "old.ipynb").write_text("{}")
    assert compare(root) == [
        "notebooks/ps98/notes.txt: is not made by any source; run python -m grader build ps98",
        "notebooks/ps97: has no source in solutions/; remove it",
    ]


def test_line_ends_of_another_system_do_not_count(tmp_path):
    root = write_course(tmp_path)
    path = release("ps98", root)
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert compare(root) == []


def test_a_source_that_does_not_build_is_reported_not_raised(tmp_path):
    root = write_course(tmp_path, SOURCE.replace('check="linear_forward"', 'check="linear"'))
    assert "ps98_small.py, cell 4" in compare(root)[0]
