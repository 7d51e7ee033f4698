"""One catalogue of the library's operations; a new operation is one more row.

What holds for every row is tested in tests/course_lib/test_operations.py.
"""

from tests.catalogue.activations import ACTIVATIONS, SOFTMAX
from tests.catalogue.augmentation import AUGMENTATIONS, MIXUP, SAMPLE
from tests.catalogue.losses import COUNTS, LOSSES, TARGETS
from tests.catalogue.maps import DROPPING, IMAGE, MAPS
from tests.catalogue.norms import NORMS
from tests.catalogue.operation import Loss, Operation, Pair
from tests.catalogue.optimizers import STEPS

FUNCTIONAL = [*MAPS, *ACTIVATIONS, *SOFTMAX, *NORMS, *DROPPING, *IMAGE]
OPERATIONS: list[Operation] = [
    *FUNCTIONAL,
    *LOSSES,
    *TARGETS,
    *COUNTS,
    *STEPS,
    *AUGMENTATIONS,
    *SAMPLE,
    MIXUP,
]
DIFFERENTIABLE: list[Pair | Loss] = [r for r in OPERATIONS if isinstance(r, Pair | Loss)]
PAIRS: list[Pair] = [row for row in OPERATIONS if isinstance(row, Pair)]
