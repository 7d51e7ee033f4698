"""Checkpoints: continue an interrupted training run with the same results."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from course_lib.backend import Generator
from course_lib.habits import helpful
from course_lib.layers.layer import Layer
from course_lib.optimizers.optimizer import Optimizer
from course_lib.training.callbacks import KeepBest
from course_lib.training.history import History
from course_lib.training.saving import read_archive, write_archive
from course_lib.tree import Tree, differences, generators, require_no_differences


class Checkpoint:
    """Save after each epoch everything that is needed to continue from there.

    That is: parameters, running statistics, the optimizer's state, the state of every random
    generator, and the history. The same lines start a run and continue it:

        checkpoint = Checkpoint("run.npz", model, optimizer, rng)
        fit(model, …, rng=rng, history=checkpoint.resume(), callbacks=[checkpoint])

    Parameters
    ----------
    path : an npz file; the new file replaces the old one only when it is complete
    model, optimizer, rng : the ones that `fit` gets
    every : number of epochs between two files
    best : a `KeepBest` whose copy is to be kept as well, or the one inside a `StopEarly` with
        restore: ``Checkpoint(…, best=stop.best)``; list the checkpoint after it in callbacks

    Raises
    ------
    TypeError
        If model or optimizer is something else, or if rng or a generator of the model is not a
        `numpy.random.Generator`: the state of others cannot be written.
    ValueError
        If every is below 1.
    """

    @helpful
    def __init__(
        self,
        path: str | Path,
        model: Layer,
        optimizer: Optimizer,
        rng: Generator,
        *,
        every: int = 1,
        best: KeepBest | None = None,
    ) -> None:
        for name, given, kind in (("model", model, Layer), ("optimizer", optimizer, Optimizer)):
            if not isinstance(given, kind):
                raise TypeError(
                    f"Checkpoint: {name} is a {type(given).__name__}; write "
                    "Checkpoint(path, model, optimizer, rng)"
                )
        if every < 1:
            raise ValueError(f"Checkpoint: every is {every}, expected 1 or more")
        self.path = Path(path)
        self.model = model
        self.optimizer = optimizer
        self.rng = rng
        self.every = every
        self.best = best
        self._generators()  # refuse those whose state cannot be written

    def __call__(self, epoch: int, history: History, /) -> None:
        """Write the file after every ``every`` epochs."""
        if (epoch + 1) % self.every == 0:
            self._write(history)

    def resume(self) -> History:
        """Restore everything from the file; without a file, change nothing.

        Returns
        -------
        history : for `fit`, which continues after its last epoch; empty if there is no file

        Raises
        ------
        ValueError
            If the file does not fit the model or the optimizer; nothing is changed then.
        """
        if not self.path.exists():
            return History()
        arrays, notes = read_archive(self.path)
        where = f"Checkpoint: {self.path.name}"
        if notes.get("kind") != "checkpoint":
            raise ValueError(f"{where} is not a checkpoint but a {notes.get('kind')}")
        if notes["optimizer"] != type(self.optimizer).__name__:
            raise ValueError(
                f"{where} was written with {notes['optimizer']}, the optimizer now is "
                f"{type(self.optimizer).__name__}"
            )
        trees = self._trees()
        found: dict[str, dict[str, Any]] = {owner: {} for owner in trees}
        for name, array in arrays.items():
            owner, _, inner = name.partition(".")
            if owner != "best" or self.best is not None:
                found[owner][inner] = array
        problems = []
        for owner, tree in trees.items():
            problems += differences(tree, found[owner], f"{owner}.")
        require_no_differences(where, problems)
        drawing = self._generators()
        if notes["generators"].keys() != drawing.keys():
            raise ValueError(
                f"{where} does not fit: it has the random generators {sorted(notes['generators'])}"
                f", the model has {sorted(drawing)}"
            )
        for name, rng in drawing.items():  # first, because a generator may reject its state
            rng.bit_generator.state = notes["generators"][name]
        for owner, tree in trees.items():
            tree.load_state_dict(found[owner])
        if self.best is not None:
            self.best.epoch = notes["best_epoch"]
        return History(**notes["history"])

    def _trees(self) -> dict[str, Tree]:
        trees: dict[str, Tree] = {"model": self.model, "optimizer": self.optimizer}
        return trees | ({"best": self.best.own_copy()} if self.best is not None else {})

    def _generators(self) -> dict[str, np.random.Generator]:
        inner = {f"model.{name}": rng for name, rng in generators(self.model).items()}
        drawing = {"rng": self.rng, **inner}
        for name, rng in drawing.items():
            if not isinstance(rng, np.random.Generator):
                raise TypeError(
                    f"Checkpoint: {name} is a {type(rng).__module__}.{type(rng).__name__}, whose "
                    "state cannot be saved; use a numpy.random.Generator, also for a model on a GPU"
                )
        return drawing

    def _write(self, history: History) -> None:
        write_archive(
            self.path,
            {
                f"{owner}.{name}": array
                for owner, tree in self._trees().items()
                for name, array in tree.state_dict().items()
            },
            {
                "kind": "checkpoint",
                "optimizer": type(self.optimizer).__name__,
                "generators": {n: rng.bit_generator.state for n, rng in self._generators().items()},
                "best_epoch": self.best.epoch if self.best is not None else None,
                "history": asdict(history),
            },
        )
