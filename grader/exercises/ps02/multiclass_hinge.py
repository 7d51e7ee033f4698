"""``multiclass_hinge(scores, labels, margin) -> (value, dscores)``: others keep a distance."""

from typing import Any

import numpy as np

from course_lib.losses import multiclass_hinge
from grader.checking import Case, Exercise, Mistake, _, case, shapes, unchanged_inputs, values
from grader.exercises.ps02.squared_error import by_columns, off_scale

KINK = "some exactly the margin apart"


def batch(
    rng: np.random.Generator, about: str, n: int, n_classes: int, labels: str = "int64"
) -> Case:
    """Each wrong class lies above the right one, within the margin, or safely below it.

    The kinds take turns along the rows, so that every case has all of them if it has room.
    """
    margin = float(rng.uniform(1.6, 2.4))
    chosen = rng.integers(n_classes, size=n)
    if n > 2:
        chosen[:3] = rng.permutation([chosen[0], chosen[0], (chosen[0] + 1) % n_classes])
    scores = rng.normal(size=(n, 1)) * np.ones(n_classes)
    turn = 0
    for row, label in zip(scores, chosen, strict=True):
        for k in range(n_classes):
            if k != label:
                bounds = ((0.3, 2.0), (-1.3, -0.3), (-5.0, -3.0))[turn % 3]
                row[k] += rng.uniform(*bounds)
                turn += 1
    return case(about, scores=scores, labels=chosen.astype(labels), margin=margin)


def cases(rng: np.random.Generator) -> list[Case]:
    single = batch(rng, "float32", 3, 4)
    halves = 0.5 * rng.permutation([-3, -1, 0, 2])[:3, None]
    kink = case(
        KINK,
        scores=halves + np.array([[2.0, 1.5, 0.5], [1.0, 0.0, 2.5], [-1.5, -1.5, 0.0]]),
        labels=np.array([0, 2, 2]),
        margin=1.5,
    )
    return [
        batch(rng, "one row, two classes", 1, 2),
        batch(rng, "more rows than classes", 6, 4),
        batch(rng, "as many rows as classes", 4, 4, labels="int32"),
        batch(rng, "labels in one byte", 3, 5, labels="uint8"),
        single | {"scores": single["scores"].astype(np.float32)},
        by_columns(batch(rng, "stored column by column", 5, 3)),
        kink,
    ]


TABLES = (
    "one row, two classes",
    "more rows than classes",
    "as many rows as classes",
    "labels in one byte",
    "float32",
    "stored column by column",
)


def run(multiclass_hinge: Any, case: Case) -> dict[str, Any]:
    # A first call with other numbers: what is kept outside of the call would show.
    multiclass_hinge(case["scores"] * 2, case["labels"].copy(), case["margin"])
    value, dscores = multiclass_hinge(case["scores"], case["labels"], case["margin"])
    return {"value": value, "dscores": dscores}


def observe(case: Case, outputs: dict[str, Any]) -> dict[str, Any]:
    """A class exactly the margin apart may get any share from 0 to 1/N; it counts as 0."""
    d, scores = np.asarray(outputs["dscores"]), case["scores"]
    if case["about"] != KINK or d.shape != scores.shape or d.dtype.kind not in "biuf":
        return outputs
    d, N = d.astype(float), len(d)
    for row, s, label in zip(d, scores, case["labels"], strict=True):
        at_kink = case["margin"] + s - s[label] == 0
        shares = np.where(at_kink & (row >= 0) & (row <= (1 + 1e-9) / N), row, 0)
        row -= shares
        row[label] += shares.sum()
    return {**outputs, "dscores": d}


def near(scores: Any, labels: Any, margin: Any) -> Any:
    """By how much each wrong class comes too near, and rows with a 1 for the right one."""
    right = np.eye(scores.shape[1])[labels]
    apart = margin + scores - np.sum(right * scores, axis=1, keepdims=True)
    return (1 - right) * np.maximum(0, apart), right


