"""Where to compute: on the CPU, or on an NVIDIA GPU with CuPy."""

from contextlib import suppress
from importlib import import_module


def choose_device(device: str = "auto") -> str:
    """Decide where to compute.

    ``"auto"`` is ``"cuda"`` if a small computation on the GPU is right, else ``"cpu"``; one line
    says which, and why.

    Raises
    ------
    ValueError
        If device is none of ``"auto"``, ``"cpu"``, ``"cuda"``.
    RuntimeError
        If device is ``"cuda"`` and the GPU cannot be used; the message says why.
    """
    if device not in ("auto", "cpu", "cuda"):
        raise ValueError(f"device is {device!r}; choose 'auto', 'cpu' or 'cuda'")
    if device == "cpu":
        return device
    obstacle = _obstacle_to_cuda()
    if obstacle and device == "cuda":
        raise RuntimeError(f"the GPU cannot be used: {obstacle}; use device='cpu' or 'auto'")
    chosen, why = ("cpu", obstacle) if obstacle else ("cuda", "a test on the GPU succeeded")
    if device == "auto":
        print(f"device: {chosen} ({why})")
    return chosen


def _obstacle_to_cuda() -> str:
    """Why CuPy cannot compute here, or "" if it can; a test computation detects a broken driver."""
    try:
        cupy = import_module("cupy")
        found = False
        with suppress(Exception):  # without a driver, CuPy 13 raises and CuPy 14 returns False
            found = cupy.cuda.is_available()
        if not found:
            return "CuPy finds no GPU"
        ones = cupy.ones((2, 2))
        return "" if float(cupy.sum(ones @ ones)) == 8.0 else "CuPy computes wrong results"
    except ModuleNotFoundError:
        return "CuPy is not installed"
    except Exception as problem:  # whatever a broken driver raises
        return f"CuPy fails with {type(problem).__name__}: {str(problem).partition(chr(10))[0]}"
