"""Ensembles: several models predict together."""

from course_lib.ensembles.ensemble_predict import ensemble_predict as ensemble_predict
