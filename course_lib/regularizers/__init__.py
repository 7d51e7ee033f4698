"""Regularisation against overfitting: penalties, soft thresholding and early stopping."""

from course_lib.regularizers.dropout_penalty import dropout_penalty as dropout_penalty
from course_lib.regularizers.early_stopping import EarlyStopping as EarlyStopping
from course_lib.regularizers.elastic_net_penalty import elastic_net_penalty as elastic_net_penalty
from course_lib.regularizers.l1_penalty import l1_penalty as l1_penalty
from course_lib.regularizers.l2_penalty import l2_penalty as l2_penalty
from course_lib.regularizers.soft_threshold import soft_threshold as soft_threshold
from course_lib.regularizers.stopped_minimum import stopped_minimum as stopped_minimum
