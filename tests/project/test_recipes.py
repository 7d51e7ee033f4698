"""The blocks of docs/recipes.md run, and do what they promise."""

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.project import ROOT

PAGE = (ROOT / "docs/recipes.md").read_text("utf-8")
RECIPES = {
    part.splitlines()[0]: "\n".join(re.findall(r"^```python\n(.*?)^```$", part, re.M | re.S))
    for part in PAGE.split("\n## ")[1:]
}
FIRST = "Train, evaluate, predict"


def learned(names: dict[str, Any]) -> bool:
    loss = names["history"].loss
    return bool(loss[-1] < 0.8 * loss[0])


PROMISES = {
    FIRST: lambda n: n["accuracy"] > 0.85 and np.mean(n["classes"] == n["t_test"]) == n["accuracy"],
    "Freeze layers": lambda n: n["frozen"] and learned(n),
    "Average the weights (EMA)": lambda n: n["accuracy_of_average"] > 0.8,
    "Limit norms, or make weights sparse": lambda n: n["longest"] < 1.0001 and n["zeros"] > 0.05,
    "Mixup": lambda n: n["history"].validation_accuracy[-1] > 0.8 and not n["history"].accuracy,
    "Save a run and continue it": lambda n: (
        n["resumed"] == n["in_one_piece"]
        and n["interrupted"].epochs == 2
        and np.array_equal(n["model"][0].W.data, n["same_model"][0].W.data)
    ),
    "Your own loss, weights of classes, labels to ignore": lambda n: (
        n["accuracy_with_few_labels"] > 0.8
    ),
    "Weights of samples": lambda n: (
        learned(n) and n["history_of_coder"].loss[-1] < 0.8 * n["history_of_coder"].loss[0]
    ),
    "Measure something else": lambda n: (
        all(values[-1] > 0.5 and len(values) == 2 for values in n["history"].metrics.values())
    ),
    "Search with scikit-learn": lambda n: n["search"].best_params_ == {"hidden": 32},
}


def test_there_are_twelve_and_more() -> None:
    assert len(RECIPES) >= 12 and PROMISES.keys() <= RECIPES.keys()


@pytest.mark.parametrize("title", RECIPES)
def test_it_runs(title: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}
    exec(RECIPES[FIRST], names)
    if title != FIRST:
        exec(RECIPES[title], names)
    assert PROMISES.get(title, learned)(names)
