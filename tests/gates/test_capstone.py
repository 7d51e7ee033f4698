"""The configuration that is judged by training it: what is read, what it costs, what it earns."""

import ast
import re
from functools import cache
from itertools import combinations
from pathlib import Path
from statistics import mean

import matplotlib.pyplot as plt
import numpy as np
import pytest

from course_lessons import cup, entry
from course_lib.training import accuracy
from grader.authoring.build import solution_notebook
from grader.checking.contract.properties import Held, PartialCredit
from grader.checking.contract.registry import find, names
from grader.checking.contract.wire import Unusable, from_bytes, to_bytes
from grader.checking.home.blocked_library import answer_modules
from grader.checking.judging.judge import make_cases, outcomes_of, verdict
from grader.exercises import capstone
from grader.exercises import capstone_training as training
from grader.exercises.intervals import interval_score
from grader.exercises.ps25 import cards as carding
from grader.exercises.ps26 import configuration as judging
from grader.grading.sandbox.notebook_process import NotebookProcesses
from grader.grading.sandbox.sandbox import Sandbox
from grader.grading.sandbox.student_tree import contents
from grader.grading.submission import grade as grading
from grader.grading.submission.case_seeds import case_seed, secret_of
from grader.grading.submission.handed_in import Submission
from grader.grading.submission.practice import is_practice
from grader.grading.submission.results import Graded
from tests.reports import html_of, text_of
from tests.sizes import mostly_slow

ROOT = Path(__file__).parents[2]
exercise = find("configuration")


def reason(configuration) -> str:
    """Why a configuration is not trained, as the judge reads it: after a copy as plain data."""
    case = make_cases(exercise, 1)[0]
    (outcome,) = outcomes_of(exercise, [lambda: configuration], [case])
    return str(exercise.observed(case, outcome.outputs)["problem"])


def with_interval(settings):
    return settings, (0.47, 0.56)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"lr": "0.01"}, "'lr' is '0.01', a text; expected a number above 0, 10 at most"),
        ({"lr": [0.1, 0.01]}, "above 0, 10 at most; give one of them, not a list"),
        ({"lr": float("nan")}, "'lr' is nan; expected a number above 0"),
        ({"epochs": True}, "'epochs' is True; expected a whole number from 1 to 100"),
        ({"epochs": 10.5}, "'epochs' is 10.5; expected a whole number from 1 to 100"),
        ({"side": 28}, "'side' is 28; expected 16 or 32"),
        ({"optimizer": "adm"}, "did you mean 'adam'?"),
        ({"channels": 16}, "'channels' is 16; expected a list of 1 to 3 whole numbers"),
        ({"channels": []}, "'channels' is []; expected a list of 1 to 3"),
        ({"layers": [100, "50"]}, "'layers' is [100, '50']; expected a list of 0 to 3"),
        ({"learning_rate": 0.1}, "'learning_rate' is not an entry of a configuration; did"),
        ({"colour": "red"}, "'colour' is not an entry of a configuration. Allowed are model,"),
        (
            {"channels": [64, 64], "epochs": 60},
            "it costs 6.74 times what is allowed: 60 epochs × 1,200 pictures × 2,809,856 "
            "multiplications = 202,309,632,000; allowed are 30,000,000,000. Epochs that are "
            "allowed for this network: 8.",
        ),
        ({"side": 32, "channels": [64, 64, 64], "epochs": 2}, "allowed for this network: 1."),
        ({"norm": "batchnorm", "batch_size": 109}, "the last batch holds a single one"),
        ([("lr", 0.1)], "the first thing returned gave a list of length 1; expected a dictionary"),
    ],
)  # fmt: skip
def test_what_cannot_be_trained_is_named(settings, said):
    assert said in reason(with_interval(settings))


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        (None, "returned None; expected two things"),
        ({"lr": 0.1}, "returned a dictionary alone; expected two things"),
        (({}, 0.5), "the interval is 0.5; expected (low, high)"),
        (({}, (0.5, "0.6")), "expected (low, high), two numbers from 0 to 1"),
        (({}, (0.5, float("nan"))), "two numbers from 0 to 1"),
        (({}, (49, 57)), "two numbers from 0 to 1"),
        (({}, (0.6, 0.5)), "(0.6, 0.5); the lower end comes first"),
    ],
)
def test_an_entry_that_cannot_be_read_is_named(entry, said):
    assert said in reason(entry)


