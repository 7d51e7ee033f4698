"""The formulas of the optimizers: one pure function a file, old arrays in and new ones out."""

from course_lib.optimizers.steps.adadelta import adadelta_step as adadelta_step
from course_lib.optimizers.steps.adagrad import adagrad_step as adagrad_step
from course_lib.optimizers.steps.adam import adam_step as adam_step
from course_lib.optimizers.steps.adamw import adamw_step as adamw_step
from course_lib.optimizers.steps.effective import effective_lr as effective_lr
from course_lib.optimizers.steps.momentum import momentum_step as momentum_step
from course_lib.optimizers.steps.nesterov import nesterov_step as nesterov_step
from course_lib.optimizers.steps.plain import sgd_step as sgd_step
from course_lib.optimizers.steps.rmsprop import rmsprop_step as rmsprop_step
