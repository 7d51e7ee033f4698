"""``can_memorise(run, n) -> bool``: whether a run can fit n images that it sees at every step."""

from typing import Any

import numpy as np

from course_lib.course.clinic.patients import recipe_of
from grader.checking.contract import Case, case, function, slip, slips, values


def can_memorise(run, n):
    run.restart()
    images, labels = run.training
    batch = images[:n], labels[:n]
    for _ in range(300):
        run.step(batch)
        loss = run.loss(batch)
        if loss < 0.1:
            return True
    return False


def cases(rng: np.random.Generator) -> dict[str, list[Case]]:
    def examined(
        about: str, fault: str, most: int = 24, factor: float = 1.0, **more: float
    ) -> Case:
        n = int(rng.integers(most // 2, most + 1))
        return case(about, recipe=recipe_of(fault, rng) | more, n=n, factor=factor)

    return {
        "runs of four kinds": [
            examined("a healthy run", "healthy"),
            examined("wrong labels in the loader", "labels shuffled"),
            examined("a rate too low", "learning rate too low"),
            examined("softmax applied twice", "softmax applied twice", 6, lr=0.5, dropout=0.0),
        ],
        "the run starts anew": [examined("", "healthy", factor=0.0)],
    }


def run(can_memorise: Any, case: Case) -> dict[str, Any]:
    """The answer, and what the run was asked to do; ``factor`` 0 ruins its weights before."""
    from course_lib.course.clinic.training_run import TrainingRun

    given = []

    class Watched(TrainingRun):
        def step(self, batch=None):
            given.append(batch)
            return super().step(batch)

    patient = Watched(case["recipe"])
    for p in patient.parameters():
        p *= case["factor"]
    answer = can_memorise(patient, case["n"])
    images, labels = (part[: case["n"]] for part in patient.training)

    def told(batch):
        if batch is None:
            return "the loader's batches"
        if np.array_equal(batch[0], images) and np.array_equal(batch[1], labels):
            return "the first n training images"
        return "all training images" if len(batch[0]) == len(patient.training[0]) else "others"

    seen = [told(batch) for batch in given] or ["nothing"]
    return {"answer": answer, "steps": len(given), "it trains on": max(seen, key=seen.count)}


def observe(case: Case, outputs: dict[str, Any]) -> dict[str, Any]:
    """Only what the definition fixes: not how many steps a run needs that succeeds."""
    answer, steps = outputs["answer"], outputs["steps"]
    flag = isinstance(answer, bool) or getattr(answer, "dtype", None) == np.bool_
    seen = {
        "answer": str(bool(answer)) if flag else "neither True nor False",
        "it trains on": str(outputs["it trains on"]),
    }
    if seen["answer"] == "False":
        seen["number of steps"] = "300 steps" if steps == 300 else f"{steps} steps"
    return seen


ANSWER, BATCH = "the answer", "every step sees the same n images"


exercise = function(
    can_memorise,
    returns="True or False",
    outputs="answer",
    points=1,
    cases=cases,
    run=run,
    observe=observe,
    judge=[
        values("answer", weight=6, title=ANSWER),
        values("answer", weight=3, cases="the run starts anew", alone=False),
        values("it trains on", weight=3, title=BATCH, alone=False),
        values("number of steps", cases=("a rate too low", "softmax applied twice"), alone=False),
    ],
    form=(),
    without=("in place",),
    answers=("grader.exercises.ps24.can_memorise", "course_lib.course.clinic.patients"),
    hints="""
    Which images does each step see, and which number says at the end whether they are memorised?

    `run.restart()` first. `batch` is the pair of `run.training[0][:n]` and `run.training[1][:n]`;
    call `run.step(batch)` at most 300 times and look at `run.loss(batch)` after each.

    A smaller example: if the losses after the first four steps are 1.9, 0.7, 0.2 and 0.08, four
    steps are enough and the answer is True. If the loss is 1.5 after 300 steps, it is False.
    """,
    mistakes=(
        *slips("""
# run.restart()
    You go on from the state in which the run was handed over. Somebody may have ruined its weights:
    what has to come before the first step?
run.step()
    You train on the loader's batches, so every step sees other images. What does `run.step` need,
    so that it always sees the same n?
images, labels = run.validation
    You take validation images. The question is whether the run can fit images of its training set.
batch = images, labels
    You take all training images, not the first n. What is `n` for?
for _ in range(30):
    You stop before 300 steps, so a slow run seems unable to learn. How many steps may it take?
loss = run.loss(run.batch())
    You measure the loss on another batch than the one that is trained on. Memorising says nothing
    about other images.
if loss > 0.1:
    You return True while the loss is still large. On which side of 0.1 are the images memorised?
"""),
        slip(
            "    return False",
            "    return None",
            "Where the images cannot be memorised, the function has to return False.",
        ),
        slip(
            """        loss = run.loss(batch)
        if loss < 0.1:""",
            """        if np.mean(run.predict(batch[0]).argmax(axis=1) == batch[1]) == 1:""",
            "You ask for the accuracy. After two softmaxes all n images can be classified "
            "correctly, while the loss stays above 1.46. Which number does the definition ask "
            "for?",
        ),
    ),
)
