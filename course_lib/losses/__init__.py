"""Losses: each returns its value and its gradient; sum over outputs, mean over samples.

The value is a float. Computed from arrays on a GPU it is an array without axes, and the values of
labels and probabilities are not checked there: both would be transfers, in every training step.

`smooth_labels` makes targets for :func:`softmax_cross_entropy`. `edit_distance` and `tree_distance`
are counts, without a gradient.
"""

from course_lib.habits import missing_name
from course_lib.losses.alignment import edit_distance as edit_distance
from course_lib.losses.alignment import soft_dtw as soft_dtw
from course_lib.losses.classification import bce_with_logits as bce_with_logits
from course_lib.losses.classification import softmax_cross_entropy as softmax_cross_entropy
from course_lib.losses.distributions import kl_divergence as kl_divergence
from course_lib.losses.distributions import nll_loss as nll_loss
from course_lib.losses.distributions import smooth_labels as smooth_labels
from course_lib.losses.margins import binary_hinge as binary_hinge
from course_lib.losses.margins import multiclass_hinge as multiclass_hinge
from course_lib.losses.margins import perceptron_loss as perceptron_loss
from course_lib.losses.metric_learning import contrastive_loss as contrastive_loss
from course_lib.losses.metric_learning import info_nce as info_nce
from course_lib.losses.metric_learning import triplet_loss as triplet_loss
from course_lib.losses.regression import poisson_loss as poisson_loss
from course_lib.losses.regression import squared_error as squared_error
from course_lib.losses.robust_regression import huber as huber
from course_lib.losses.robust_regression import mean_absolute_error as mean_absolute_error
from course_lib.losses.tree_distance import tree_distance as tree_distance

__getattr__ = missing_name("course_lib.losses")
