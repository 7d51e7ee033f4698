"""Diagnostics of a network: saturated and dead units, gradients by layer, confidence."""

from course_lib.diagnostics.dead_fraction import dead_fraction as dead_fraction
from course_lib.diagnostics.fit_temperature import fit_temperature as fit_temperature
from course_lib.diagnostics.layer_gradient_norms import layer_gradient_norms as layer_gradient_norms
from course_lib.diagnostics.saturated_fraction import saturated_fraction as saturated_fraction
