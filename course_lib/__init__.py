"""The parts of a neural network and its training: the library that the course builds.

Every part is loaded when it is first used, so ``import course_lib`` is fast.
"""

from typing import TYPE_CHECKING

from course_lib.lazy import lazily

if TYPE_CHECKING:
    from course_lib import augmentation as augmentation
    from course_lib import backend as backend
    from course_lib import datasets as datasets
    from course_lib import descent as descent
    from course_lib import diagnostics as diagnostics
    from course_lib import ensembles as ensembles
    from course_lib import functional as functional
    from course_lib import gradient_check as gradient_check
    from course_lib import graph as graph
    from course_lib import initializers as initializers
    from course_lib import layers as layers
    from course_lib import losses as losses
    from course_lib import models as models
    from course_lib import optimizers as optimizers
    from course_lib import plots as plots
    from course_lib import preprocessing as preprocessing
    from course_lib import regularizers as regularizers
    from course_lib import schedules as schedules
    from course_lib import search as search
    from course_lib import symmetry as symmetry
    from course_lib import training as training
    from course_lib.op import Op as Op
    from course_lib.parameter import Parameter as Parameter
else:
    __getattr__, __dir__, __all__ = lazily(
        __name__,
        {"op": ["Op"], "parameter": ["Parameter"]},
        subpackages=[
            "augmentation",
            "backend",
            "datasets",
            "descent",
            "diagnostics",
            "ensembles",
            "functional",
            "gradient_check",
            "graph",
            "initializers",
            "layers",
            "losses",
            "models",
            "optimizers",
            "plots",
            "preprocessing",
            "regularizers",
            "schedules",
            "search",
            "symmetry",
            "training",
        ],
    )
