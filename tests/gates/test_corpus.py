"""Many implementations of every graded function, in ``tests/corpus``, get what they deserve.

Scores are judged alone, without hints, and do not depend on the seed but where it is said below:
two students with the same wrong function lose the same points.
"""

import sys
from functools import cache
from importlib import import_module
from pathlib import Path

import pytest

from grader.checking import find, make_cases, names, outcomes_of, verdict
from tests import sizes

SEEDS = range(sizes.CORPUS_SEEDS)
CORPUS = Path(__file__).parents[1] / "corpus"
HELPERS = {"__init__", "carriers", "initializers", "readers", "tables"}
FILES = sorted({file.stem for file in CORPUS.glob("*.py")} - HELPERS)
EXERCISES = {name.replace("_", "").lower(): name for name in names()}

# Where the numbers fall decides in how many cases these are right: a sign that is hit by chance, a
# limit that is met or not, a draw that changes nothing.
BY_CHANCE = {
    "capped_inverse": {"cap_of_one_tenth", "numerator_of_one", "squared_time", "upside_down"},
    "dead_fraction": {"first_row_left_out", "last_row_left_out"},
    "dropconnect_backward": {"relu_in_between"},
    "dropconnect_forward": {"mask_not_thresholded"},
    "dropout_backward": {"one_entry_off"},
    "elu_backward": {"from_one_on"},
    "gelu_forward": {"capped_at_six", "clipped_below"},
    "horizontal_flip": {
        "always_one_half",
        "normal_numbers",
        "one_coin_for_the_batch",
        "order_of_the_batch",
    },
    "layer_gradient_norms": {"sorted"},
    "leaky_relu_backward": {"from_slope_on"},
    "max_stable_lr": {
        "first_eigenvalue_of_eig",
        "last_eigenvalue_of_eig",
        "never_above_one",
        "three_decimals",
        "three_rounds_of_power_iteration",
    },
    "mean_absolute_error": {
        "gradient_of_the_call_before",
        "inputs_for_outputs",
        "signs_of_whole_numbers",
    },
    "permute_hidden_units": {"counted_from_one", "one_place_further"},
    "piecewise_constant": {"lengths_for_boundaries"},
    "random_crop": {"random_size", "size_of_the_first_image"},
    "random_scale": {"from_one", "one_side_for_the_batch", "one_too_many"},
    "relative_error": {"signed_lengths"},
    "rotate": {
        "linear_in_columns_only",
        "nearest_pixel",
        "quarter_turns",
        "scaled_too",
        "small_angles",
    },
    "saturated_fraction": {"first_row_only"},
    "shared_chain_forward": {"clipped"},
    "soft_dtw": {"gamma_multiplied"},
    "split_indices": {"each_index_drawn", "neighbours_exchanged", "reversed_or_not"},
    "standardize_apply": {"clipped_at_three"},
    "step_decay": {"interval_of_its_own"},
    "translate": {"batch_and_rows_rolled", "one_shift_for_the_batch"},
    "triplet_loss": {"margin_of_one"},
}


def exercise_of(file: str):
    return find(EXERCISES[file.replace("_", "")])


@cache
def corpus(file: str, seed: int):
    """The tables of a file, loaded anew, since some entries remember what they were told."""
    sys.modules.pop(f"tests.corpus.{file}", None)
    return import_module(f"tests.corpus.{file}")


@cache
def some_cases(file: str, seed: int):
    return make_cases(exercise_of(file), seed)


def scores(file: str, table: str) -> dict[str, list[float]]:
    """Share of the points for every entry of a table, seed by seed."""
    exercise = exercise_of(file)
    found: dict[str, list[float]] = {}
    for seed in SEEDS:
        cases = some_cases(file, seed)
        for name, functions in getattr(corpus(file, seed), table).items():
            taken = functions[-len(exercise.takes) :]
            result = verdict(exercise, cases, outcomes_of(exercise, taken, cases), hints=False)
            found.setdefault(name, []).append(result.score / exercise.points)
    return found


def every(table: str):
    return pytest.mark.parametrize(
        "file", [f for f in FILES if getattr(corpus(f, 0), table, None)], ids=str
    )


def test_every_file_belongs_to_an_exercise():
    assert {file.replace("_", "") for file in FILES} <= set(EXERCISES)


@every("RIGHT")
def test_right_programs_score_full_marks(file):
    found = scores(file, "RIGHT")
    assert {name: s for name, s in found.items() if min(s) < 1} == {}


@every("FORM")
def test_an_odd_form_costs_less_than_half(file):
    found = scores(file, "FORM")
    assert {name: s for name, s in found.items() if min(s) <= 0.5 or max(s) >= 1} == {}
    assert by_seed(file, found) == {}


@every("WRONG")
def test_wrong_programs_lose_points(file):
    found = scores(file, "WRONG")
    assert {name: s for name, s in found.items() if max(s) >= 1} == {}
    assert by_seed(file, found) == {}


@every("EITHER")
def test_what_the_conventions_leave_open_costs_less_than_half(file):
    found = scores(file, "EITHER")
    assert {name: s for name, s in found.items() if min(s) <= 0.5} == {}


def by_seed(file: str, found: dict[str, list[float]]) -> dict[str, list[float]]:
    differing = {name: scored for name, scored in found.items() if len(set(scored)) > 1}
    return {name: s for name, s in differing.items() if name not in BY_CHANCE.get(file, ())}


def test_what_depends_on_chance_is_in_the_corpus():
    for file, entries in BY_CHANCE.items():
        assert entries <= corpus(file, 0).WRONG.keys(), file
