"""Solutions of ``glorot_normal(shape, rng) -> W``, normal with variance 2 / (n_in + n_out)."""

from tests.programs.initializers import normal

programs = normal(lambda n_in, n_out: 2 / (n_in + n_out))
del programs.wrong.programs["product_of_the_fans"]  # a listed mistake of this exercise
