"""The open entry of a notebook: a dictionary that is read, whatever stands around it."""

from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from grader.exercises import capstone
from grader.extras.contest.open_entry import LONGEST, NoEntry, entry_of, open_entry_in
from grader.grading.process.limited_process import LimitedProcess

ENTRY = "open_entry = {'channels': [96, 128], 'epochs': 20}"
READ = capstone.START | {"channels": [96, 128], "epochs": 20}


def reason(*sources: str) -> str:
    with pytest.raises(NoEntry) as why:
        entry_of(sources)
    return str(why.value)


@pytest.mark.parametrize(
    "source",
    [
        ENTRY,
        ENTRY.replace("=", ":dict=", 1),
        f"mine = {ENTRY}",
        f"%matplotlib inline\n{ENTRY}\n!ls",
        f"import os\nraise SystemExit\n{ENTRY}  # nothing runs here",
        f"if False:\n    print(open_entry)\n{ENTRY}\nprint(open_entry['epochs'])",
        "open_entry = {'channels': (96, 128), 'epochs': 20.0}",
        f"open_entry = {{}}\n{ENTRY}",
    ],
)
def test_a_dictionary_that_is_written_out_is_read(source: str) -> None:
    assert entry_of(["x = 1", source]) == READ


def test_the_last_assignment_counts() -> None:
    assert entry_of([ENTRY, "open_entry = {'epochs': 3}"])["epochs"] == 3
    assert entry_of(["open_entry = other", ENTRY]) == READ
    assert entry_of(["open_entry = {", ENTRY]) == READ
    assert entry_of([ENTRY, "if open_entry:\n    print(open_entry)", "!echo open_entry"]) == READ
    assert "is computed (line 2" in reason(ENTRY, "a = 1\nopen_entry = {'epochs': a}")
    assert reason(ENTRY, "open_entry = {}") == "open_entry is empty"


@pytest.mark.parametrize(
    "source",
    [
        "open_entry = START | {'epochs': 3}",
        "open_entry = dict(epochs=3)",
        "open_entry = {**BASE, 'epochs': 3}",
        "open_entry = {'epochs': 3 * 4}",
        "open_entry = {['epochs']: 3}",
        "open_entry, x = {'epochs': 3}, 1",
        f"{ENTRY}\nopen_entry['epochs'] = 3",
        f"{ENTRY}\nopen_entry |= {{'epochs': 3}}",
        f"{ENTRY}\nopen_entry.update(epochs=3)",
        f"{ENTRY}\ndel open_entry['epochs']",
        f"if x:\n    {ENTRY}",
        f"{ENTRY}\nfor open_entry in search():\n    pass",
        f"{ENTRY}\ndef open_entry():\n    return 1",
    ],
)
def test_what_is_computed_is_refused(source: str) -> None:
    assert "is computed (line" in reason(source)
    assert "write its settings out in one dictionary" in reason(source)


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("x = 1", "there is no cell with open_entry"),
        ("open_entry: dict", "there is no cell with open_entry"),
        ("open_entry = {'epochs': 3", "the cell with open_entry is not Python (line 1)"),
        ("open_entry = [('epochs', 3)]", "open_entry is a list of length 1; expected a dictionary"),
        ("open_entry = None", "open_entry is None; expected a dictionary"),
        ("open_entry = {'epoch': 3}", "'epoch' is not an entry of a configuration; did you mean"),
        ("open_entry = {'optimizer': 'AdamW'}", "did you mean 'adamw'"),
        ("open_entry = {1: 3}", "'1' is not an entry of a configuration"),
        ("open_entry = {'lr': '0.1'}", "'lr' is '0.1', a text; expected a number above 0"),
        ("open_entry = {'lr': 1e999}", "'lr' is inf; expected a number"),
        ("open_entry = {'epochs': 0x" + "f" * 5000 + "}", "a whole number of more than 1,200"),
        ("open_entry = {'epochs': {1, 2}}", "expected a whole number from 1 to 100"),
        ("open_entry = {'channels': [257]}", "a list of 1 to 4 whole numbers from 1 to 256"),
        ("open_entry = {'layers': [2049]}", "a list of 0 to 4 whole numbers from 1 to 2048"),
        (
            "open_entry = {'channels': [256, 256, 256], 'epochs': 30}",
            "it costs 2.94 times what is allowed",
        ),
        (
            "open_entry = {'channels': [256], 'side': 32, 'batch_size': 600, 'epochs': 1}",
            "one minibatch of 600 pictures has 157,286,400 outputs of convolutions; allowed are "
            "40,000,000, because they have to fit into memory. Take a 'batch_size' of 152 or less",
        ),
        (f"{ENTRY}  # {'x' * LONGEST}", "characters; 10,000 are read at most"),
        ("open_entry = " + "[" * 4000 + "]" * 4000, "is not Python"),
        ("open_entry = " + "-" * 9000 + "1", "open_entry"),
        ("open_entry = {'lr': 1}\0", "is not Python"),
    ],
)  # fmt: skip
def test_what_cannot_be_trained_is_named(source: str, said: str) -> None:
    assert said in reason(source)


