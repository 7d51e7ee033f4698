"""The few functions that depend on the array library (NumPy or CuPy), and the choice of a device.

Every function of course_lib asks its arguments for their namespace (`array_namespace`) and uses
only the Python array API standard: the same code runs on NumPy, on CuPy (a GPU) and, in tests, on
array_api_strict, which has nothing beyond it. Functions that the standard lacks are defined here.
"""

import math
from contextlib import suppress
from functools import cache
from importlib import import_module
from typing import Any

import numpy as np

from course_lib.array import Array as Array
from course_lib.array import Generator as Generator
from course_lib.array import Namespace as Namespace

_NUMPY = (np.ndarray, np.generic)
_NUMPY_IS_STANDARD = hasattr(np, "astype")  # from 2.1 on; before, array_api_compat adds a few names


def array_namespace(*arrays: Array) -> Namespace:
    """Module whose functions work on these arrays, for instance `numpy`.

    Raises
    ------
    TypeError
        If one of them is not an array, or if they come from different libraries.
    """
    standard = _NUMPY_IS_STANDARD
    for a in arrays:  # a loop: it is faster than all(…), and every function asks
        standard = standard and isinstance(a, _NUMPY)
    if standard:
        return np  # type: ignore[return-value] # its annotations know only its own arrays
    from array_api_compat import array_namespace as compatible_namespace

    try:
        return compatible_namespace(*arrays)
    except TypeError:
        kinds = ", ".join(sorted({f"{type(a).__module__}.{type(a).__name__}" for a in arrays}))
        raise TypeError(
            f"expected arrays of one library, got {kinds}; make lists arrays with numpy.asarray, "
            "and move arrays to one device with course_lib.backend.to_device"
        ) from None


def to_numpy(x: Array) -> np.ndarray:
    """The same numbers as a NumPy array; copied only if they are on another device."""
    array: Any = x
    if hasattr(x, "__dlpack__") and not isinstance(x, np.ndarray):
        array = array.get() if type(x).__module__.startswith("cupy") else np.from_dlpack(array)
    return np.asarray(array)


def to_device(x: Array, device: str = "auto") -> Array:
    """The same numbers on ``"cpu"`` (NumPy), on ``"cuda"`` (CuPy) or where ``"auto"`` chooses."""
    on_cpu = choose_device(device) == "cpu"
    return to_numpy(x) if on_cpu else import_module("cupy").asarray(x)


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


def cast(x: Array, dtype: str) -> Array:
    """Array with the data type of this name, for instance ``"float32"``."""
    xp = array_namespace(x)
    return xp.astype(x, getattr(xp, dtype), copy=False)


def in_precision_of(like: Array, x: Array) -> Array:
    """x in the data type of ``like``; x itself if it has it already.

    What lasts over training steps keeps its precision, whatever a step computes in: one batch in
    double precision must not make running statistics, optimizer states or gradients double for the
    rest of the training.
    """
    return x if x.dtype == like.dtype else array_namespace(x).astype(x, like.dtype)


def clip(x: Array, lowest: float, highest: float) -> Array:
    """x between two bounds, as ``xp.clip(x, lowest, highest)``; nan stays nan.

    array_api_compat's clip for CuPy waits for the GPU: it selects elements by a mask, and their
    number has to be fetched. Its sign does the same.
    """
    xp: Any = array_namespace(x)
    one_pass = isinstance(x, _NUMPY)
    clipped: Array = (
        xp.clip(x, lowest, highest) if one_pass else xp.minimum(xp.maximum(x, lowest), highest)
    )
    return clipped


def sign(x: Array) -> Array:
    """-1, 0 or 1 for every floating-point number, as ``xp.sign(x)``; nan stays nan."""
    xp: Any = array_namespace(x)
    if isinstance(x, _NUMPY):
        signs: Array = xp.sign(x)
    else:
        steps = xp.astype(x > 0.0, x.dtype) - xp.astype(x < 0.0, x.dtype)
        signs = xp.where(xp.isnan(x), x, steps)
    return signs