def right_class_too(scores: Any, labels: Any, margin: float) -> Any:
    short, right = near(scores, labels, margin)
    mask = (short > 0) * 1.0
    d = (mask - right * mask.sum(axis=1, keepdims=True)) / len(scores)
    return (np.sum(short) + margin * len(scores)) / len(scores), d


def right_class_too_in_both(scores: Any, labels: Any, margin: float) -> Any:
    short, right = near(scores, labels, margin)
    mask = (short > 0) * 1.0 + right
    d = (mask - right * (mask.sum(axis=1, keepdims=True) - 1)) / len(scores)
    return (np.sum(short) + margin * len(scores)) / len(scores), d


def right_class_gets_one(scores: Any, labels: Any, margin: float) -> Any:
    short, right = near(scores, labels, margin)
    return np.sum(short) / len(scores), ((short > 0) - right) / len(scores)


def right_class_gets_nothing(scores: Any, labels: Any, margin: float) -> Any:
    short, _right = near(scores, labels, margin)
    return np.sum(short) / len(scores), (short > 0) / len(scores)


def only_the_right_class(scores: Any, labels: Any, margin: float) -> Any:
    short, right = near(scores, labels, margin)
    count = (short > 0).sum(axis=1, keepdims=True)
    return np.sum(short) / len(scores), -right * count / len(scores)


def all_others_get_a_share(scores: Any, labels: Any, margin: float) -> Any:
    short, right = near(scores, labels, margin)
    others = 1 - right
    d = (others - right * others.sum(axis=1, keepdims=True)) / len(scores)
    return np.sum(short) / len(scores), d


def worst_only(scores: Any, labels: Any, margin: float) -> Any:
    short, right = near(scores, labels, margin)
    worst = short.max(axis=1, keepdims=True)
    mask = (short == worst) & (short > 0)
    return np.sum(worst) / len(scores), (mask - right * (worst > 0)) / len(scores)


def worst_in_the_value(scores: Any, labels: Any, margin: float) -> Any:
    short, right = near(scores, labels, margin)
    mask = (short > 0) * 1.0
    d = (mask - right * mask.sum(axis=1, keepdims=True)) / len(scores)
    return np.sum(short.max(axis=1)) / len(scores), d


def margin_of_one(scores: Any, labels: Any, margin: float) -> Any:
    short, right = near(scores, labels, 1.0)
    mask = (short > 0) * 1.0
    d = (mask - right * mask.sum(axis=1, keepdims=True)) / len(scores)
    return np.sum(short) / len(scores), d


def no_margin(scores: Any, labels: Any, margin: float) -> Any:
    short, right = near(scores, labels, 0.0)
    mask = (short > 0) * 1.0
    d = (mask - right * mask.sum(axis=1, keepdims=True)) / len(scores)
    return np.sum(short) / len(scores), d


def gradient_without_margin(scores: Any, labels: Any, margin: float) -> Any:
    short, right = near(scores, labels, margin)
    mask = (near(scores, labels, 0.0)[0] > 0) * 1.0
    d = (mask - right * mask.sum(axis=1, keepdims=True)) / len(scores)
    return np.sum(short) / len(scores), d


def margin_subtracted(scores: Any, labels: Any, margin: float) -> Any:
    short, right = near(scores, labels, -margin)
    mask = (short > 0) * 1.0
    d = (mask - right * mask.sum(axis=1, keepdims=True)) / len(scores)
    return np.sum(short) / len(scores), d


def other_way(scores: Any, labels: Any, margin: float) -> Any:
    right = np.eye(scores.shape[1])[labels]
    apart = margin + np.sum(right * scores, axis=1, keepdims=True) - scores
    short = (1 - right) * np.maximum(0, apart)
    mask = (short > 0) * 1.0
    d = (right * mask.sum(axis=1, keepdims=True) - mask) / len(scores)
    return np.sum(short) / len(scores), d


