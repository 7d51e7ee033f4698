"""CuPy's kernels, compiled by g++ for the processor and kept for the next run."""

import ctypes
import hashlib
import os
import subprocess
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from tests.cupy.host.folder import folder

CUDA = Path(__file__).parent / "cuda"
# What CuPy puts above every kernel.
HEADERS = ["cupy/complex.cuh", "cupy/carray.cuh", "cupy/atomics.cuh", "cupy/math_constants.h"]
# NVIDIA's compiler is less strict, and CuPy reads the bits of one type as another.
OPTIONS = ["-std=c++17", "-O0", "-fPIC", "-w", "-fpermissive", "-fno-strict-aliasing"]
# Loaded once for all kernels, which are linked without them: that takes half the time.
SHARED = ("libstdc++.so.6", "libm.so.6")
WAITING = ("__syncthreads", "__syncwarp", "__shfl")

Kernel = Callable[..., None]
"""``kernel(arguments, grid, block)``."""


def install(cupy: Any) -> None:
    """CuPy asks for a compiled module: give it one of the source, as it is."""
    for library in SHARED:
        ctypes.CDLL(library, mode=ctypes.RTLD_GLOBAL)

    def module_of(
        source: str, *_: Any, name_expressions: tuple[str, ...] | None = None, **how: Any
    ) -> Any:
        module = cupy.cuda.function.Module()
        module.load(source.encode())
        module._set_mapping({name: name for name in name_expressions or ()})
        return module

    cupy.cuda.compiler._compile_module_with_cache = module_of


@cache
def compiled(source: str, name: str) -> Kernel:
    """One kernel of a source."""
    key = hashlib.sha256(f"{name}\n{source}".encode()).hexdigest()[:20]
    library = folder() / f"{key}.so"
    if not library.exists():
        _compile(f"{source}\n{_launcher(source, name)}", library)
    kernel: Any = ctypes.CDLL(str(library)).launch
    kernel.argtypes, kernel.restype = [ctypes.c_void_p] * 3, None
    launch: Kernel = kernel
    return launch


def _launcher(source: str, name: str) -> str:
    """The C function that Python calls."""
    own = source.rpartition("#include")[2]
    kind = "WAITS" if any(word in own for word in WAITING) else "PLAIN"
    if kind == "PLAIN" and "CUPY_FOR" in own:
        kind = "LOOP"
    return (
        f"static void kernel(void **arguments) {{ call({name}, arguments); }}\n"
        'extern "C" void launch(void **arguments, const unsigned *grid, const unsigned *block) {\n'
        f"  run(kernel, arguments, grid, block, {kind});\n"
        "}\n"
    )


def _compile(source: str, library: Path) -> None:
    done = subprocess.run(
        ["nice", "g++", *OPTIONS, *_include(), "-shared", "-nodefaultlibs",
         "-include", str(_header()), "-x", "c++", "-", "-o", str(part := _part(library))],
        input=source, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        library.with_suffix(".cpp").write_text(source, "utf-8")
        raise RuntimeError(f"g++ refuses {library.with_suffix('.cpp')}:\n{done.stderr[:3000]}")
    part.replace(library)


@cache
def _header() -> Path:
    """All headers, compiled in advance: the kernels are then compiled four times as fast."""
    header = folder() / "all.h"
    compiled_header = folder() / "all.h.gch"
    if not compiled_header.exists():
        names = ["processor.h", *HEADERS, "launch.h"]
        text = "".join(f"#include <{name}>\n" for name in names)
        part = _part(header)
        part.write_text(text, "utf-8")
        part.replace(header)
        command = ["nice", "g++", *OPTIONS, *_include(), "-x", "c++-header", str(header)]
        subprocess.run([*command, "-o", str(part := _part(compiled_header))], check=True)
        part.replace(compiled_header)
    return header


def _include() -> list[str]:
    import cupy

    return ["-I", str(CUDA), "-I", str(Path(cupy.__file__).parent / "_core" / "include")]


def _part(path: Path) -> Path:
    """Where to write what is not complete yet; other processes may do the same."""
    return path.with_name(f"{path.name}.{os.getpid()}.part")
