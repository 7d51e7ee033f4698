"""``evaluate(model, batches) -> accuracy``: in evaluation mode, without a graph."""

from typing import Any

import numpy as np

from grader.checking.contract import (
    Case,
    OwnRun,
    case,
    function,
    holds,
    mistake,
    slips,
    step,
    values,
)


def evaluate(model, batches):
    import torch

    mode = model.training
    model.eval()
    right, n = 0, 0
    with torch.no_grad():
        for x, labels in batches:
            right += (model(x).argmax(dim=1) == labels).sum().item()
            n += len(labels)
    model.train(mode)
    return right / n


def run(evaluate, case):
    import torch

    graphs = []  # not an attribute of the model, so that a copy of it writes here, too

    class Watched(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.norm = torch.nn.BatchNorm1d(len(case["mean"]), affine=False).double()
            self.norm.running_mean.copy_(torch.from_numpy(case["mean"]))
            self.norm.running_var.copy_(torch.from_numpy(case["var"]))
            self.W = torch.nn.Parameter(torch.from_numpy(case["W"]))
            self.frozen = torch.nn.Parameter(torch.tensor(case["added"]), requires_grad=False)

        def forward(self, x):
            y = self.norm(x) @ self.W + self.frozen
            graphs.append(y.requires_grad)
            return y

    recording = torch.is_grad_enabled()
    model = Watched()
    x, labels = torch.from_numpy(case["x"]), torch.from_numpy(case["labels"])
    pairs = list(zip(x.split(case["sizes"]), labels.split(case["sizes"]), strict=True))

    class Batches:
        """In each loop the batches have another order, as those of a loader that shuffles."""

        def __len__(self):
            return len(pairs)

        def __iter__(self):
            pairs.append(pairs.pop(0))
            return iter(list(pairs))

    batches = Batches()
    found, left = {}, []
    for mode in (True, False):
        model.train(mode)
        found["accuracy" if mode else "again"] = evaluate(model, batches)
        found[f"mode {mode}"] = [part.training for part in model.modules()]
    found["a float"] = not any(isinstance(found[k], torch.Tensor) for k in ("accuracy", "again"))
    found["mean"] = model.norm.running_mean.numpy().copy()
    found["graph"] = any(graphs)
    found["passes"] = len(graphs)
    # What a student's function changes of the process is put back after each call. Not here.
    function = getattr(evaluate, "__wrapped__", evaluate)
    for on in (True, False):
        try:
            torch.set_grad_enabled(on)
            function(model, batches)
            left.append(torch.is_grad_enabled())
        finally:
            torch.set_grad_enabled(recording)
    if not left[0] or not model.W.requires_grad:
        found["autograd"] = "switched off"
    elif model.frozen.requires_grad:
        found["autograd"] = "switched on for a weight that is not trained"
    else:
        found["autograd"] = "switched on" if left[1] else "as before"
    return found


def scored(
    rng: np.random.Generator, about: str, sizes: list[int], classes: int, added: float = 0.0
) -> Case:
    """Samples whose accuracy differs between the modes, and between the batches."""
    n, ends = sum(sizes), np.cumsum(sizes)
    parts = [slice(end - size, end) for size, end in zip(sizes, ends, strict=True)]
    while True:
        W, x = rng.normal(size=(4, classes)), rng.normal(size=(n, 4)) + rng.normal(size=4)
        mean, var = rng.normal(size=4), rng.uniform(0.2, 3, size=4)
        scores = (x - mean) / np.sqrt(var + 1e-5) @ W
        labels = scores.argmax(axis=1)
        wrong = rng.random(n) < np.linspace(0.1, 0.7, n)
        labels = np.where(wrong, (labels + 1) % classes, labels)
        hits = scores.argmax(axis=1) == labels
        in_training = np.concatenate(
            [
                ((x[p] - x[p].mean(0)) / (x[p].std(0) + 1e-9) @ W).argmax(1) == labels[p]
                for p in parts
            ]
        )
        by_batch = np.mean([hits[p].mean() for p in parts])
        p = np.exp(scores - scores.max(axis=1, keepdims=True))
        sure = hits & (p.sum(axis=1) < 2)  # a probability above 1/2
        shares = hits.mean(), by_batch, *(hits[p].mean() for p in parts)
        apart = len({round(float(v), 6) for v in shares})
        differs = abs(in_training.mean() - hits.mean()) > 0.02 and sure.sum() < hits.sum()
        if differs and 0.3 < hits.mean() < 0.9 and apart == len(shares):
            break
    return case(about, x=x, labels=labels, sizes=sizes, W=W, added=added, mean=mean, var=var)


def same_in_both_modes(case: Case, got: dict[str, Any], want: dict[str, Any]) -> str | None:
    """Whether the mode of the model before the call makes no difference."""
    if np.isclose(got["accuracy"], got["again"], rtol=0, atol=1e-9):
        return None
    return f"In training mode it was {got['accuracy']:.4g}, in evaluation mode {got['again']:.4g}."


def mode_is_kept(case: Case, got: dict[str, Any], want: dict[str, Any]) -> str | None:
    for before in (True, False):
        after, *inside = got[f"mode {before}"]
        names = {True: "training", False: "evaluation"}
        if after is not before:
            return f"The model was in {names[before]} mode, and is in {names[after]} mode now."
        if inside != [before]:
            return f"The model was in {names[before]} mode, and a layer in it is not now."
    return None


def no_graph(case: Case, got: dict[str, Any], want: dict[str, Any]) -> str | None:
    if got["passes"] < 1:
        return "The model was not called."
    if got["graph"]:
        return "Autograd records the passes: the scores have `requires_grad=True`."
    return None


def switched_off(model, batches):
    """Autograd stays switched off after your function, so no later training computes a gradient.
    `with torch.no_grad():` ends with its block.
    """
    import torch

    torch.set_grad_enabled(False)
    return evaluate(model, batches)


exercise = function(
    evaluate,
    returns="the accuracy",
    outputs="accuracy",
    points=2,
    answers=("grader.exercises.ps24.evaluate",),
    cases=lambda rng: [
        scored(rng, "a batch that is smaller", [25, 25, 11], 3),
        scored(rng, "12 classes, all scores far below 0", [20, 9, 31, 24], 12, added=-1e4),
    ],
    run=OwnRun(run, needs="torch"),
    judge=[
        values(
            "accuracy",
            "again",
            title="accuracy over all samples, in evaluation mode",
            weight=3,
        ),
        # The two parts of it, each with its own help: it fails where one of them does.
        values(
            "again",
            title="a model in evaluation mode: accuracy over all samples",
            alone=False,
            help="Count the right samples and all samples, and divide at the end.",
        ),
        holds(
            "a model in training mode: the same accuracy",
            same_in_both_modes,
            alone=False,
            help="In which mode is the model while it computes the scores?",
        ),
        values(
            "mean",
            title="running statistics are left as they were",
            weight=2,
            alone=False,
            help="In which mode does batch normalisation change its running statistics?",
        ),
        holds(
            "the mode is the one from before",
            mode_is_kept,
            weight=4,
            alone=False,
            help="""A model has `model.training`, which is True or False, and `model.train(…)` takes
            such a value.""",
        ),
        holds(
            "no graph is recorded",
            no_graph,
            weight=2,
            alone=False,
            help="Inside `with torch.no_grad():` autograd records nothing.",
        ),
        values(
            "autograd",
            title="autograd is as it was before",
            weight=4,
            alone=False,
            help="""A call such as `torch.set_grad_enabled(False)` holds for everything that
            follows. How long does `with torch.no_grad():` hold?""",
        ),
        holds(
            "the accuracy is a float",
            lambda case, got, want: None if got["a float"] else "It is a tensor.",
            alone=False,
            help="`.item()` of a tensor with one entry is its number.",
        ),
    ],
    form=(),
    without=("in place",),
    hints=(
        step(
            """The predicted class of a sample is the column with the largest score:
            `scores.argmax(dim=1)`.""",
            "a model in evaluation mode: accuracy over all samples",
        ),
        step(
            "Note the mode of the model first, and set it again before you return.",
            "the mode is the one from before",
        ),
    ),
    mistakes=(
        mistake(switched_off),
        *slips("""
# model.eval()
    The model stays in training mode: batch normalisation then uses the statistics of each batch.
model.train(True)
    The model is in training mode afterwards, whatever its mode was before.
model.training = mode
    You set the mode of the model alone, and its layers stay in evaluation mode. Which method sets
    both, as `model.eval()` does?
# model.train(mode)
    The model stays in evaluation mode. If the next cell trains it, it has the wrong mode.
right += (model(x).argmax(dim=1) == labels).float().mean().item()
n += 1
    You return a mean over batches. A small last batch then counts as much as a large one.
right += (model(x).argmax(dim=0) == labels[: model(x).shape[1]]).sum().item()
    `dim=0` goes down the rows: it finds a sample for each class. You want a class for each sample.
with torch.enable_grad():
    Autograd records the passes, which costs memory and time.
right = (model(x).argmax(dim=1) == labels).sum().item()
n = len(labels)
    You return the accuracy of the last batch.
return right
    You return a count.
"""),
    ),
)