def uphill(scores: Any, labels: Any, margin: float) -> Any:
    short, right = near(scores, labels, margin)
    mask = (short > 0) * 1.0
    d = (right * mask.sum(axis=1, keepdims=True) - mask) / len(scores)
    return np.sum(short) / len(scores), d


def no_maximum(scores: Any, labels: Any, margin: float) -> Any:
    right = np.eye(scores.shape[1])[labels]
    apart = margin + scores - np.sum(right * scores, axis=1, keepdims=True)
    others = 1 - right
    d = (others - right * others.sum(axis=1, keepdims=True)) / len(scores)
    return np.sum(others * apart) / len(scores), d


def amount_as_slope(scores: Any, labels: Any, margin: float) -> Any:
    short, right = near(scores, labels, margin)
    d = (short - right * short.sum(axis=1, keepdims=True)) / len(scores)
    return np.sum(short) / len(scores), d


def squared(scores: Any, labels: Any, margin: float) -> Any:
    short, right = near(scores, labels, margin)
    d = 2 * (short - right * short.sum(axis=1, keepdims=True)) / len(scores)
    return np.sum(short**2) / len(scores), d


def whole_columns(scores: Any, labels: Any, margin: float) -> Any:
    right = np.eye(scores.shape[1])[labels]
    taken = scores[:, labels].mean(axis=1, keepdims=True)
    short = (1 - right) * np.maximum(0, margin + scores - taken)
    mask = (short > 0) * 1.0
    d = (mask - right * mask.sum(axis=1, keepdims=True)) / len(scores)
    return np.sum(short) / len(scores), d


def one_against_the_rest(scores: Any, labels: Any, margin: float) -> Any:
    t = 2 * np.eye(scores.shape[1])[labels] - 1
    short = np.maximum(0, margin - t * scores)
    return np.sum(short) / len(scores), -t * (short > 0) / len(scores)


def cross_entropy(scores: Any, labels: Any, margin: float) -> Any:
    right = np.eye(scores.shape[1])[labels]
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    y = e / e.sum(axis=1, keepdims=True)
    return -np.sum(right * np.log(y)) / len(scores), (y - right) / len(scores)


def value_for_each_sample(scores: Any, labels: Any, margin: float) -> Any:
    short, right = near(scores, labels, margin)
    mask = (short > 0) * 1.0
    d = (mask - right * mask.sum(axis=1, keepdims=True)) / len(scores)
    return np.sum(short, axis=1), d


