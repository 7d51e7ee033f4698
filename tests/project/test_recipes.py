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
BRIDGE = "Weights to PyTorch and back"


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
    "Measure something else": lambda n: all(
        values[-1] > 0.5 and len(values) == 2 for values in n["history"].metrics.values()
    ),
    "Search with scikit-learn": lambda n: n["search"].best_params_ == {"hidden": 32},
    "A recurrent layer": lambda n: (
        learned(n) and len(n["checks"]) == 5 and all(n["checks"].values())
    ),
    "Attention": lambda n: learned(n) and len(n["checks"]) == 7 and all(n["checks"].values()),
    "Sequences of different lengths": lambda n: learned(n) and n["unchanged"],
    BRIDGE: lambda n: learned(n) and n["same"],
}


def test_there_are_twelve_and_more() -> None:
    assert len(RECIPES) >= 12 and PROMISES.keys() <= RECIPES.keys()


def run(title: str) -> dict[str, Any]:
    """The names of a recipe, and of the first one."""
    names: dict[str, Any] = {}
    exec(RECIPES[FIRST], names)
    if title != FIRST:
        exec(RECIPES[title], names)
    return names


@pytest.mark.parametrize("title", RECIPES)
def test_it_runs(title: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert PROMISES.get(title, learned)(run(title))


@pytest.mark.torch
def test_pytorch_computes_the_same_with_the_weights_that_it_gets() -> None:
    import torch

    names, nn = run(BRIDGE), torch.nn
    theirs = nn.Sequential(nn.Linear(64, 32), nn.BatchNorm1d(32), nn.ReLU(), nn.Linear(32, 10))
    state = names["to_torch"](names["model"].state_dict())
    tensors = {name: torch.from_numpy(array) for name, array in state.items()}
    missing = theirs.load_state_dict(tensors, strict=False)
    assert not missing.unexpected_keys
    assert set(missing.missing_keys) <= {"1.num_batches_tracked"}  # some versions list it
    x = names["x_test"]
    y = theirs.eval()(torch.from_numpy(x)).detach().numpy()
    np.testing.assert_allclose(y, names["model"](x), rtol=0, atol=1e-4)
    names["again"].load_state_dict(names["from_torch"](theirs.state_dict()))
    np.testing.assert_array_equal(names["again"](x), names["model"](x))


def test_other_libraries_read_the_file(tmp_path: Path) -> None:
    safetensors = pytest.importorskip("safetensors.numpy")
    names = run(BRIDGE)
    state = names["to_torch"](names["model"].state_dict())
    safetensors.save_file(state, tmp_path / "model.safetensors")
    read = names["from_torch"](safetensors.load_file(tmp_path / "model.safetensors"))
    assert read.keys() == names["model"].state_dict().keys()
    for name, array in names["model"].state_dict().items():
        np.testing.assert_array_equal(read[name], array)


def test_accumulated_gradients_are_those_of_a_larger_minibatch() -> None:
    names: dict[str, Any] = {}
    for title in (FIRST, "Accumulate gradients over several minibatches"):
        exec(RECIPES[title], names)
    models = [names["mlp"]([64, 32, 10], rng=np.random.default_rng(0)) for _ in range(2)]
    plain = names["Adam"](models[0].parameters(), lr=0.1)
    inner = names["Adam"](models[1].parameters(), lr=0.1)
    settings: dict[str, Any] = {"loss": names["softmax_cross_entropy"], "epochs": 1}
    parts = [(names["x"][i : i + 50], names["t"][i : i + 50]) for i in range(0, 400, 50)]
    whole = [(names["x"][i : i + 200], names["t"][i : i + 200]) for i in (0, 200)]
    names["fit"](models[0], whole, optimizer=plain, clip_norm=0.2, progress=False, **settings)
    accumulating = names["Accumulating"](inner, every=4, clip_norm=0.2)
    names["fit"](models[1], parts, optimizer=accumulating, progress=False, **settings)
    for p, q in zip(models[0].parameters(), models[1].parameters(), strict=True):
        np.testing.assert_allclose(p.data, q.data, rtol=1e-3, atol=1e-5)  # Adam magnifies rounding
