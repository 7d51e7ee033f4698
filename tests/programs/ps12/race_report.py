"""Solutions of ``race_report()``, judged by its rules, its rates and its claim."""

import numpy as np

from grader.exercises.ps12.race_report import race_report as reference
from tests.programs.catalogue import Catalogue

programs = Catalogue()
right, form, wrong, open_ = programs.kinds
right.add("reference", reference)


@right
def in_arrays_and_tuples():
    return {
        "methods": ("Adam", "momentum"),
        "rates": np.array([[0.006, 0.03, 0.12], [0.01, 0.05, 0.3]]),
        "search_seeds": np.arange(1),
        "chosen": np.array([0.03, 0.05]),
        "report_seeds": tuple(range(20, 27)),
        "claim": (np.float32(-0.06), 0.01),
    }


@right
def few_rates_and_more_seeds():
    return {
        "methods": ["SGD", "momentum"],
        "rates": [[1.4, 0.5, 0.2], [0.03, 0.0625, 0.3]],
        "search_seeds": [4, 5],
        "chosen": [0.5, 0.0625],
        "report_seeds": [1, 2, 3],
        "claim": [0.02, 0.1],
    }


@right
def unequal_numbers_of_rates():
    return reference() | {"rates": [[0.02, 0.05, 0.12], [0.004, 0.012, 0.03, 0.08, 0.2]]}


@wrong
def a_rate_that_overflows():
    return reference() | {"rates": [[1e3, 1e4, 1e5], [0.01, 0.03, 0.1]], "chosen": [1e4, 0.03]}


@wrong
def rates_far_too_low():
    rates = [[1e-6, 2e-6, 3e-6]] * 2
    return reference() | {"rates": rates, "chosen": [2e-6, 2e-6], "claim": [-0.04, 0.04]}


UNREADABLE = {
    "a list": [0.05, 0.03],
    "without a claim": {k: v for k, v in reference().items() if k != "claim"},
    "an unknown method": reference() | {"methods": ["momentum", "Lion"]},
    "methods in a text": reference() | {"methods": "momentum"},
    "nan in the claim": reference() | {"claim": [float("nan"), 0.07]},
    "half a seed": reference() | {"report_seeds": [1, 2.5, 3]},
    "no seeds": reference() | {"search_seeds": []},
    "a negative rate": reference() | {"rates": [[-0.1, 0.05, 0.3], [0.004, 0.03, 0.08]]},
}
for name, returned in UNREADABLE.items():
    wrong.add(name, lambda returned=returned: returned)
