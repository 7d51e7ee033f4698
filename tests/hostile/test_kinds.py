"""The kinds of submissions, as a list."""

from tests.hostile.every_kind import KINDS
from tests.hostile.kinds import EARNS


def test_there_are_enough_kinds_with_names_of_their_own() -> None:
    assert len(KINDS) == len({kind.name for kind in KINDS}) >= 200
    assert all(kind.earns in EARNS for kind in KINDS)
    assert {kind.group for kind in KINDS} == {"hostile", "harmful", "broken", "honest"}