def test_the_batch_size_that_is_named_fits() -> None:
    large = {"channels": [256], "side": 32, "epochs": 1}
    assert entry_of([f"open_entry = {large | {'batch_size': 152}}"])["batch_size"] == 152
    assert "allowed are 40,000,000" in reason(f"open_entry = {large | {'batch_size': 153}}")


def test_the_exam_has_its_own_limits() -> None:
    large = {"channels": [96], "epochs": 1}
    assert capstone.read(large, limits=capstone.OPEN)["channels"] == [96]
    with pytest.raises(ValueError, match="from 1 to 64"):
        capstone.read(large)
    assert capstone.OPEN.budget == 20 * capstone.BUDGET
    settings = capstone.read({"epochs": 9})
    shares = capstone.budget_used(settings), capstone.budget_used(settings, capstone.OPEN)
    assert shares[0] == pytest.approx(20 * shares[1])


def test_a_submission_is_read_in_a_process_with_limits_and_nothing_of_it_runs(
    tmp_path: Path,
) -> None:
    """Notebooks with another name, without an entry, damaged, and with code that would do harm."""
    touched = tmp_path / "touched"
    harm = f"open({str(touched)!r}, 'w').close()"
    cells = [new_markdown_cell(ENTRY), new_code_cell(harm), new_code_cell(f"{harm}\n{ENTRY}")]
    computed, deep = f"open_entry = {{'epochs': {harm}}}", "open_entry = " + "{1: " * 2400
    handed_in = {
        "amy": ("copy of cup.ipynb", nbformat.writes(new_notebook(cells=cells))),
        "ben": ("cup.ipynb", nbformat.writes(new_notebook(cells=[new_code_cell(computed)]))),
        "cat": ("cup.ipynb", "<!DOCTYPE html>"),
        "dan": ("cup.ipynb", nbformat.writes(new_notebook(cells=cells[:1]))),
        "eve": ("cup.ipynb", nbformat.writes(new_notebook(cells=[new_code_cell(deep)]))),
    }
    process, found = LimitedProcess(), {}
    for student, (name, text) in handed_in.items():
        (tmp_path / student).mkdir()
        (tmp_path / student / name).write_text(text, encoding="utf-8")
        found[student] = open_entry_in(process, tmp_path / student, ["cup"])
    (tmp_path / "fay").mkdir()
    found["fay"] = open_entry_in(process, tmp_path / "fay", ["cup"])
    process.close()
    assert found["amy"] == (READ, "")
    assert "is computed" in found["ben"][1] and "a web page" in found["cat"][1]
    assert found["dan"] == ({}, "there is no cell with open_entry")
    assert "is not Python" in found["eve"][1] and "no file called" in found["fay"][1]
    assert not touched.exists()
