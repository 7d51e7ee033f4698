"""Solutions of ``lecun_normal(shape, rng) -> W``, normal with variance 1 / n_in."""

from tests.programs.initializers import normal

programs = normal(
    lambda n_in, n_out: 1 / n_in,
    sum_of_the_fans=lambda n_in, n_out: 1 / (n_in + n_out),
    bias_counted_as_an_input=lambda n_in, n_out: 1 / (n_in + 1),
)
