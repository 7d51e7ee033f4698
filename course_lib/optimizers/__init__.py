"""Optimizers: each formula (``*_step``) and the class that applies it to parameters."""

from course_lib.habits import missing_name
from course_lib.optimizers.adadelta import Adadelta as Adadelta
from course_lib.optimizers.adadelta import adadelta_step as adadelta_step
from course_lib.optimizers.adagrad import Adagrad as Adagrad
from course_lib.optimizers.adagrad import adagrad_step as adagrad_step
from course_lib.optimizers.adam import Adam as Adam
from course_lib.optimizers.adam import adam_step as adam_step
from course_lib.optimizers.adamw import AdamW as AdamW
from course_lib.optimizers.adamw import adamw_step as adamw_step
from course_lib.optimizers.average import average_step as average_step
from course_lib.optimizers.clip_by_norm import clip_by_norm as clip_by_norm
from course_lib.optimizers.group import is_weight as is_weight
from course_lib.optimizers.muon import Muon as Muon
from course_lib.optimizers.muon import muon_step as muon_step
from course_lib.optimizers.muon import orthogonalise as orthogonalise
from course_lib.optimizers.nesterov import Nesterov as Nesterov
from course_lib.optimizers.nesterov import nesterov_step as nesterov_step
from course_lib.optimizers.optimizer import Optimizer as Optimizer
from course_lib.optimizers.rmsprop import RMSprop as RMSprop
from course_lib.optimizers.rmsprop import rmsprop_step as rmsprop_step
from course_lib.optimizers.sgd import SGD as SGD
from course_lib.optimizers.sgd import momentum_step as momentum_step
from course_lib.optimizers.sgd import sgd_step as sgd_step

__getattr__ = missing_name("course_lib.optimizers")
