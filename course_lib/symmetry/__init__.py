"""Weight-space symmetries: different weights that compute the same function."""

from course_lib.symmetry.flip_tanh_units import flip_tanh_units as flip_tanh_units
from course_lib.symmetry.n_equivalent import n_equivalent as n_equivalent
from course_lib.symmetry.permute_hidden_units import permute_hidden_units as permute_hidden_units
from course_lib.symmetry.rescale_relu_units import rescale_relu_units as rescale_relu_units
