"""The configuration that is judged by training it: what is read, what it costs, what it earns."""

from itertools import combinations
from pathlib import Path
from statistics import mean

import numpy as np
import pytest

from course_lib.training import accuracy
from grader.authoring import solution_notebook
from grader.checking import find, make_cases, names, outcomes_of, render_text, verdict
from grader.checking.properties import Seen
from grader.exercises import capstone
from grader.grading.grade_notebook import is_practice
from grader.grading.student_tree import answer_modules, contents

exercise = find("configuration")


def reason(configuration) -> str:
    """Why a configuration is not trained, as the judge reads it: after a copy as plain data."""
    case = make_cases(exercise, 1)[0]
    (outcome,) = outcomes_of(exercise, [lambda: configuration], [case])
    return str(exercise.observed(case, outcome.outputs)["problem"])


@pytest.mark.parametrize(
    ("configuration", "said"),
    [
        ({"lr": "0.01"}, "'lr' is '0.01', a text; expected a number above 0, 100 at most"),
        ({"lr": [0.1, 0.01]}, "'lr' is [0.1, 0.01]; expected a number above 0, 100 at most; one"),
        ({"lr": float("nan")}, "'lr' is nan; expected a number above 0"),
        ({"epochs": True}, "'epochs' is True; expected a whole number from 1 to 60"),
        ({"epochs": 10.5}, "'epochs' is 10.5; expected a whole number from 1 to 60"),
        ({"optimizer": "adm"}, "did you mean 'adam'?"),
        ({"layers": 100}, "'layers' is 100; expected a list of at most 4 whole numbers"),
        ({"layers": [100, "50"]}, "'layers' is [100, '50']; expected a list"),
        ({"layers": [784, 100, 10]}, "'layers' is [784, 100, 10]; expected a list"),
        ({"learning_rate": 0.1}, "'learning_rate' is no entry of a configuration; did you mean"),
        ({"colour": "red"}, "'colour' is no entry of a configuration; expected some of layers,"),
        ({"layers": [512, 512], "epochs": 60}, "it costs 8.04 times the budget: 60 epochs"),
        ({"norm": "batchnorm", "batch_size": 27}, "the last of 1,000 examples is a batch by"),
        ([("lr", 0.1)], "gave back a list of length 1; expected a dictionary"),
        (None, "gave back None; expected a dictionary"),
    ],
)  # fmt: skip
def test_what_cannot_be_trained_is_named(configuration, said):
    assert said in reason(configuration)


def test_numbers_in_any_dress_are_the_same_settings():
    dressed = {
        "layers": np.array([64.0, 32.0]),
        "epochs": np.int64(5),
        "batch_size": 50.0,
        "lr": np.float32(0.5),
        "shift": np.array(1),
    }
    case = make_cases(exercise, 1)[0]
    (outcome,) = outcomes_of(exercise, [lambda: dressed], [case])
    read = capstone.read(outcome.outputs["configuration"])
    plain = {"layers": [64, 32], "epochs": 5, "batch_size": 50, "lr": 0.5, "shift": 1}
    assert read == capstone.START | plain
    assert [type(read[name]) for name in plain] == [type(plain[name]) for name in plain]


def test_what_the_optimizer_ignores_is_trained_once():
    adam = {"optimizer": "adam", "lr": 0.01}
    ignored = capstone.read(adam | {"momentum": 0.5, "weight_decay": 0.5})
    assert ignored == capstone.read(adam)
    assert capstone.read({"momentum": 0.5}) != capstone.read({})


@pytest.mark.parametrize(
    "change",
    [{}, {"layers": []}, {"layers": [7, 5, 3], "norm": "batchnorm"}, {"norm": "layernorm"}],
)
def test_the_cost_is_that_of_the_network(change):
    settings = capstone.read(change)
    network = capstone.network_of(settings, np.random.default_rng(0))
    counted = sum(p.data.size for p in network.parameters())
    assert capstone.parameter_count(settings) == counted


