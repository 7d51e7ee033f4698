"""Checkpoints: continue an interrupted training run with the same results."""

from dataclasses import asdict
from pathlib import Path

import numpy as np

from course_lib.backend import Generator
from course_lib.layers.layer import Layer
from course_lib.optimizers.optimizer import Optimizer
from course_lib.training.archive import read_archive, write_archive
from course_lib.training.best import KeepBest
from course_lib.training.history import History
from course_lib.training.state import (
    Slot,
    arrays_of,
    generator_slot,
    require_same_arrays,
    slots,
)


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
        If rng is not a `numpy.random.Generator`: the state of others cannot be written.
    ValueError
        If every is below 1.
    """

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
        if not isinstance(rng, np.random.Generator):
            raise TypeError(
                f"Checkpoint: rng is a {type(rng).__name__}, expected a numpy.random.Generator"
            )
        if every < 1:
            raise ValueError(f"Checkpoint: every is {every}, expected 1 or more")
        self.path = Path(path)
        self.model = model
        self.optimizer = optimizer
        self.rng = rng
        self.every = every
        self.best = best

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
        found = self._arrays()
        require_same_arrays(
            where,
            {name: tuple(slot.get().shape) for name, slot in found.items()},
            {n: a.shape for n, a in arrays.items() if self.best or not n.startswith("best.")},
        )
        if notes["others"].keys() != self._others().keys():
            raise ValueError(
                f"{where} does not fit: it has {sorted(notes['others'])} beside its arrays, the "
                f"model and the optimizer have {sorted(self._others())}"
            )
        for name, slot in self._others().items():  # first, because a generator may reject its state
            slot.put(notes["others"][name])
        for name, slot in found.items():
            slot.put(arrays[name])
        if self.best is not None:
            self.best.epoch = notes["best_epoch"]
        return History(**notes["history"])

    def _arrays(self) -> dict[str, Slot]:
        owners: dict[str, Layer | Optimizer] = {"model": self.model, "optimizer": self.optimizer}
        if self.best is not None:
            owners["best"] = self.best.own_copy()
        return {
            f"{owner}.{name}": slot
            for owner, thing in owners.items()
            for name, slot in arrays_of(thing).items()
        }

    def _others(self) -> dict[str, Slot]:
        """Numbers and generators."""
        found = {"rng": generator_slot(self.rng)}
        for owner, thing in (("model", self.model), ("optimizer", self.optimizer)):
            arrays = arrays_of(thing)
            found |= {f"{owner}.{n}": p for n, p in slots(thing).items() if n not in arrays}
        return found

    def _write(self, history: History) -> None:
        write_archive(
            self.path,
            {name: slot.get() for name, slot in self._arrays().items()},
            {
                "kind": "checkpoint",
                "optimizer": type(self.optimizer).__name__,
                "others": {name: slot.get() for name, slot in self._others().items()},
                "best_epoch": self.best.epoch if self.best is not None else None,
                "history": asdict(history),
            },
        )
