"""Go on with a training run that was interrupted, as if nothing had happened."""

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
    Place,
    arrays_of,
    generator_place,
    places,
    require_same_arrays,
)


class Checkpoint:
    """Write after each epoch all that is needed to go on from there.

    That is: parameters, running statistics, the optimizer's state, the state of every random
    generator, and the history. The same lines start a run and continue it:

        checkpoint = Checkpoint("run.npz", model, optimizer, rng)
        fit(model, …, rng=rng, history=checkpoint.resume(), callbacks=[checkpoint])

    Parameters
    ----------
    path : an npz file; written beside and then put in place, so that a crash leaves the old one
    model, optimizer, rng : the ones that `fit` gets
    every : write after every so many epochs
    best : a `KeepBest` whose copy is to be kept as well, or the one inside a `StopEarly` with
        restore: ``Checkpoint(…, best=stop.best)``; stands after it in callbacks

    Raises
    ------
    TypeError
        If rng is no `numpy.random.Generator`: the state of others cannot be written.
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
        """Write the file if it is time."""
        if (epoch + 1) % self.every == 0:
            self._write(history)

    def resume(self) -> History:
        """Put everything back as the file says; without a file, leave everything as it is.

        Returns
        -------
        history : for `fit`, which goes on after its last epoch; empty if there is no file

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
            raise ValueError(f"{where} is no checkpoint but a {notes.get('kind')}")
        if notes["optimizer"] != type(self.optimizer).__name__:
            raise ValueError(
                f"{where} was written with {notes['optimizer']}, the optimizer now is "
                f"{type(self.optimizer).__name__}"
            )
        found = self._arrays()
        require_same_arrays(
            where,
            {name: tuple(place.get().shape) for name, place in found.items()},
            {n: a.shape for n, a in arrays.items() if self.best or not n.startswith("best.")},
        )
        if notes["others"].keys() != self._others().keys():
            raise ValueError(
                f"{where} does not fit: it has {sorted(notes['others'])} beside its arrays, the "
                f"model and the optimizer have {sorted(self._others())}"
            )
        for name, place in self._others().items():  # first, because a generator may refuse
            place.put(notes["others"][name])
        for name, place in found.items():
            place.put(arrays[name])
        if self.best is not None:
            self.best.epoch = notes["best_epoch"]
        return History(**notes["history"])

    def _arrays(self) -> dict[str, Place]:
        owners: dict[str, Layer | Optimizer] = {"model": self.model, "optimizer": self.optimizer}
        if self.best is not None:
            owners["best"] = self.best.own_copy()
        return {
            f"{owner}.{name}": place
            for owner, thing in owners.items()
            for name, place in arrays_of(thing).items()
        }

    def _others(self) -> dict[str, Place]:
        """Numbers and generators."""
        found = {"rng": generator_place(self.rng)}
        for owner, thing in (("model", self.model), ("optimizer", self.optimizer)):
            arrays = arrays_of(thing)
            found |= {f"{owner}.{n}": p for n, p in places(thing).items() if n not in arrays}
        return found

    def _write(self, history: History) -> None:
        write_archive(
            self.path,
            {name: place.get() for name, place in self._arrays().items()},
            {
                "kind": "checkpoint",
                "optimizer": type(self.optimizer).__name__,
                "others": {name: place.get() for name, place in self._others().items()},
                "best_epoch": self.best.epoch if self.best is not None else None,
                "history": asdict(history),
            },
        )
