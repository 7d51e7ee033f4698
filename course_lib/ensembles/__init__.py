"""Ensembles: several models predict together, and how much the mean of them gains."""

from course_lib.ensembles.bias_variance import bias_variance as bias_variance
from course_lib.ensembles.ensemble_predict import ensemble_predict as ensemble_predict
from course_lib.ensembles.ensemble_variance import ensemble_variance as ensemble_variance
