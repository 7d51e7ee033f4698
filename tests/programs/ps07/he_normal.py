"""Solutions of ``he_normal(shape, rng) -> W``, normal with variance 2 / n_in."""

from tests.programs.initializers import normal

programs = normal(
    lambda n_in, n_out: 2 / n_in,
    sum_without_the_two=lambda n_in, n_out: 1 / (n_in + n_out),
    bias_counted_as_an_input=lambda n_in, n_out: 2 / (n_in + 1),
)
