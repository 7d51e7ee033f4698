"""Every small change of a reference is seen by a case, or is listed as right with its reason."""

import pytest

from grader.checking.contract.families.experiment import Experiment
from grader.checking.contract.families.hidden_faults import OnUnknowns
from grader.checking.contract.registry import find, names
from tests.gates.mutants import mutants, survivors, written_out
from tests.programs import load
from tests.sizes import mostly_long

# Its cases train networks, and its reference is a table of settings or limits without a formula.
TABLES = {
    "cards",
    "configuration",
    "diagnose",
    "learn_distance",
    "learn_noisy_labels",
    "own_changes",
    "recognise",
}
pytestmark = pytest.mark.slow
NAMES = [name for name in names() if name not in TABLES]


def repeats_a_plan(name):
    """Each of its mutants is a plan, which is judged hundreds of times."""
    exercise = find(name)
    return isinstance(exercise, Experiment) or isinstance(exercise.run, OnUnknowns)


ONCE = [name for name in NAMES if not repeats_a_plan(name)]


@pytest.mark.parametrize("name", mostly_long(NAMES, ONCE))
def test_every_mutant_loses_points_or_is_listed_as_equivalent(name):
    found = set(survivors(find(name)))
    listed = written_out(load.catalogue(name).equivalent, find(name))
    unseen, gone = sorted(found - listed), sorted(listed - found)
    assert not unseen, (
        f"{name}: no case sees {unseen}. Add a case that does, or write the reason why the change "
        "is right into `programs.equivalent` of its catalogue"
    )
    assert not gone, f"{name}: its catalogue lists {gone} as equivalent, which loses points"


def test_most_references_have_many_mutants():
    counts = {name: sum(1 for _ in mutants(find(name))) for name in NAMES}
    assert sum(counts.values()) > 15 * len(NAMES), counts
