"""Optimizers: the formulas (``*_step``) and the classes that apply them to parameters."""

from course_lib.optimizers.adadelta import Adadelta as Adadelta
from course_lib.optimizers.adagrad import Adagrad as Adagrad
from course_lib.optimizers.adam import Adam as Adam
from course_lib.optimizers.adamw import AdamW as AdamW
from course_lib.optimizers.nesterov import Nesterov as Nesterov
from course_lib.optimizers.optimizer import Optimizer as Optimizer
from course_lib.optimizers.rmsprop import RMSProp as RMSProp
from course_lib.optimizers.sgd import SGD as SGD
from course_lib.optimizers.steps.adadelta import adadelta_step as adadelta_step
from course_lib.optimizers.steps.adagrad import adagrad_step as adagrad_step
from course_lib.optimizers.steps.adam import adam_step as adam_step
from course_lib.optimizers.steps.adamw import adamw_step as adamw_step
from course_lib.optimizers.steps.effective import effective_lr as effective_lr
from course_lib.optimizers.steps.momentum import momentum_step as momentum_step
from course_lib.optimizers.steps.nesterov import nesterov_step as nesterov_step
from course_lib.optimizers.steps.plain import sgd_step as sgd_step
from course_lib.optimizers.steps.rmsprop import rmsprop_step as rmsprop_step
from course_lib.optimizers.weights import is_weight as is_weight
