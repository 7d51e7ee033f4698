"""The real CuPy on the processor, as an environment."""

import time

from nbformat.notebooknode import NotebookNode

from tests.cupy import environment
from tests.cupy.inside.test_notebooks import NOTEBOOKS
from tests.cupy.test_on_a_processor import run_there
from tests.environments.kinds import NotRun, Result


class OnCuPy:
    """As :class:`~tests.environments.kinds.Environment`, for the notebooks that use a GPU."""

    name = "cupy"
    what = "CuPy, its kernels compiled for the processor"
    has_grader = False

    def make(self) -> None:
        """See whether everything is there.

        Raises
        ------
        NotRun
            CuPy or a compiler is missing.
        """
        if reason := environment.missing():
            raise NotRun(reason)

    def versions(self) -> str:
        """Of CuPy."""
        return ", ".join(environment.PINS)

    def run(self, assignment: str, _notebook: NotebookNode) -> Result:
        """Run the solution as tests/cupy does.

        Raises
        ------
        NotRun
            The notebook computes with NumPy everywhere.
        """
        if assignment not in NOTEBOOKS:
            raise NotRun("it uses no GPU")
        began = time.monotonic()
        try:
            run_there("tests/cupy/inside/test_notebooks.py", "-k", assignment)
        except AssertionError as error:
            return Result(time.monotonic() - began, str(error).strip().splitlines()[-1])
        return Result(time.monotonic() - began)
