"""Where an exercise reads mistakes off the results, wrong programs get the hint that helps."""

import pytest

from grader.checking.contract.registry import find, names
from tests.gates.drawn import wrong_programs
from tests.programs import load
from tests.sizes import mostly_slow

TOLD = [name for name in names() if load.exists(name) and load.catalogue(name).told]


@pytest.mark.parametrize("name", mostly_slow(TOLD))
def test_a_mistake_that_is_read_off_the_results_gets_its_own_hint(name, draws):
    assert find(name).recognise
    for seed in draws:
        judged = wrong_programs(name, seed)
        for entry, words in load.catalogue(name).told.items():
            hints = judged[entry].hints
            assert hints and hints[0].startswith(words), (entry, seed, hints)
    assert len(set(load.catalogue(name).told.values())) >= 5
