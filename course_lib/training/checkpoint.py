"""Checkpoints: continue an interrupted training run with the same results."""

from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from course_lib.backend import Generator, to_numpy
from course_lib.habits import helpful
from course_lib.layers.layer import Layer
from course_lib.optimizers.optimizer import Optimizer
from course_lib.training.callbacks import Run
from course_lib.training.history import History
from course_lib.training.saving import read_archive, write_archive
from course_lib.tree import Tree, differences, generators, require_no_differences


class Checkpoint:
    """Save after each epoch everything that is needed to continue from there.

    That is: parameters, running statistics, the optimizer's state, the state of every random
    generator, the history, and the state of the other callbacks, such as the weights of the best
    epoch. The same lines start a run and continue it:

        checkpoint = Checkpoint("run.npz", model, optimizer, rng)
        fit(model, …, rng=rng, history=checkpoint.resume(), callbacks=[checkpoint])

    `fit` calls it after the other callbacks of an epoch, whatever their order, and before them at
    the end. A run that ends within an epoch continues from the last file.

    Parameters
    ----------
    path : an npz file; the new file replaces the old one only when it is complete
    model, optimizer, rng : the ones that `fit` gets
    every : number of epochs between two files; the last epoch is saved in any case

    Raises
    ------
    TypeError
        If model or optimizer is something else, or if rng or a generator of the model is not a
        `numpy.random.Generator`: the state of others cannot be written.
    ValueError
        If every is below 1; in `fit`, if it trains with another model, optimizer or rng.
    FileNotFoundError
        If there is no such folder.
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
    ) -> None:
        for name, given, kind in (("model", model, Layer), ("optimizer", optimizer, Optimizer)):
            if not isinstance(given, kind):
                raise TypeError(
                    f"Checkpoint: {name} is a {type(given).__name__}; write Checkpoint(path, "
                    f"model, optimizer, rng), and derive a class of your own from {kind.__name__}"
                )
        if every < 1:
            raise ValueError(f"Checkpoint: every is {every}, expected 1 or more")
        self.path = Path(path)
        if not self.path.parent.is_dir():
            raise FileNotFoundError(
                f"Checkpoint: there is no folder {self.path.parent}; "
                f"pathlib.Path({str(self.path.parent)!r}).mkdir(parents=True) makes it"
            )
        self.model = model
        self.optimizer = optimizer
        self.rng = rng
        self.every = every
        self._others: dict[str, Any] = {}  # callbacks with a state
        self._resumed: dict[str, dict[str, Any]] | None = None  # their states in the file
        self._within_epoch = False
        self._written = 0
        self._generators()  # refuse those whose state cannot be written

    def join(self, run: Run) -> None:
        """Refuse another run than that of the file, and give the other callbacks their states."""
        for name in ("model", "optimizer", "rng"):
            theirs = getattr(run, name)
            if theirs is not getattr(self, name) and not (name == "rng" and theirs is None):
                raise ValueError(
                    f"fit: {name} is another one than that of the Checkpoint; give both the same"
                )
        self._others, numbers = {}, Counter[str]()
        for callback in run.callbacks:
            if hasattr(callback, "state_dict") and hasattr(callback, "load_state_dict"):
                kind = type(callback).__name__
                self._others[f"{kind}.{numbers[kind]}"] = callback
                numbers[kind] += 1
        resumed, self._resumed = self._resumed, None
        if resumed is not None and (missing := self._others.keys() - resumed):
            raise ValueError(
                f"Checkpoint: {self.path.name} was written without {', '.join(sorted(missing))}, "
                "whose state of the epochs before is not known; leave it out, or start a new run"
            )
        for name, callback in self._others.items():
            if resumed is not None:
                callback.load_state_dict(resumed[name])
        self._arrays()  # refuse those that cannot be written

    def begin(self, history: History) -> None:
        """What is in the history is in the file."""
        self._within_epoch, self._written = False, history.epochs

    def step(self, t: int) -> None:
        """From here to the end of the epoch there is nothing to continue from."""
        self._within_epoch = True

    def __call__(self, epoch: int, history: History, /) -> None:
        """Write the file after every ``every`` epochs."""
        self._within_epoch = False
        if (epoch + 1) % self.every == 0:
            self._write(history)

    def finish(self, history: History) -> None:
        """Write the last epoch, if it is complete and not yet written."""
        if history.epochs > self._written and not self._within_epoch:
            self._write(history)

    def resume(self) -> History:
        """Restore everything from the file; without a file, change nothing.

        The state of an optimizer goes to the parameters of the same names, and that of the other
        callbacks to those of the same class, when `fit` begins.

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
        if "parameters" not in notes:
            raise ValueError(f"{where} was written by an older version; start a new run")
        if notes["optimizer"] != type(self.optimizer).__name__:
            raise ValueError(
                f"{where} was written with {notes['optimizer']}, the optimizer now is "
                f"{type(self.optimizer).__name__}"
            )
        found: dict[str, dict[str, Any]] = {"model": {}, "optimizer": {}}
        others: dict[str, dict[str, Any]] = {name: {} for name in notes["callbacks"]}
        for name, array in arrays.items():
            owner, _, inner = name.partition(".")
            if owner == "callbacks":
                kind, number, inner = inner.split(".", 2)
                others[f"{kind}.{number}"][inner] = array
            else:
                found[owner][inner] = array
        inner_name = {by_name: name for name, by_name in self._state_by_name().items()}
        found["optimizer"] = {inner_name.get(n, n): a for n, a in found["optimizer"].items()}
        trees: dict[str, Tree] = {"model": self.model, "optimizer": self.optimizer}
        problems = []
        for owner, tree in trees.items():
            problems += differences(tree, found[owner], f"{owner}.")
        require_no_differences(where, problems)
        drawing = self._generators()
        for what, old, new in (
            ("groups of parameters", notes["parameters"], self._parameters()),
            ("random generators", [list(notes["generators"])], [list(drawing)]),
        ):
            if list(map(sorted, old)) != list(map(sorted, new)):
                raise ValueError(
                    f"{where} does not fit: it has the {what} {old}, the run now has {new}"
                )
        for name, rng in drawing.items():  # first, because a generator may reject its state
            rng.bit_generator.state = notes["generators"][name]
        for owner, tree in trees.items():
            tree.load_state_dict(found[owner])
        self._resumed = others
        return History(**notes["history"])

    def _parameters(self) -> list[list[str]]:
        """Names of the parameters in each group of the optimizer."""
        names = {id(p): name for name, p in self.model.named_parameters()}
        numbers = {id(p): f"outside.{i}" for i, p in enumerate(self.optimizer.params)}
        names = numbers | names
        return [[names[id(p)] for p in group.params] for group in self.optimizer.groups]

    def _state_by_name(self) -> dict[str, str]:
        """Names of the optimizer's state, ``m.0``, and by its parameters, ``m.0.W``.

        A list with an array of the shape of each parameter belongs to the parameters.
        """
        state = self.optimizer.state_dict()
        names = [name for group in self._parameters() for name in group]
        shapes = [tuple(p.data.shape) for p in self.optimizer.params]
        by_name = dict(zip(state, state, strict=True))
        for prefix in {name.rpartition(".")[0] for name in state}:
            of_list = [f"{prefix}.{i}" for i in range(len(names))]
            if [np.shape(state[name]) for name in of_list if name in state] == shapes:
                by_name |= {old: f"{prefix}.{new}" for old, new in zip(of_list, names, strict=True)}
        return by_name

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

    def _arrays(self) -> dict[str, Any]:
        arrays = {f"model.{name}": array for name, array in self.model.state_dict().items()}
        by_name = self._state_by_name()
        for name, array in self.optimizer.state_dict().items():
            arrays[f"optimizer.{by_name[name]}"] = array
        for other, callback in self._others.items():
            for name, array in callback.state_dict().items():
                if to_numpy(array).dtype == object:
                    raise TypeError(f"Checkpoint: {name} of the state of {other} is no array")
                arrays[f"callbacks.{other}.{name}"] = array
        return arrays

    def _write(self, history: History) -> None:
        notes = {
            "kind": "checkpoint",
            "optimizer": type(self.optimizer).__name__,
            "parameters": self._parameters(),
            "generators": {n: rng.bit_generator.state for n, rng in self._generators().items()},
            "callbacks": list(self._others),
            "history": asdict(history),
        }
        write_archive(self.path, self._arrays(), notes)
        self._written = history.epochs
