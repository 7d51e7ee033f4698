"""Preparing data for a network: labels, distances, splits, scales, minibatches."""

from course_lib.habits import missing_name
from course_lib.preprocessing.one_hot import one_hot as one_hot
from course_lib.preprocessing.pairwise_sq_dists import pairwise_sq_dists as pairwise_sq_dists
from course_lib.preprocessing.splits import group_folds as group_folds
from course_lib.preprocessing.splits import k_folds as k_folds
from course_lib.preprocessing.splits import minibatch_indices as minibatch_indices
from course_lib.preprocessing.splits import split_indices as split_indices
from course_lib.preprocessing.standardize import standardize as standardize
from course_lib.preprocessing.standardize import standardize_apply as standardize_apply
from course_lib.preprocessing.standardize import standardize_fit as standardize_fit
from course_lib.preprocessing.whiten import whiten_apply as whiten_apply
from course_lib.preprocessing.whiten import whiten_fit as whiten_fit

__getattr__ = missing_name("course_lib.preprocessing")
