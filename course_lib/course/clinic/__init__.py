"""A clinic for trainings: runs with an unknown fault, and instruments that find it."""

from course_lib.course.clinic.instruments import accuracy_of as accuracy_of
from course_lib.course.clinic.instruments import alone_and_in_a_batch as alone_and_in_a_batch
from course_lib.course.clinic.instruments import first_loss as first_loss
from course_lib.course.clinic.instruments import foreign_images as foreign_images
from course_lib.course.clinic.instruments import gradient_error as gradient_error
from course_lib.course.clinic.instruments import last_loss as last_loss
from course_lib.course.clinic.instruments import logged_minus_recomputed as logged_minus_recomputed
from course_lib.course.clinic.instruments import measure as measure
from course_lib.course.clinic.instruments import memorises as memorises
from course_lib.course.clinic.instruments import one_image_twice as one_image_twice
from course_lib.course.clinic.instruments import update_growth as update_growth
from course_lib.course.clinic.instruments import validation_minus_new as validation_minus_new
from course_lib.course.clinic.instruments import wrong_labels as wrong_labels
from course_lib.course.clinic.names import FAULTS as FAULTS
from course_lib.course.clinic.names import MEASUREMENTS as MEASUREMENTS
from course_lib.course.clinic.patients import patients as patients
from course_lib.course.clinic.patients import truth as truth
from course_lib.course.clinic.take_home import take_home as take_home
from course_lib.course.clinic.training_run import TrainingRun as TrainingRun
