"""The index of the exercises is what they give, and a new exercise is in it at once."""

import json
from pathlib import Path

from grader.authoring import exercise_index
from grader.authoring.exercise_index import index_problems, write_index
from grader.authoring.new_exercise import new_exercise
from grader.checking.contract import Exercise
from grader.checking.contract.registry import answer_modules, find, module_of, names
from grader.exercises import index

ROOT = Path(__file__).parents[2]


def test_the_committed_index_is_what_the_exercises_give() -> None:
    assert index_problems(ROOT) == []
    assert all(isinstance(find(name), Exercise) for name in names())
    assert module_of("EarlyStopping") == "grader.exercises.ps18.early_stopping"
    assert "course_lib.functional.linear" in answer_modules()


def test_an_index_that_lacks_an_exercise_is_reported_and_written_anew(tmp_path, monkeypatch):
    entries = json.loads(index.FILE.read_text("utf-8"))
    del entries["linear_forward"]
    file = tmp_path / "grader/exercises/index.json"
    file.parent.mkdir(parents=True)
    file.write_text(index.text_of(entries.items()), "utf-8")
    text = index.fresh()
    monkeypatch.setattr(exercise_index.index, "FILE", file)
    monkeypatch.setattr(exercise_index.index, "fresh", lambda: text)
    assert index_problems(tmp_path) == [
        "grader/exercises/index.json: is not what the exercises give; run python -m grader build"
    ]
    write_index(tmp_path)
    assert file.read_text("utf-8") == text
    assert index_problems(tmp_path) == index_problems(tmp_path / "another course") == []


def test_a_new_exercise_is_added(tmp_path):
    file = tmp_path / "grader/exercises/index.json"
    file.parent.mkdir(parents=True)
    file.write_bytes(index.FILE.read_bytes())
    new_exercise("ps21", "cutout(images, rng, size) -> y", tmp_path)
    entry = json.loads(file.read_text("utf-8"))["cutout"]
    assert entry == {"module": "ps21.cutout", "answers": ["course_lib.augmentation.whole_pixels"]}