def windows(x: Array, size: tuple[int, int], stride: tuple[int, int]) -> Array:
    """Windows of (N, H, W, C) as (N, H', W', kh, kw, C), not to be written to."""
    xp: Any = array_namespace(x)
    (kh, kw), (down, right) = size, stride
    H, W = x.shape[1] - kh + 1, x.shape[2] - kw + 1
    if hasattr(xp, "lib"):  # not sliding_window_view: CuPy's waits for the GPU
        array: Any = x
        n, i, j, c = array.strides
        shape = (x.shape[0], -(-H // down), -(-W // right), kh, kw, x.shape[3])
        steps = (n, i * down, j * right, i, j, c)
        view: Array = xp.lib.stride_tricks.as_strided(array, shape, steps)
        return view
    slid = [x[:, i : i + H : down, j : j + W : right, :] for i in range(kh) for j in range(kw)]
    stacked: Array = xp.reshape(xp.stack(slid, axis=3), (*slid[0].shape[:3], kh, kw, x.shape[3]))
    return stacked


def erf(x: Array) -> Array:
    """Gauss's error function, to about 1e-15; NumPy has none, so it comes from a table there."""
    if type(x).__module__.startswith("cupy"):
        computed: Array = import_module("cupyx.scipy.special").erf(x)
        return computed
    return _as_like(_erf(to_numpy(x)), like=x)


def _erf(x: np.ndarray) -> np.ndarray:
    """Taylor's series around the nearest number z of a table.

    ``erf(z + d) = erf(z) + 2/sqrt(pi) exp(-z^2) d (1 - z d + (2 z^2 - 1) d^2 / 3 - ...)``
    """
    size = np.minimum(np.abs(x), LAST).astype(np.result_type(x, np.float32))  # erf(6) is 1
    place = np.rint(np.nan_to_num(size) * STEPS).astype(np.intp)
    z = (place / STEPS).astype(size.dtype)
    d = size - z
    zd = z * d
    dd = d * d
    square = zd * zd
    series = 1 - zd + (2 * square - dd) / 3 - zd * (2 * square - 3 * dd) / 6
    series += (4 * square * square - 12 * square * dd + 3 * dd * dd) / 30
    values, slopes = (numbers.astype(size.dtype) for numbers in _table_of_erf())
    y = values[place] + slopes[place] * (d * series)
    signed: np.ndarray = np.copysign(y, x).astype(x.dtype)
    return signed


LAST, STEPS = 6, 512  # of the table: z up to 6, in steps of 1/512


@cache
def _table_of_erf() -> tuple[np.ndarray, np.ndarray]:
    """erf(z) and its derivative."""
    z = np.arange(LAST * STEPS + 1) / STEPS
    values = np.array([math.erf(number) for number in z])
    return values, 2 / math.sqrt(math.pi) * np.exp(-z * z)


def uniform(rng: Generator, shape: tuple[int, ...], like: Array) -> Array:
    """Random numbers in [0, 1) with the library, device and precision of ``like``.

    A NumPy generator draws in main memory and the numbers are moved, so that the same seed gives
    the same numbers on every device; a CuPy generator draws on the GPU, which is faster there.
    """
    precision = np.float64 if like.dtype == array_namespace(like).float64 else np.float32
    return _as_like(rng.random(shape, dtype=precision), like)


def normal(rng: Generator, shape: tuple[int, ...], like: Array) -> Array:
    """Standard normal random numbers; everything else is as in `uniform`."""
    precision = np.float64 if like.dtype == array_namespace(like).float64 else np.float32
    return _as_like(rng.standard_normal(shape, dtype=precision), like)


def permutation(rng: Generator, n: int, like: Array | None = None) -> Array:
    """The integers 0 … n-1 in random order, with the library and device of ``like`` or of rng."""
    # CuPy's generators have no permutation; the ranks of random numbers are one.
    source: Any = rng
    order = source.permutation(n) if hasattr(rng, "permutation") else source.random(n).argsort()
    return order if like is None else _as_like(order, like)


def _as_like(drawn: Array, like: Array) -> Array:
    xp = array_namespace(like)
    return to_numpy(drawn) if isinstance(like, _NUMPY) else xp.asarray(drawn, device=like.device)
