"""Solutions of ``he_uniform(shape, rng) -> W``, uniform with variance 2 / n_in."""

from tests.programs.initializers import uniform

programs = uniform(
    lambda n_in, n_out: 2 / n_in,
    sum_without_the_two=lambda n_in, n_out: 1 / (n_in + n_out),
    bias_counted_as_an_input=lambda n_in, n_out: 2 / (n_in + 1),
)
