"""Preparing data for a network: labels, distances, splits, scales and minibatches."""

from typing import TYPE_CHECKING

from course_lib.lazy import lazily

if TYPE_CHECKING:
    from course_lib.preprocessing.averages import moving_average as moving_average
    from course_lib.preprocessing.batches import minibatch_indices as minibatch_indices
    from course_lib.preprocessing.distances import pairwise_sq_dists as pairwise_sq_dists
    from course_lib.preprocessing.labels import one_hot as one_hot
    from course_lib.preprocessing.splits import split_indices as split_indices
    from course_lib.preprocessing.standardizing import standardize_apply as standardize_apply
    from course_lib.preprocessing.standardizing import standardize_fit as standardize_fit
    from course_lib.preprocessing.whitening import whiten_apply as whiten_apply
    from course_lib.preprocessing.whitening import whiten_fit as whiten_fit
else:
    __getattr__, __dir__, __all__ = lazily(
        __name__,
        {
            "averages": ["moving_average"],
            "batches": ["minibatch_indices"],
            "distances": ["pairwise_sq_dists"],
            "labels": ["one_hot"],
            "splits": ["split_indices"],
            "standardizing": ["standardize_apply", "standardize_fit"],
            "whitening": ["whiten_apply", "whiten_fit"],
        },
    )
