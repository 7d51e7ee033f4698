"""The history of a training run."""

import math
from collections.abc import Iterable
from dataclasses import dataclass, field, fields


@dataclass
class History:
    """Lists with one entry per epoch; empty where nothing was measured.

    Attributes
    ----------
    loss, accuracy : means over the epoch's minibatches while the model was learning from them, with
        dropout at work; so they do not show the state at the end of the epoch
    validation_loss, validation_accuracy : at the end of the epoch, with ``training=False``
    lr : learning rate of the epoch's last step
    steps : number of minibatches
    metrics : name -> list, of the validation set at the end of the epoch, see `fit`
    seconds : how long the epoch took, validation included; it does not count when two histories are
        compared
    """

    loss: list[float] = field(default_factory=list)
    accuracy: list[float] = field(default_factory=list)
    validation_loss: list[float] = field(default_factory=list)
    validation_accuracy: list[float] = field(default_factory=list)
    lr: list[float] = field(default_factory=list)
    steps: list[int] = field(default_factory=list)
    metrics: dict[str, list[float]] = field(default_factory=dict)
    seconds: list[float] = field(default_factory=list, compare=False)

    @property
    def epochs(self) -> int:
        """Number of epochs completed."""
        return len(self.loss)

    def watched(self, name: str) -> list[float]:
        """The list of this name, a metric's too.

        Raises
        ------
        ValueError
            If there is no such list, or nothing in it; the message says why.
        """
        require_list_of_history("watched", name, self.metrics)
        values: list[float] = self.metrics.get(name) or getattr(self, name, [])
        if not values:
            raise ValueError(
                f"history.{name} is empty; pass fit(…, validation=(x, t)) or watch another list"
            )
        return values

    def costs(self, name: str) -> list[float]:
        """The list of this name so that lower is better: accuracies and scores with a minus."""
        values = self.watched(name)
        return [-value for value in values] if name.endswith(("accuracy", "score")) else values

    def best_epoch(self, watch: str = "validation_loss") -> int:
        """The epoch with the lowest loss or highest accuracy, from 0; the first of several.

        Higher is better where the name ends in "accuracy" or "score"; nan is never best.
        """
        values = [math.inf if math.isnan(value) else value for value in self.costs(watch)]
        return min(range(len(values)), key=values.__getitem__)

    def last(self) -> str:
        """The newest numbers in one line."""
        names = ("loss", "accuracy", "validation_loss", "validation_accuracy")
        lists = {name.replace("_", " "): getattr(self, name) for name in names} | self.metrics
        shown = [
            f"{name} {values[-1]:{'.3f' if name.endswith('accuracy') else '.4g'}}"
            for name, values in lists.items()
            if values
        ]
        return ", ".join(shown)


def require_list_of_history(where: str, name: str, metrics: Iterable[str] = ()) -> None:
    """Raise ValueError unless a history with these metrics has a list of this name."""
    names = [field.name for field in fields(History) if field.name != "metrics"] + list(metrics)
    if name not in names:
        raise ValueError(f"{where}: a history has no {name!r}; it has {', '.join(names)}")
