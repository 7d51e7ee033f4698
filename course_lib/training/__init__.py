"""Training: the loop, its history, callbacks, checkpoints and diagnostics."""

from course_lib.averages import averaged_over as averaged_over
from course_lib.habits import missing_name
from course_lib.training.callbacks import KeepBest as KeepBest
from course_lib.training.callbacks import StopEarly as StopEarly
from course_lib.training.checkpoint import Checkpoint as Checkpoint
from course_lib.training.evaluate import evaluate as evaluate
from course_lib.training.evaluate import predict as predict
from course_lib.training.fit import fit as fit
from course_lib.training.history import History as History
from course_lib.training.layer_outputs import layer_gradients as layer_gradients
from course_lib.training.layer_outputs import layer_outputs as layer_outputs
from course_lib.training.lr_range_test import RangeTest as RangeTest
from course_lib.training.lr_range_test import lr_range_test as lr_range_test
from course_lib.training.metrics import accuracy as accuracy
from course_lib.training.metrics import confusion_matrix as confusion_matrix
from course_lib.training.minibatches import minibatches as minibatches
from course_lib.training.saving import load as load
from course_lib.training.saving import save as save
from course_lib.training.train_step import train_step as train_step

__getattr__ = missing_name("course_lib.training")
