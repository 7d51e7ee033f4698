"""Where an exercise reads mistakes off the results, wrong programs get the hint that helps."""

import pytest

from grader.checking.contract.registry import find, names
from tests.gates.drawn import drawn
from tests.programs import load
from tests.sizes import mostly_slow

TOLD = [name for name in names() if load.exists(name) and load.catalogue(name).told]


@pytest.mark.parametrize("name", mostly_slow(TOLD))
def test_a_mistake_that_is_read_off_the_results_gets_its_own_hint(name, draws):
    assert find(name).recognise
    for seed in draws:
        catalogue, draw = load.catalogue(name), drawn(name, seed)
        for entry, words in catalogue.told.items():
            program = catalogue.wrong.programs[entry]
            result = draw.verdict(
                draw.outcomes([*draw.exercise.reference[:-1], *program]), hints=True
            )
            assert result.hints and result.hints[0].startswith(words), (entry, seed, result.hints)
    assert len(set(load.catalogue(name).told.values())) >= 5
