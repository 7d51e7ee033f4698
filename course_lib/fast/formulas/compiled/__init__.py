"""Functions that numba compiles, used after `course_lib.fast.enable`."""
