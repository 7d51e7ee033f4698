"""A clinic for trainings: runs with an unknown fault, and instruments that find it."""

from course_lessons.clinic.instruments import accuracy_of as accuracy_of
from course_lessons.clinic.instruments import alone_and_in_a_batch as alone_and_in_a_batch
from course_lessons.clinic.instruments import first_loss as first_loss
from course_lessons.clinic.instruments import foreign_images as foreign_images
from course_lessons.clinic.instruments import gradient_error as gradient_error
from course_lessons.clinic.instruments import last_loss as last_loss
from course_lessons.clinic.instruments import logged_minus_recomputed as logged_minus_recomputed
from course_lessons.clinic.instruments import measure as measure
from course_lessons.clinic.instruments import memorises as memorises
from course_lessons.clinic.instruments import one_image_twice as one_image_twice
from course_lessons.clinic.instruments import update_growth as update_growth
from course_lessons.clinic.instruments import validation_minus_new as validation_minus_new
from course_lessons.clinic.instruments import wrong_labels as wrong_labels
from course_lessons.clinic.names import FAULTS as FAULTS
from course_lessons.clinic.names import MEASUREMENTS as MEASUREMENTS
from course_lessons.clinic.patients import patients as patients
from course_lessons.clinic.patients import truth as truth
from course_lessons.clinic.training_run import TrainingRun as TrainingRun
