"""The real CuPy on a processor, for tests on machines without a GPU.

`install` loads CuPy itself, its wheel as it is published, and replaces the functions of CUDA below
it. So shapes, data types, keywords, dispatch, indexing, broadcasting, views and the source of every
kernel are CuPy's own, and so are its errors. What is replaced:

- memory (`memory`): that of the GPU is main memory. Copies between the two are counted.
- kernels (`kernels`, `compiling`): g++ compiles the source that CuPy writes for NVIDIA's compiler,
  and the processor runs it: one thread after the other, in a fixed order.
- matrix products (`blas`), sorting and eigenvalues (`algorithms`): NumPy computes them.
- random generators (`generator`): NumPy draws the numbers, so they are not those of a GPU.

So these tests cannot show: speed, several streams or devices, races between threads, rounding of
sums by cuBLAS, the numbers of cuRAND, and whether CUDA is installed as it should be. What CuPy asks
of CUDA and is not replaced is an error: a function is never left out silently.
"""

import os
import warnings
from importlib import import_module
from typing import Any

from tests.cupy.host.folder import folder

installed = False


def install() -> Any:
    """Load CuPy with the replaced functions; to be called before anything imports it."""
    global installed
    os.environ["CUPY_ACCELERATORS"] = ""  # no compiled reductions: they cannot be replaced
    os.environ["CUPY_CACHE_DIR"] = str(folder() / "cupy")
    warnings.filterwarnings("ignore", module="cupy")  # it looks for CUDA, which is not there
    # The order is that in which CuPy's modules import each other.
    for name in ("libraries", "memory", "kernels", "blas"):
        import_module(f"tests.cupy.host.{name}").install()
    cupy = import_module("cupy")
    for name in ("compiling", "algorithms", "generator"):
        import_module(f"tests.cupy.host.{name}").install(cupy)
    installed = True
    return cupy
