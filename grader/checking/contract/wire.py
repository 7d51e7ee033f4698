"""Plain data: the only data that pass between the student's functions and the judge.

A case, and what ``run`` makes of it, is a tree of ``None``, ``bool``, ``int``, ``float``,
``complex``, ``str``, NumPy arrays of kinds ``b i u f c``, lists, and dictionaries with string keys.
:func:`plain` turns whatever a student's function returned into such a tree,
:func:`to_bytes` and :func:`from_bytes` carry the tree over a pipe. Nothing is ever unpickled, and
:func:`from_bytes` trusts none of its input.
"""

import json
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

# Name on the wire -> dtype. A name that came over the pipe is looked up and never parsed: NumPy
# reads more in a text than these, with errors of many types.
NUMBERS = {"b": (1,), "i": (1, 2, 4, 8), "u": (1, 2, 4, 8), "f": (2, 4, 8), "c": (8, 16)}
KINDS = "".join(NUMBERS)
DTYPES = {
    dtype.str: dtype
    for kind, sizes in NUMBERS.items()
    for dtype in (np.dtype(f"<{kind}{size}") for size in sizes)
}
MAX_DEPTH = 12
MAX_LEAVES = 100_000
MAX_TEXT = 10_000
MAX_BITS = 4_000  # of a whole number: more digits Python does not even print
MAX_BYTES = 1 << 26
# Package -> what its arrays are, and the call that makes NumPy's of them where NumPy cannot.
OTHER_ARRAYS = {
    "cupy": ("a CuPy array, on the GPU", ".get()"),
    "torch": ("a PyTorch tensor", ".detach().cpu().numpy()"),
    "jax": ("a JAX array", "jax.device_get on it"),
    "jaxlib": ("a JAX array", "jax.device_get on it"),
    "tensorflow": ("a TensorFlow tensor", ".numpy()"),
}


class NotPlain(ValueError):
    """Bytes that are not plain data, or a tree that is too deep or has too many leaves."""


@dataclass(frozen=True)
class Unusable:
    """Takes the place of a value that could not be made plain; ``what`` describes that value."""

    what: str


@dataclass(frozen=True, repr=False)
class Kept(Unusable):
    """A value of a case that stays with the judge.

    It reaches neither the student's process, which is sent no more than ``what``, nor a report.
    """

    def __repr__(self) -> str:
        return self.what


Plain: TypeAlias = (
    "bool | int | float | complex | str | np.ndarray | Unusable"
    " | list[Plain] | dict[str, Plain] | None"
)
Leaf = tuple[str, Plain]


def plain(value: object) -> Plain:
    """A copy of ``value`` as plain data; what cannot be copied becomes :class:`Unusable`.

    Tuples and ranges become lists, array subclasses and objects with ``__array__`` become arrays,
    NumPy scalars become arrays of shape ``()`` so that their dtype survives.
    """
    try:
        return _plain(value, MAX_DEPTH, [MAX_LEAVES])
    except _TooMuch:
        return Unusable(f"nested lists of more than {MAX_LEAVES:,} values")


class _TooMuch(Exception):
    """The tree has more than ``MAX_LEAVES`` leaves."""


def _plain(value: Any, depth: int, budget: list[int]) -> Plain:
    budget[0] -= 1
    if budget[0] < 0:
        raise _TooMuch
    if depth == 0:
        return Unusable("lists nested deeper than 12 levels")
    if type(value) is int and value.bit_length() > MAX_BITS:
        return Unusable(f"a whole number of more than {MAX_BITS * 3 // 10:,} digits")
    if value is None or type(value) in (bool, int, float, complex, Unusable):
        leaf: Plain = value
        return leaf
    if isinstance(value, str):
        return str(value)[:MAX_TEXT]
    if type(value) in (list, tuple, range) or (
        isinstance(value, tuple) and hasattr(value, "_fields")
    ):
        return [_plain(item, depth - 1, budget) for item in value]
    if isinstance(value, dict):
        return {str(key): _plain(item, depth - 1, budget) for key, item in value.items()}
    if isinstance(value, (np.ndarray, np.generic)) or hasattr(value, "__array__"):
        return _array(value)
    return Unusable(in_words(value))


def in_words(value: object) -> str:
    """What it is, for values that are not plain data."""
    if isinstance(value, set | frozenset):
        return "a set, which has no order"
    if isinstance(value, Iterator):
        return "a generator, which gives its values only once"
    return f"an object of type {type(value).__name__}"


def _array(value: object) -> np.ndarray | Unusable:
    what = f"an object of type {type(value).__name__}"
    try:
        if np.ma.isMaskedArray(value) and np.ma.getmaskarray(value).any():
            return Unusable("a masked array with values that are hidden")
        array = np.asarray(value)
        if array.nbytes > MAX_BYTES:
            return Unusable(f"an array of {array.nbytes:,} bytes (shape {array.shape})")
        array = np.array(array, copy=True, subok=False, order="C")
        if array.dtype.kind == "O" and array.size <= MAX_LEAVES and _numbers(array):
            array = array.astype(np.float64)
    except Exception as error:
        package = type(value).__module__.partition(".")[0]
        if package in OTHER_ARRAYS:
            what, call = OTHER_ARRAYS[package]
            return Unusable(f"{what}: return NumPy here, or call {call}")
        return Unusable(f"{what} that cannot become an array ({type(error).__name__})")
    if array.dtype.kind == "f" and array.dtype.itemsize > 8:  # long double, where there is one
        array = array.astype(np.float64)
    if array.dtype.kind == "c" and array.dtype.itemsize > 16:
        array = array.astype(np.complex128)
    if array.dtype.kind not in KINDS or type(array) is not np.ndarray:
        return Unusable(f"an array of dtype {array.dtype}")
    return array