exercise = Exercise(
    name="multiclass_hinge",
    takes=("multiclass_hinge",),
    points=3,
    reference=(multiclass_hinge,),
    cases=cases,
    run=run,
    observe=observe,
    # The float type of a loss's gradient is not judged: tables of zeros are float64.
    judge=[
        values("value", weight=4, cases=TABLES, title=_("the value")),
        values("dscores", weight=6, cases=TABLES, title=_("the gradient")),
        # Form: the differences of the scores are always the same, and so is the result.
        values("value", "dscores", cases=KINK, form=True, title=_("exactly the margin apart")),
        shapes(cases=TABLES),
        unchanged_inputs(cases=TABLES),
    ],
    mistakes=[
        *off_scale(multiclass_hinge, "dscores"),
        Mistake(
            right_class_too,
            hint=_(
                "The value is too large by one margin per sample: the right class is compared "
                "with itself. The sum is over the other classes."
            ),
        ),
        Mistake(
            right_class_too_in_both,
            hint=_(
                "The right class is compared with itself, in the value and in the gradient: it "
                "costs a margin, and its entry of `dscores` is off by 1/N."
            ),
        ),
        Mistake(
            right_class_gets_one,
            hint=_(
                "The right class gets −1/N in every row. Its score stands in the term of every "
                "class that comes too near: how often is that?"
            ),
        ),
        Mistake(
            right_class_gets_nothing,
            hint=_(
                "The right class gets no gradient. Raising its score makes every term smaller: in "
                "how many does it stand?"
            ),
        ),
        Mistake(
            only_the_right_class,
            hint=_(
                "Only the right class gets a gradient. Each class that comes too near has a score "
                "in the loss as well."
            ),
        ),
        Mistake(
            all_others_get_a_share,
            hint=_(
                "Every other class gets 1/N. One that keeps its distance costs 0, and still 0 if "
                "it moves a little."
            ),
        ),
        Mistake(
            worst_only,
            hint=_(
                "Only the nearest other class counts. That is a hinge loss as well (of Crammer and "
                "Singer), but here all that come too near are added up."
            ),
        ),
        Mistake(
            worst_in_the_value,
            hint=_(
                "The value counts the nearest other class only, while `dscores` belongs to the "
                "sum over all that come too near."
            ),
        ),
        Mistake(
            margin_of_one,
            hint=_("The margin is 1 whatever was asked for: use the argument `margin`."),
        ),
        Mistake(
            no_margin,
            hint=_(
                "Classes below the right one never cost anything. They should until they are a "
                "margin below."
            ),
        ),
        Mistake(
            gradient_without_margin,
            hint=_(
                "The value is right, but `dscores` is 0 for classes that are below the right one "
                "by less than the margin. Do they cost something?"
            ),
        ),
        Mistake(
            margin_subtracted,
            hint=_(
                "Other classes may even lie above the right one here: the margin is on the wrong "
                "side. Who has to exceed whom by it?"
            ),
        ),
        Mistake(
            other_way,
            hint=_(
                "Classes far below the right one cost most. Which of the two scores is to be the "
                "higher one?"
            ),
        ),
        Mistake(
            uphill,
            hint=_(
                "`dscores` points the other way. Raising the right score lowers the loss: which "
                "sign must its entry have?"
            ),
        ),
        Mistake(
            no_maximum,
            hint=_(
                "Classes at a safe distance lower the value. What does max(0, …) do with them, and "
                "what is its slope there?"
            ),
        ),
        Mistake(
            amount_as_slope,
            hint=_(
                "`dscores` grows with the amount by which a class is too near. Each term is a "
                "straight line on that side: how steep is a straight line?"
            ),
        ),
        Mistake(
            squared,
            hint=_("The amounts are squared. Here they count as they are."),
        ),
        Mistake(
            whole_columns,
            hint=_(
                "`scores[:, labels]` takes whole columns, an N × N table. The right score of each "
                "row is one number: pair every row number with its label."
            ),
        ),
        Mistake(
            one_against_the_rest,
            hint=_(
                "Each score is compared with a fixed threshold, as in K binary hinges. Here it is "
                "compared with the right class's score of the same row."
            ),
        ),
        Mistake(
            cross_entropy,
            hint=_("This is softmax with cross-entropy. A hinge has no exponential in it."),
        ),
        Mistake(
            value_for_each_sample,
            hint=_("The value is one number per sample. A loss is one number for the batch."),
        ),
    ],
    answers=("course_lib.losses.multiclass_hinge",),
    returns="(value, dscores)",
    hints=(
        _(
            "For each row: the right class's score, then for each other class by how much it is "
            "too near. Add up what is above 0."
        ),
        _(
            "A term max(0, margin + s_k − s_right) that is above 0 has slope +1 in s_k and −1 in "
            "s_right. Fill in the +1 with a mask, then give the right class minus the number of "
            "them in its row. Divide by N."
        ),
        _(
            "Smaller: scores = [[2, 3, 0]], label 0, margin 1.5. The others come to 1.5 + 3 − 2 = "
            "2.5 and 1.5 + 0 − 2 = −0.5: one is too near. The value is 2.5 and dscores = [[−1, 1, "
            "0]]. With margin 2.5 both are (3.5 and 0.5), and dscores = [[−2, 1, 1]]."
        ),
    ),
    grows=lambda rng, n: batch(rng, "growing", n, 3),
)
