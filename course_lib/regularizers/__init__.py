"""Against overfitting: what keeps a network from learning its training data by heart."""

from typing import TYPE_CHECKING

from course_lib.lazy import lazily

if TYPE_CHECKING:
    from course_lib.regularizers.early_stopping import EarlyStopping as EarlyStopping
else:
    __getattr__, __dir__, __all__ = lazily(__name__, {"early_stopping": ["EarlyStopping"]})
