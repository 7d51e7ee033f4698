"""Solutions of ``diagnose(run) -> (fault, measurement, value)``."""

import numpy as np

from course_lessons import clinic
from grader.exercises.clinic import DECIDED_BY, INSTRUMENTS
from tests.programs.catalogue import Catalogue

programs = Catalogue()
right, form, wrong, open_ = programs.kinds


def named(run, fault, measurement):
    return fault, measurement, INSTRUMENTS[measurement](run)


@right
def step_by_step(run):
    found = {name: INSTRUMENTS[name](run) for name in ("first loss", "gradient error")}
    low, high = (INSTRUMENTS[f"{which} update ratio"](run) for which in ("smallest", "largest"))
    if high == 0:
        return "initial weights all zero", "smallest update ratio", low
    if low == 0:
        return "first layer frozen", "smallest update ratio", low
    if found["first loss"] > 8:
        return "initial weights too large", "largest update ratio", high
    if found["gradient error"] > 0.02:
        fault = "gradient of the sum" if high > 1 else "ReLU mask missing"
        return fault, "gradient error", found["gradient error"]
    if high > 1:
        return "learning rate too high", "gradient error", found["gradient error"]
    if high < 0.005:
        return named(run, "learning rate too low", "memorises 20 images")
    for fault, measurement, limit in (
        ("labels shuffled", "wrong labels", 0.3),
        ("images mirrored", "foreign images", 0.1),
        ("gradients not reset", "growth of the updates", 2.7),
        ("softmax applied twice", "last loss", 1.3),
        ("dropout left on", "one image twice", 0.05),
        ("mean of its own batch", "alone and in a batch", 0.05),
        ("validation scaled twice", "logged minus recomputed accuracy", 0.3),
        ("training images in validation", "validation minus new accuracy", 0.065),
    ):
        value = INSTRUMENTS[measurement](run)
        if value > limit:
            return [fault, measurement, np.float64(value)]
    return "healthy", "gradient error", found["gradient error"]


@right
def everything_at_once(run):
    m = {name: measure(run) for name, measure in INSTRUMENTS.items()}
    signs = {
        "initial weights all zero": m["largest update ratio"] == 0,
        "first layer frozen": m["smallest update ratio"] == 0 < m["largest update ratio"],
        "initial weights too large": m["first loss"] > 10,
        "gradient of the sum": m["gradient error"] > 0.05 and m["largest update ratio"] > 1.2,
        "ReLU mask missing": m["gradient error"] > 0.05 and m["largest update ratio"] < 1.2,
        "learning rate too high": m["largest update ratio"] > 5,
        "learning rate too low": m["largest update ratio"] < 0.005,
        "labels shuffled": m["wrong labels"] > 0.5,
        "images mirrored": m["foreign images"] > 0.2,
        "gradients not reset": m["growth of the updates"] > 3,
        "dropout left on": m["one image twice"] > 0.1,
        "mean of its own batch": m["alone and in a batch"] > 0.1,
        "softmax applied twice": 1.4 < m["last loss"] < 1.9,
        "validation scaled twice": m["logged minus recomputed accuracy"] > 0.3,
        "training images in validation": m["validation minus new accuracy"] > 0.065,
    }
    fault = next((fault for fault, sign in signs.items() if sign), "healthy")
    last = DECIDED_BY[fault][-1]
    return fault, last, float(m[last])


@right
def loader_first(run):
    if (wrong_ones := clinic.wrong_labels(run)) > 0.3:
        return "labels shuffled", "wrong labels", wrong_ones
    if (foreign := clinic.foreign_images(run)) > 0.1:
        return [*np.array(["images mirrored", "foreign images"]).tolist(), np.array(foreign)]
    return step_by_step(run)


@wrong(chance="it depends on how many of the drawn faults leave the training loss large")
def judges_by_the_last_loss(run):
    last = clinic.last_loss(run)
    fault = "healthy" if last < 0.3 else "learning rate too low" if last > 2 else "dropout left on"
    return fault, "last loss", last


@wrong
def diagnosis_of_the_first_run(run, kept=[]):  # noqa: B006
    kept.append(step_by_step(run))
    return kept[0]


@wrong
def one_diagnosis_late(run, kept=[None]):  # noqa: B006
    kept.append(step_by_step(run))
    return kept[-2] or ("healthy", "gradient error", 0.0)


programs.beside_the_point = [
    "return 'healthy', 'gradient error', 0.0",
    "fault, _, _ = right(run); return fault, 'first loss', float('nan')",
    "the_fault_alone",
    "nothing_measured",
]
