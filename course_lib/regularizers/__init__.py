"""Regularisation against overfitting: penalties and early stopping."""

from typing import TYPE_CHECKING

from course_lib.lazy import lazily

if TYPE_CHECKING:
    from course_lib.regularizers.early_stopping import EarlyStopping as EarlyStopping
    from course_lib.regularizers.elastic_net import elastic_net_penalty as elastic_net_penalty
    from course_lib.regularizers.l1 import l1_penalty as l1_penalty
    from course_lib.regularizers.l2 import l2_penalty as l2_penalty
else:
    __getattr__, __dir__, __all__ = lazily(
        __name__,
        {
            "early_stopping": ["EarlyStopping"],
            "elastic_net": ["elastic_net_penalty"],
            "l1": ["l1_penalty"],
            "l2": ["l2_penalty"],
        },
    )
