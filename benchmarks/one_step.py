"""What one training step runs through in course_lib: python benchmarks/one_step.py.

`fit` trains an MLP 64-32-10 (ReLU, softmax cross-entropy, SGD with momentum) on one minibatch, and
`sys.setprofile` notes every function of course_lib that is entered from the forward pass to the
update. A newcomer who follows a minibatch reads these functions and files.
"""

import sys
from collections import Counter
from pathlib import Path
from types import FrameType
from typing import Any

import numpy as np

import course_lib
from course_lib.layers import Linear, ReLU
from course_lib.losses import softmax_cross_entropy
from course_lib.models import Sequential
from course_lib.optimizers import SGD
from course_lib.training import fit

ROOT = Path(course_lib.__file__).parent


class Step(SGD):
    """Stop counting at the end of the update."""

    def step(self) -> None:
        """As SGD, and the last call that counts."""
        super().step()
        sys.setprofile(None)


def main() -> None:
    """Count and print."""
    rng = np.random.default_rng(0)
    x, t = rng.normal(size=(32, 64)).astype("float32"), rng.integers(10, size=32)
    calls: Counter[tuple[str, str]] = Counter()

    def note(frame: FrameType, event: str, _: Any) -> None:
        file = Path(frame.f_code.co_filename)
        if event == "call" and file.is_relative_to(ROOT):
            calls[str(file.relative_to(ROOT)), frame.f_code.co_qualname] += 1

    def train(first: bool) -> None:
        model = Sequential(Linear(64, 32, rng=rng), ReLU(), Linear(32, 10, rng=rng))
        forward = model.forward

        def forward_and_count(x: Any, *, training: bool) -> Any:
            if not first:
                sys.setprofile(note)
            return forward(x, training=training)

        model.forward = forward_and_count  # type: ignore[method-assign]
        fit(
            model, x, t, loss=softmax_cross_entropy,
            optimizer=Step(model.parameters(), lr=0.1, momentum=0.9),
            epochs=1, batch_size=32, rng=rng, progress=False,
        )  # fmt: skip

    train(first=True)  # imports happen in the first step
    train(first=False)
    for (file, function), count in calls.items():
        print(f"{count:4}  {file:32} {function}")
    files = {file for file, _ in calls}
    print(f"{calls.total()} calls of {len(calls)} functions in {len(files)} files")


if __name__ == "__main__":
    main()