def _numbers(array: np.ndarray) -> bool:
    return all(type(item) in (bool, int, float) for item in array.ravel())


def leaves(value: Plain, path: str = "") -> list[Leaf]:
    """``(path, leaf)`` of a tree in order, such as ``("grads[0][1]", array)``."""
    if isinstance(value, list):
        return [leaf for i, item in enumerate(value) for leaf in leaves(item, f"{path}[{i}]")]
    if isinstance(value, dict):
        return [
            leaf
            for key, item in value.items()
            for leaf in leaves(item, f"{path}[{key!r}]" if path else key)
        ]
    return [(path, value)]


def to_bytes(value: Plain) -> bytes:
    """Plain data as bytes: length of a JSON header, the header, the arrays' raw memory."""
    buffers: list[bytes] = []
    header = json.dumps(_describe(value, buffers)).encode()
    return b"".join([struct.pack(">Q", len(header)), header, *buffers])


def _describe(value: object, buffers: list[bytes]) -> object:
    match value:
        case None | bool() | str():
            return value
        case float():
            return ["float", value.hex()]
        case int():
            return ["int", hex(value)]
        case complex():
            return ["complex", value.real.hex(), value.imag.hex()]
        case Unusable(what):
            return ["unusable", what]
        case list() | tuple():
            return ["list", [_describe(item, buffers) for item in value]]
        case dict():
            return ["dict", [[str(key), _describe(item, buffers)] for key, item in value.items()]]
        case np.ndarray() | np.generic() if value.dtype.kind in KINDS:
            array = np.asarray(value)
            array = array.astype(array.dtype.newbyteorder("<"), copy=False)
            buffers.append(array.tobytes())
            return ["array", array.dtype.str, list(array.shape)]
    raise NotPlain(f"to_bytes: {type(value).__name__} is not plain data; apply plain() first")


def from_bytes(data: bytes | bytearray | memoryview) -> Any:
    """The tree that :func:`to_bytes` wrote; anything else raises :class:`NotPlain`."""
    view = memoryview(data).cast("B")
    try:
        if len(view) < 8:
            raise NotPlain("shorter than its own length field")
        (size,) = struct.unpack(">Q", view[:8])
        if size > len(view) - 8:
            raise NotPlain("header longer than the data")
        text = bytes(view[8 : 8 + size])
        if sum(map(text.count, (b"[", b"{", b","))) > 16 * MAX_LEAVES:  # before it takes memory
            raise NotPlain("too many values")
        header = json.loads(text)
        reader = _Reader(view[8 + size :])
        value = reader.read(header, MAX_DEPTH + 4)
        if reader.at != len(reader.view):
            raise NotPlain("bytes left over")
    except NotPlain:
        raise
    except (ValueError, TypeError, KeyError, RecursionError, OverflowError, MemoryError) as error:
        raise NotPlain(f"not plain data: {type(error).__name__}") from None
    return value


class _Reader:
    def __init__(self, view: memoryview) -> None:
        self.view = view
        self.at = 0
        self.budget = 2 * MAX_LEAVES

    def read(self, node: object, depth: int) -> Plain:
        self.budget -= 1
        if depth < 0 or self.budget < 0:
            raise NotPlain("too deep or too many values")
        if node is None or isinstance(node, bool):
            return node
        match node:
            case str():  # it may hold lone surrogates, which cannot be encoded
                return node[:MAX_TEXT].encode("utf-8", "replace").decode("utf-8")
            case ["float", str(text)]:
                return float.fromhex(text)
            case ["int", str(text)] if len(text) <= MAX_BITS // 4 + 8:
                return int(text, 16)
            case ["complex", str(real), str(imag)]:
                return complex(float.fromhex(real), float.fromhex(imag))
            case ["unusable", str(what)]:
                return Unusable(what[:MAX_TEXT].encode("utf-8", "replace").decode("utf-8"))
            case ["list", list(items)]:
                return [self.read(item, depth - 1) for item in items]
            case ["dict", list(pairs)]:
                return {self._key(pair): self.read(pair[1], depth - 1) for pair in pairs}
            case ["array", str(dtype), list(shape)]:
                return self._array(dtype, shape)
        raise NotPlain("unknown node")

    def _key(self, pair: object) -> str:
        match pair:
            case [str(key), _]:
                return key[:MAX_TEXT].encode("utf-8", "replace").decode("utf-8")
        raise NotPlain("a dictionary entry is not a pair of text and value")

    def _array(self, text: str, shape: list[int]) -> np.ndarray:
        if (dtype := DTYPES.get(text)) is None:
            raise NotPlain("dtype")
        if len(shape) > 16 or not all(type(n) is int and 0 <= n < 2**48 for n in shape):
            raise NotPlain("shape")
        size = dtype.itemsize
        for n in shape:
            size *= n
        if size > len(self.view) - self.at:
            raise NotPlain("an array longer than the data")
        count = size // dtype.itemsize
        array = np.frombuffer(self.view, dtype, count, self.at).reshape(shape).copy()
        self.at += size
        return array
