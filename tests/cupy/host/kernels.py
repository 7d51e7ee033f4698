"""Modules, functions and launches of the CUDA driver: a "module" is the source of its kernels."""

import ctypes
from collections import Counter
from collections.abc import Callable
from importlib import import_module

from tests.cupy.host.c_functions import replace
from tests.cupy.host.compiling import compiled

launches: Counter[str] = Counter()
"""How often each kernel ran, by name."""

# CUDA hands out addresses; here they are positions in these lists, from 1 on.
_sources: list[str] = [""]
_functions: list[tuple[str, str]] = [("", "")]
Three = ctypes.c_uint * 3


def install() -> None:
    """Replace the functions of the CUDA driver, and of the compiler as far as CuPy asks for it."""
    replace(
        import_module("cupy_backends.cuda.api.driver"),
        {
            "get_build_version": lambda: 12090,
            "ctxGetCurrent": lambda: 1,
            "moduleLoadData": _load,
            "moduleGetFunction": _function,
            "launchKernel": _launch,
        },
        without_effect={"ctxGetDevice", "moduleUnload"},
    )
    replace(
        import_module("cupy_backends.cuda.libs.nvrtc"),
        {"getVersion": lambda: (12, 8), "getSupportedArchs": lambda: [80, 90]},
        without_effect={"check_status"},
    )


def _load(source: bytes) -> int:
    _sources.append(source.decode())
    return len(_sources) - 1


def _function(module: int, name: str) -> int:
    _functions.append((_sources[module], name))
    return len(_functions) - 1


def _launch(
    function: int, gx: int, gy: int, gz: int, bx: int, by: int, bz: int,
    shared_bytes: int, stream: int, arguments: int, extra: int,
) -> None:  # fmt: skip
    source, name = _functions[function]
    launches[name] += 1
    run: Callable[..., None] = compiled(source, name)
    run(arguments, Three(gx, gy, gz), Three(bx, by, bz))