def test_numbers_of_any_type_are_the_same_settings():
    given = {
        "channels": np.array([4.0, 8.0]),
        "epochs": np.int64(5),
        "batch_size": 50.0,
        "lr": np.float32(0.5),
        "shift": np.array(1),
    }
    case = make_cases(exercise, 1)[0]
    (outcome,) = outcomes_of(exercise, [lambda: with_interval(given)], [case])
    read = capstone.read(outcome.outputs["entry"][0])
    plain = {"channels": [4, 8], "epochs": 5, "batch_size": 50, "lr": 0.5, "shift": 1}
    assert read == capstone.START | plain
    assert [type(read[name]) for name in plain] == [type(plain[name]) for name in plain]


def test_what_is_not_used_is_trained_once():
    adam = {"optimizer": "adam", "lr": 0.01}
    ignored = capstone.read(adam | {"momentum": 0.5, "weight_decay": 0.5, "layers": [7]})
    assert ignored == capstone.read(adam)
    assert capstone.read({"momentum": 0.5}) != capstone.read({})


@pytest.mark.parametrize(
    "change",
    [{}, {"channels": [3, 5, 7]}, {"model": "mlp", "layers": []}, {"model": "mlp", "layers": [9]}],
)
def test_the_cost_counts_the_weights_where_they_are_used(change):
    settings = capstone.read(change)
    network = cup.network_of(settings, np.random.default_rng(0))
    weights = [p.data for p in network.parameters() if p.data.ndim > 1]
    places = [(settings["side"] // 2**k) ** 2 if w.ndim == 4 else 1 for k, w in enumerate(weights)]
    counted = sum(w.size * n for w, n in zip(weights, places, strict=True))
    assert cup.multiplications(settings) == counted


def test_every_choice_can_be_trained():
    """One network for each name on the lists, on few pictures."""
    rng = np.random.default_rng(0)
    x, t = rng.random((60, 3, 32, 32)).astype(np.float32), rng.integers(8, size=60)
    named = {
        "model": ("mlp",),
        "side": (32,),
        "activation": ("leaky_relu", "gelu", "tanh", "sigmoid"),
        "init": ("lecun_normal", "glorot_normal", "glorot_uniform", "he_uniform"),
        "norm": ("batchnorm",),
        "optimizer": ("nesterov", "rmsprop", "adam", "adamw"),
        "schedule": ("step", "cosine", "warmup_cosine"),
        "inputs": ("raw",),
        "flip": (0.5,),
        "shift": (1,),
        "dropout": (0.5,),
    }
    for key, values in named.items():
        for value in values:
            change = {"channels": [2], "layers": [4], "epochs": 2, "lr": 0.01, key: value}
            trained = cup.train(capstone.read(change), x, t, np.random.default_rng(1))
            assert 0 <= accuracy(trained.scores(x), t) <= 1 and trained.history.epochs == 2


def test_a_training_that_blows_up_counts_as_guessing():
    settings = capstone.read({"model": "mlp", "lr": 10.0, "momentum": 0.99, "epochs": 2})
    assert training.measure(settings, 1) == training.Result(1 / 8, 1 / 8, "diverged")


def test_no_emoji_of_the_test_is_in_training():
    x, t, groups = training._all_emoji()
    tested = set()
    for seed in range(20):
        rows, test = training.split(seed)
        assert not set(groups[rows]) & set(groups[test])
        assert np.bincount(t[rows]).tolist() == [150] * 8
        assert len(set(rows)) == 1200 and min(np.bincount(t[test])) >= 100
        tested |= set(groups[test])
    names, sizes = np.unique(groups, return_counts=True)
    assert tested == set(names[sizes <= cup.LARGE]) and len(x) == 2120


def trained_to(test, on_training=1.0, how="trained"):
    return [training.Result(test, on_training, how)] * 3


def test_points_grow_with_the_accuracy():
    def share(reached):
        found = judging.judged(capstone.read({}), trained_to(reached))
        return 1.0 if isinstance(found, Held) else found.share

    middle = (judging.LOWER + judging.UPPER) / 2
    assert [share(a) for a in (0.1, judging.LOWER, middle)] == pytest.approx([0, 0, 0.5])
    assert share(judging.UPPER) == share(0.99) == 1.0


@pytest.mark.parametrize(
    ("results", "said"),
    [
        (trained_to(0.1, 0.1, "diverged"), "The loss diverged in 3 of 3 trainings"),
        (
            trained_to(0.1, 0.1, "learned nothing"),
            "In 3 of 3 trainings the network learned nothing",
        ),
        (trained_to(0.45, 0.99), "reaches 0.990: the network overfits"),
        (trained_to(0.39, 0.45), "reaches 0.450: the network underfits"),
    ],
)
def test_the_advice_names_what_is_wrong(results, said):
    found = judging.judged(capstone.read({}), results)
    assert isinstance(found, PartialCredit) and said in found.problem


def means(configuration):
    """The mean test accuracy for every three of four seeds."""
    settings = capstone.within_budget(capstone.read(configuration))
    test = [training.measure(settings, seed).test for seed in range(1, 5)]
    return [*map(mean, combinations(test, 3))]


@pytest.mark.long
def test_the_marks_stand_clear_of_defaults_and_reference():
    """A training on another machine differs by rounding; a margin of 0.005 is for that."""
    best, (low, high) = exercise.reference[0]()
    reached = means(best)
    assert max(means({})) < judging.LOWER - 0.005
    assert min(reached) > judging.UPPER + 0.005
    assert max(interval_score(low, high, one) for one in reached) < judging.NARROW - 0.005


@pytest.mark.parametrize(
    ("refused", "given", "allowed"),
    [
        (
            ({"channels": [64, 64], "epochs": 60}, (0.5, 0.6)),
            "6.74 times what is allowed",
            "allowed are 30,000,000,000",
        ),
        (None, "returned None", "expected two things"),
    ],
)
def test_what_is_refused_is_refused_before_any_training(monkeypatch, refused, given, allowed):
    trained = []
    monkeypatch.setattr(training, "measure", lambda *asked, **_: trained.append(asked))
    monkeypatch.setattr(training, "train", lambda *asked, **_: trained.append(asked))
    cases = make_cases(exercise, 1)
    result = verdict(exercise, cases, outcomes_of(exercise, [lambda: refused], cases))
    assert trained == [] and result.score == 0
    said = result.findings[0].problem
    assert said.startswith("Nothing was trained: ") and given in said and allowed in said
    assert not any("what was measured" in hint for hint in [*result.hints, *result.ladder])


@pytest.mark.slow
@pytest.mark.usefixtures("fresh_seeds")
def test_two_of_the_stored_entries_are_reproduced():
    """On another machine the rounding differs, and with it a few of about 900 pictures."""
    kept = exercise.contest.stored()
    cost = {
        n: capstone.budget_used(capstone.read(e["settings"])) for n, e in enumerate(kept["entries"])
    }
    (case,) = make_cases(exercise, kept["seed"])
    for number in sorted(cost, key=cost.get)[:2]:
        entry = kept["entries"][number]
        settings = capstone.read(entry["settings"])
        public = training.measure(settings, judging.PUBLIC, public=True).test
        final = [training.measure(settings, seed).test for seed in case["seeds"].numbers]
        assert public == pytest.approx(entry["public"], abs=0.03)
        assert final == pytest.approx(entry["final"], abs=0.03)


@pytest.mark.usefixtures("fresh_seeds")
class TestSeeds:
    """Where the judge's trainings begin is known to nobody before handing in."""

    @staticmethod
    def drawn(seed=None):
        return make_cases(exercise, seed)[0]["seeds"].numbers

    def test_every_check_at_home_draws_its_own(self):
        assert len({self.drawn() for _ in range(20)}) == 20

    def test_a_class_shares_them_and_another_class_has_others(self):
        ours, theirs = b"o" * 32, b"t" * 32
        handed_in = [("anna", "ps26_entry", "1f"), ("ben", "ps26_entry", "2e")]
        shared = {case_seed(ours, "configuration", "ps26", *about) for about in handed_in}
        assert len(shared) == 1
        assert shared != {case_seed(theirs, "configuration", "ps26", *handed_in[0])}
        assert shared != {case_seed(ours, "configuration", "ps22", *handed_in[0])}
        own = {case_seed(ours, "random_search", "ps26", *about) for about in handed_in}
        assert len(own) == 2, "all other exercises draw for each submission"

    def test_grading_asks_for_them_by_class(self, monkeypatch, tmp_path):
        """Two students and a second grading; then the same with another class's secret."""

        def seeds_of(student, classroom):
            asked = []
            monkeypatch.setattr(
                grading,
                "grade_notebook",
                lambda _notebook, _client, seed_of, **_: asked.append(seed_of) or [],
            )
            processes = NotebookProcesses(Sandbox(unsafe=True))
            secret = secret_of(tmp_path / classroom)
            about = Graded("ps26", student, "ps26_entry")
            given = grading.GradingInputs(
                tmp_path, frozenset(), (), processes, secret, follow_through=False
            )
            grading.grade_submission(about, Submission(), [], given)
            processes.close()
            return self.drawn(asked[0]("configuration"))

        first = seeds_of("anna", "class")
        assert seeds_of("ben", "class") == first == seeds_of("anna", "class")
        assert seeds_of("anna", "another class") != first

    @pytest.mark.parametrize("name", mostly_slow(["configuration", "cards"]))
    def test_they_reach_neither_the_students_process_nor_a_report(self, name):
        judged = find(name)
        cases = make_cases(judged, 1)
        numbers = cases[0]["seeds"].numbers
        secret = [str(number) for number in numbers] + [hex(n) for n in numbers]
        sent = to_bytes(cases[0])
        assert type(from_bytes(sent)["seeds"]) is Unusable
        refused = {"configuration": lambda: ({"channels": [2], "epochs": 1}, (0.1, 0.2))}
        answer = refused.get(name, judged.reference[0])
        result = verdict(judged, cases, outcomes_of(judged, [answer], cases))
        shown = text_of(result) + html_of(result)
        assert not [number for number in secret if number in shown or number.encode() in sent]

    def test_none_stands_in_the_code(self):
        """Nothing that can be imported names the seeds of a class."""
        listed = [
            n for n, value in vars(training).items() if isinstance(value, tuple | list | range)
        ]
        assert listed == []


def test_a_report_says_what_was_reached_and_what_to_look_at():
    case = make_cases(exercise, 1)
    short = {"channels": [2], "epochs": 2}, (0.1, 0.2)
    result = verdict(exercise, case, outcomes_of(exercise, [lambda: short], case), hints=False)
    text = text_of(result)
    assert f"points start at {judging.LOWER} and are full at {judging.UPPER}" in text
    assert "the network underfits" in text and "of the budget" in text
    assert f"counts from an accuracy of {judging.LOWER} on" in text and result.score == 0


def scored(monkeypatch, reached, interval):
    """What an entry earns whose three trainings reach these accuracies."""
    given = iter(reached * 2)  # both properties ask
    monkeypatch.setattr(training, "draw_seeds", lambda rng: (1, 2, 3))
    monkeypatch.setattr(training, "measure", lambda *_: training.Result(next(given), 1, ""))
    case = make_cases(exercise, 1)
    best, _interval = exercise.reference[0]()
    return verdict(exercise, case, outcomes_of(exercise, [lambda: (best, interval)], case))


def test_full_marks_show_the_accuracy_without_advice(monkeypatch):
    result = scored(monkeypatch, (0.541, 0.55, 0.538), (0.50, 0.57))
    assert result.status == "complete" and result.score == exercise.points
    for text in (text_of(result), html_of(result)):
        assert "The mean accuracy is 0.543 (0.541, 0.550, 0.538)" in text
        assert f"are full at {judging.UPPER}." in text and "underfits" not in text


@pytest.mark.parametrize(
    ("interval", "least", "most"),
    [
        ((0.50, 0.57), 6, 6),
        ((0.0, 1.0), 4, 4),  # always right
        ((0.6, 0.7), 4, 4),
        ((0.543, 0.543), 5.9, 6),  # a number without doubt pays where it is exactly right
        ((0.52, 0.52), 4.1, 4.9),  # and not where it is out by two points
        ((0.45, 0.60), 5, 5.9),
    ],
)
def test_an_interval_is_paid_for_being_narrow_and_right(monkeypatch, interval, least, most):
    result = scored(monkeypatch, (0.541, 0.55, 0.538), interval)
    assert least <= result.score <= most


def test_the_interval_score_is_best_for_the_quantiles():
    """Of intervals about the mean of a normal distribution, the one with 10 % on each side."""
    truth = np.random.default_rng(0).normal(size=20_000)
    halves = np.linspace(0.5, 3, 26)
    mean_scores = [np.mean([interval_score(-h, h, one) for one in truth]) for h in halves]
    assert halves[np.argmin(mean_scores)] == pytest.approx(1.28, abs=0.1)


@cache
def notebook_cells() -> dict:
    """What the notebook's cells define that are run while grading."""
    namespace: dict = {"__name__": "__main__"}
    for cell in solution_notebook("ps26", ROOT).cells:
        if cell.cell_type == "code" and not is_practice(cell):
            if "guess(" in cell.source or "check" in cell.source.split("\n")[0]:
                continue
            exec(cell.source, namespace)
    return namespace


def test_the_notebooks_train_what_is_judged():
    assert cup.BASE is carding.BASE
    (base,) = (
        cell.source
        for cell in solution_notebook("ps25", ROOT).cells
        if cell.source.startswith("BASE = ")
    )
    assert ast.literal_eval(base.removeprefix("BASE = ")) == cup.BASE
    x, t, _groups = training._all_emoji()
    for change in (
        {"channels": [3], "epochs": 2, "shift": 1, "flip": 0.5, "optimizer": "adam", "lr": 0.01,
         "schedule": "warmup_cosine", "norm": "batchnorm", "inputs": "raw"},
        {"model": "mlp", "layers": [40, 20], "epochs": 3, "dropout": 0.1, "optimizer": "nesterov",
         "momentum": 0.5, "schedule": "step", "activation": "gelu", "lr": 0.02},
    ):  # fmt: skip
        settings = capstone.read(change)
        assert cup.budget_used(change) == capstone.budget_used(settings)
        rows, test = training.split(1)
        rng = np.random.default_rng(1)
        scores = cup.train(change, x[rows], t[rows], rng).scores(x[test])
        assert accuracy(scores, t[test]) == training.measure(settings, 1).test


def test_the_public_splits_leave_the_test_of_the_course_closed():
    public = {picture.tobytes() for picture in cup.public().x}
    closed = training._all_emoji()[0][cup.N_TRAIN + cup.N_HELD_OUT :]
    assert len(closed) == 600 and not public & {picture.tobytes() for picture in closed}
    for seed in range(5):
        inside, outside = cup.new_split(seed)
        assert np.bincount(inside.t).tolist() == [150] * 8
        assert not set(inside.groups) & set(outside.groups)


@pytest.mark.slow
def test_the_open_entry_is_trained_as_the_open_board_trains_it(capsys, monkeypatch):
    change = {"channels": [72], "epochs": 3, "optimizer": "adam", "lr": 0.003, "shift": 1}
    entry.try_open_entry(change, "cpu")
    settings = capstone.read(change, limits=capstone.OPEN)
    reached = training.measure(settings, judging.PUBLIC, public=True)
    said = capsys.readouterr().out
    assert f"accuracy on the 320 validation pictures: {reached.test:.3f}" in said
    assert "it uses 0% of the open budget" in said and "There is no GPU here" in said
    entry.try_open_entry({"channels": [257]}, "cpu")
    assert "It cannot be trained: there can be 4 sizes up to 256" in capsys.readouterr().out
    entry.try_open_entry({"model": "mlp", "lr": 10.0, "momentum": 0.99, "epochs": 1}, "cpu")
    assert "The loss diverges" in capsys.readouterr().out
    monkeypatch.setattr(entry, "in_browser", lambda: True)
    entry.try_open_entry(change, "cpu")
    assert capsys.readouterr().out.startswith("This part wants a GPU")


def test_the_notebook_has_the_limits_of_the_open_board():
    large = {"channels": [256], "side": 32, "epochs": 1}
    for change in (
        {},
        {"channels": [256] * 4, "epochs": 2},
        {"channels": [1] * 5},
        {"epoch": 1},
        {"channels": [128, 128], "epochs": 100},
        large | {"batch_size": 152},
        large | {"batch_size": 153},
        {"model": "mlp", "layers": [2048] * 4},
        {"model": "mlp", "layers": [2049], "epochs": 1},
        {"model": "mlp", "layers": [1] * 5},
        {"model": "mlp", "layers": []},
    ):
        try:
            settings = capstone.read(change, limits=capstone.OPEN)
            capstone.within_budget(settings, limits=capstone.OPEN)
            refused = False
        except ValueError:
            refused = True
        assert bool(entry.too_much(change)) == refused, change


# What the cell with the search finds if nobody changes it, and its mean over the seeds 1 to 4.
PRINTED = {
    "model": "cnn",
    "channels": [8, 16],
    "layers": [256],
    "dropout": 0.2,
    "optimizer": "adamw",
    "lr": 0.020776317562572595,
    "schedule": "warmup_cosine",
}
PRINTED_REACHES = 0.33
HALF = (judging.LOWER + judging.UPPER) / 2


def the_search() -> str:
    """The cell with the search."""
    cells = solution_notebook("ps26", ROOT).cells
    (source,) = (c.source for c in cells if c.source.startswith("SPACE = {"))
    return source


def test_the_printed_search_leaves_the_decision_to_students():
    """A place to decide something: what flips, shifts, batch norm and more channels bring."""
    namespace = dict(notebook_cells())
    exec(the_search().split("\n\nif ready(")[0], namespace)
    space = namespace["SPACE"]
    assert not {"norm", "flip", "shift", "weight_decay"} & set(space)
    assert not any(sum(channels) > 24 for channels in space["channels"])
    for name, values in space.items():
        assert any(value == pytest.approx(PRINTED[name]) for value in values), name
    assert PRINTED_REACHES < HALF


@pytest.mark.long
def test_the_unchanged_cells_earn_less_than_half_of_the_points_on_average():
    namespace = dict(notebook_cells()) | {
        "ready": lambda *_: True,
        "validation": cup.given_split()[1],
    }
    exec(the_search(), namespace)
    plt.close("all")
    assert mean(means(namespace["best"][0])) < HALF - 0.005


def test_the_feedback_on_cards_does_not_answer_those_of_a_friend(monkeypatch):
    """Each submission has splits of its own, and no difference stands in the report."""

    def reached(settings_text, seed, *_):
        return training.Result(0.3 + (len(settings_text) + seed) % 100 / 1000, 1, "")

    monkeypatch.setattr(training, "_measure", reached)
    judged = find("cards")
    cases = make_cases(judged, 1)
    result = verdict(judged, cases, outcomes_of(judged, [judged.reference[0]], cases))
    said = " ".join(finding.problem for finding in result.findings)
    assert "the interval" in said and not re.search(r"[+−-]\d\.\d\d\d", said)
    ours, handed_in = b"o" * 32, [("anna", "ps25_capstone", "1f"), ("ben", "ps25_capstone", "2e")]
    assert len({case_seed(ours, "cards", "ps25", *about) for about in handed_in}) == 2


def test_answers_beside_course_lib_are_not_staged_and_not_there():
    named = {module for name in names() for module in find(name).answer_modules}
    assert answer_modules() == {module for module in named if not module.startswith("grader.")}
    for module in named - answer_modules():
        assert module.startswith("grader.exercises.")
    assert not [path for path, _content in contents() if path.startswith("grader/exercises")]
