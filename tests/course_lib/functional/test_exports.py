import numpy as np
import pytest

from course_lib import functional
from tests.course_lib.pairs import PAIRS, Pair


def test_every_exported_pair_is_in_the_table() -> None:
    exported = {name.removesuffix("_forward") for name in dir(functional) if "_forward" in name}
    assert exported == {pair.name.split()[0] for pair in PAIRS}


@pytest.mark.parametrize(
    "pair",
    # Dropout keeps nothing in evaluation that a shape could be compared with.
    [pair for pair in PAIRS if pair.name != "dropout in evaluation"],
    ids=str,
)
def test_a_gradient_of_the_wrong_shape_is_refused(pair: Pair) -> None:
    rng = np.random.default_rng(0)
    y, cache = pair.op.forward(*pair.inputs(lambda *shape: rng.normal(size=shape), 5, 4))
    with pytest.raises(ValueError, match="expected"):
        pair.op.backward(np.ones((y.shape[0] + 1, y.shape[1])), cache)
