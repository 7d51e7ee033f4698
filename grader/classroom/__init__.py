"""A class: its submissions through nbgrader, its report, and a sample one to try it with."""
