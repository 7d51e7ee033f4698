"""Memory of the GPU: it is main memory, and copies between the two are counted."""

import ctypes
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module

from tests.cupy.host.c_functions import replace

copies: Counter[str] = Counter()
"""Number of copies from the GPU, for which a program waits ("fetched"), and to it ("moved")."""

lines: Counter[str] = Counter()
"""How many of them each line of course_lib has asked for."""

TO_GPU, TO_MAIN_MEMORY, ON_GPU, BY_ADDRESS = 1, 2, 3, 4  # cudaMemcpyKind

# Numbers of cudaDeviceAttr -> what a common GPU answers.
ATTRIBUTES = {1: 1024, 5: 2**31 - 1, 6: 65535, 7: 65535, 8: 49152, 10: 32, 16: 108, 41: 1, 75: 8}
PROPERTIES = {"name": b"processor", "multiProcessorCount": 108, "warpSize": 32}
GIGABYTE = 1 << 30

_on_gpu: dict[int, int] = {}
"""Address -> size of what counts as memory of the GPU."""

_libc = ctypes.CDLL(None)
_libc.calloc.restype, _libc.calloc.argtypes = ctypes.c_void_p, [ctypes.c_size_t] * 2
_libc.free.argtypes = [ctypes.c_void_p]


def install() -> None:
    """Replace the functions of the CUDA runtime."""
    replace(
        import_module("cupy_backends.cuda.api.runtime"),
        {
            "getDeviceCount": lambda: 1,
            "driverGetVersion": lambda: 12080,
            "runtimeGetVersion": lambda: 12080,
            "_getCUDAMajorVersion": lambda: 12,
            "deviceGetAttribute": lambda attribute, device: ATTRIBUTES.get(attribute, 0),
            "getDeviceProperties": lambda device: PROPERTIES,
            "memGetInfo": lambda: (8 * GIGABYTE, 16 * GIGABYTE),
            "malloc": _allocate,
            "hostAlloc": lambda size, flags: _libc.calloc(1, size),
            "free": _free,
            "freeHost": _libc.free,
            "memcpy": _copy,
            "memcpyAsync": lambda to, start, size, kind, stream: _copy(to, start, size, kind),
            "memsetAsync": lambda to, value, size, stream: _fill(to, value, size),
            "eventCreateWithFlags": lambda flags: 1,
        },
        without_effect={
            "_ensure_context",
            "check_status",
            "getDevice",  # number 0
            "setDevice",
            "deviceCanAccessPeer",
            "deviceSynchronize",
            "streamSynchronize",
            "streamIsCapturing",
            "streamDestroy",
            "eventRecord",
            "eventQuery",
            "eventDestroy",
            "pointerGetMemoryType",
        },
    )


def _allocate(size: int) -> int:
    address: int = _libc.calloc(1, size)
    _on_gpu[address] = size
    return address


def _free(address: int) -> None:
    _on_gpu.pop(address, None)
    _libc.free(address)


def _kind(to: int, start: int) -> int:
    there = [any(a <= x < a + size for a, size in _on_gpu.items()) for x in (start, to)]
    return {(True, True): ON_GPU, (True, False): TO_MAIN_MEMORY}.get(tuple(there), TO_GPU)


def _copy(to: int, start: int, size: int, kind: int) -> None:
    kind = _kind(to, start) if kind == BY_ADDRESS else kind
    if kind not in (TO_GPU, TO_MAIN_MEMORY, ON_GPU):
        raise NotImplementedError(f"a copy of kind {kind}")
    if kind != ON_GPU:
        what = "moved" if kind == TO_GPU else "fetched"
        copies[what] += 1
        lines[f"{what} in {_line()}"] += 1
    ctypes.memmove(to, start, size)


def _fill(to: int, value: int, size: int) -> None:
    ctypes.memset(to, value, size)


def _line() -> str:
    frame = sys._getframe()
    while frame.f_back and "/course_lib/" not in frame.f_code.co_filename:
        frame = frame.f_back
    return f"{frame.f_code.co_filename}:{frame.f_lineno}"


@contextmanager
def uncounted() -> Iterator[None]:
    """Leave out the copies of what NumPy computes here instead of the GPU."""
    before = copies.copy(), lines.copy()
    yield
    for counter, value in zip((copies, lines), before, strict=True):
        counter.clear()
        counter.update(value)