def test_every_choice_can_be_trained():
    """One network for each name on the lists, on few images."""
    rng = np.random.default_rng(0)
    x, t = rng.random((60, 784)).astype(np.float32), rng.integers(10, size=60)
    named = {
        "activation": ("leaky_relu", "elu", "gelu", "tanh", "sigmoid"),
        "init": ("lecun_normal", "glorot_normal", "glorot_uniform", "he_uniform"),
        "norm": ("batchnorm", "layernorm"),
        "loss": ("multiclass_hinge", "squared_error"),
        "optimizer": ("nesterov", "adagrad", "rmsprop", "adadelta", "adam", "adamw"),
        "schedule": ("step", "inverse_time", "cosine", "warmup_cosine"),
        "inputs": ("standardized",),
        "shift": (1,),
        "l2": (0.1,),
        "dropout": (0.5,),
    }
    for key, values in named.items():
        for value in values:
            change = {"layers": [4], "epochs": 2, "lr": 0.01, key: value}
            scores, history = capstone.train(capstone.read(change), x, t, np.random.default_rng(1))
            y = scores(x)
            assert y.shape == (60, 10) and y.dtype == np.float32 and np.isfinite(y).all()
            assert history.epochs == 2


def test_a_training_that_blows_up_counts_as_guessing():
    settings = capstone.read({"layers": [], "lr": 100.0, "epochs": 2, "loss": "squared_error"})
    assert capstone.measure(settings, 1) == capstone.Result(0.1, 0.1, "diverged")


def test_points_grow_with_the_accuracy():
    case = make_cases(exercise, 1)[0]
    judge = exercise.judge[0].test

    def share(reached):
        got = {"problem": "", "test": np.full(3, reached), "how": ["trained"] * 3}
        found = judge(Seen(case, got | {"training": np.ones(3), "used": 0.5}, {}))
        return 1.0 if found is None else found.share

    middle = (capstone.LOWER + capstone.UPPER) / 2
    assert [share(a) for a in (0.1, capstone.LOWER, middle)] == pytest.approx([0, 0, 0.5])
    assert share(capstone.UPPER) == share(0.99) == 1.0


def test_the_pool_keeps_every_three_of_its_seeds_clear_of_the_marks():
    """A training on another machine differs by rounding; a margin of 0.002 is for that."""
    triples = list(combinations(capstone.POOL, capstone.N_TRAININGS))

    def means(configuration):
        settings = capstone.within_budget(capstone.read(configuration))
        test = {seed: capstone.measure(settings, seed).test for seed in capstone.POOL}
        return [mean(test[seed] for seed in three) for three in triples]

    assert max(means({})) < capstone.LOWER - 0.002
    assert min(means(exercise.reference[0]())) > capstone.UPPER + 0.002


def test_a_report_says_what_was_reached_and_what_to_look_at():
    case = make_cases(exercise, 1)
    short = {"layers": [16], "epochs": 3}
    result = verdict(exercise, case, outcomes_of(exercise, [lambda: short], case), hints=False)
    text = render_text(result)
    assert "points begin at 0.89 and are full at 0.93" in text
    assert "it has not learned even those yet" in text and "of the budget" in text


def test_the_notebook_trains_what_is_judged():
    """Its cells that are run while grading define the same training."""
    namespace: dict = {"__name__": "__main__"}
    for cell in solution_notebook("ps14", Path(__file__).parents[2]).cells:
        if cell.cell_type == "code" and not is_practice(cell):
            if "guess(" in cell.source or "check" in cell.source.split("\n")[0]:
                continue
            exec(cell.source, namespace)
    assert namespace["START"] == capstone.START
    digits = capstone._digits()
    for change in (
        {"layers": [12], "epochs": 2, "shift": 1, "inputs": "standardized", "optimizer": "adam",
         "lr": 0.01, "schedule": "warmup_cosine", "l2": 1e-4, "norm": "batchnorm"},
        {"layers": [40, 20], "epochs": 8, "dropout": 0.1, "optimizer": "nesterov", "momentum": 0.5,
         "schedule": "step", "loss": "squared_error", "activation": "gelu", "lr": 0.02},
    ):  # fmt: skip
        rng = np.random.default_rng(1)
        order = rng.permutation(len(digits.x))
        rows, test = order[: capstone.N_TRAIN], order[capstone.N_TRAIN :]
        predict, _history = namespace["train"](change, digits.x[rows], digits.t[rows], rng)
        reached = accuracy(predict(digits.x[test]), digits.t[test])
        assert reached == capstone.measure(capstone.read(change), 1).test


def test_answers_beside_course_lib_are_not_staged_and_not_there():
    named = {module for name in names() for module in find(name).answers}
    assert answer_modules() == {module for module in named if module.startswith("course_lib.")}
    for module in named - answer_modules():
        assert module.startswith("grader.exercises.")
    assert not [path for path, _content in contents() if path.startswith("grader/exercises")]
