"""The table of an experiment is made by a command, whole or not at all."""

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from grader.checking.contract.registry import find
from grader.exercises import trainings
from tests.checking.made_up_experiment import EXERCISE, LR


def train(network, lr, seed):
    """The number shows where in the table it belongs."""
    return "ab".index(network) + 0.1 * LR.index(lr) + 0.001 * seed


@pytest.fixture
def made(tmp_path, monkeypatch):
    """An experiment whose table is not there yet."""
    exercise = replace(EXERCISE, train=train, table=tmp_path / "which.npy")
    monkeypatch.setattr(trainings, "find", lambda name: exercise)
    return exercise


def test_a_table_holds_each_setting_with_each_seed(made, capsys):
    trainings.main(["which_is_better"])
    table = np.load(made.table)
    assert table.shape == (2, 3, 60) and table.dtype == np.uint16
    for at in ((0, 0, 0), (1, 0, 0), (0, 2, 0), (1, 1, 59)):
        assert table[at] == round(1e4 * train("ab"[at[0]], LR[at[1]], at[2]))
    said = capsys.readouterr()
    assert "100 %" in said.err and "which.npy: 848 bytes" in said.out
    assert [file.name for file in made.table.parent.iterdir()] == ["which.npy"]


def test_a_training_that_fails_leaves_the_table_of_before(made, monkeypatch):
    made.table.write_bytes(b"before")

    def fails(network, lr, seed):
        if seed == 59:
            raise FloatingPointError("the loss is infinite")
        return 0.5

    for broken in (fails, lambda *training: math.nan):
        monkeypatch.setattr(trainings, "find", lambda name, f=broken: replace(made, train=f))
        with pytest.raises((FloatingPointError, ValueError)):
            trainings.main(["which_is_better"])
        assert made.table.read_bytes() == b"before"
        assert len(list(made.table.parent.iterdir())) == 1


def test_what_has_no_table_is_refused(monkeypatch, capsys):
    others: list[Any] = [find("one_hot"), EXERCISE]
    for other in others:
        monkeypatch.setattr(trainings, "find", lambda name, e=other: e)
        with pytest.raises(SystemExit):
            trainings.main([other.name])
        assert "is no experiment with a file for its table" in capsys.readouterr().err
