"""Figures in one common style; matplotlib is imported when the first figure is drawn."""

from course_lib.plots import pictures
from course_lib.plots import theme as theme
from course_lib.plots.class_points import class_points as class_points
from course_lib.plots.confusion import confusion as confusion
from course_lib.plots.curves import learning_rates as learning_rates
from course_lib.plots.curves import training_curves as training_curves
from course_lib.plots.filters import filters as filters
from course_lib.plots.label_lines import label_lines as label_lines
from course_lib.plots.landscape_paths import landscape_paths as landscape_paths
from course_lib.plots.layer_histograms import activations as activations
from course_lib.plots.layer_histograms import gradients as gradients
from course_lib.plots.paired_differences import paired_differences as paired_differences
from course_lib.plots.pictures import Picture as Picture
from course_lib.plots.pictures import with_alt as with_alt

pictures.register()
