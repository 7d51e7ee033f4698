"""Solutions of ``glorot_uniform(shape, rng) -> W``, uniform with variance 2 / (n_in + n_out)."""

from tests.programs.initializers import uniform

programs = uniform(lambda n_in, n_out: 2 / (n_in + n_out))
del programs.wrong.programs["product_of_the_fans"]  # a listed mistake of this exercise
