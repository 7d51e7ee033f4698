"""C functions that CuPy's compiled modules call, replaced by Python functions.

A Cython module publishes its C functions in ``__pyx_capi__``: a dictionary of capsules, each with a
pointer, named by the signature. A module that is imported later takes the pointers from there. So
whatever is stored there before ``import cupy`` is what CuPy calls.
"""

import ctypes
import os
import re
import traceback
from collections.abc import Callable, Mapping, Set
from types import ModuleType
from typing import Any

_stderr = os.dup(2)  # as it was before pytest captured it

_new = ctypes.pythonapi.PyCapsule_New
_new.restype, _new.argtypes = ctypes.py_object, [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p]
_name = ctypes.pythonapi.PyCapsule_GetName
_name.restype, _name.argtypes = ctypes.c_char_p, [ctypes.py_object]

TYPES: dict[str, Any] = {
    "void": None,
    "int": ctypes.c_int,
    "unsigned int": ctypes.c_uint,
    "intptr_t": ctypes.c_ssize_t,
    "uintmax_t": ctypes.c_size_t,
    "size_t": ctypes.c_size_t,
    "PY_LONG_LONG": ctypes.c_longlong,
    "float": ctypes.c_float,
    "CUdevice": ctypes.c_int,
    "PyObject *": ctypes.py_object,
}
_kept: list[Any] = []  # what C code points to must not be freed


def replace(
    module: ModuleType, functions: Mapping[str, Callable[..., Any]], without_effect: Set[str]
) -> None:
    """Replace the C functions of a module.

    Parameters
    ----------
    module : a Cython module that was just imported
    functions : name -> what is called instead, with the arguments of the C function
    without_effect : functions that have nothing to do here: they return 0 or None

    Raises
    ------
    Nothing: C code does not expect exceptions. If CuPy calls another function, or if one of these
    fails, the process ends and says so.
    """
    unknown = (functions.keys() | without_effect) - module.__pyx_capi__.keys()
    assert not unknown, f"{module.__name__} has no {sorted(unknown)}"
    for name, capsule in module.__pyx_capi__.items():
        signature = _name(capsule)
        match = re.fullmatch(r"(.+?)\s*\((.*)\)", signature.decode())
        if match is None:  # a variable
            continue
        result, parameters = match[1], [p.strip() for p in match[2].split(",")]
        kinds = [TYPES.get(re.sub(r"\s*__pyx_skip_dispatch", "", p), "struct") for p in parameters]
        kinds = [] if kinds == [None] else kinds
        if "struct" in kinds or TYPES.get(result, "struct") == "struct":
            continue  # textures, graphs, settings of memory pools
        n = sum("__pyx_skip_dispatch" not in p for p in parameters[: len(kinds)])
        own = functions.get(name) or _nothing(name, result, refused=name not in without_effect)
        pointer = ctypes.PYFUNCTYPE(TYPES[result], *kinds)(_or_end(own, name, n))
        _kept.append((pointer, signature))
        address = ctypes.cast(pointer, ctypes.c_void_p)
        module.__pyx_capi__[name] = _new(address, signature, None)
        if hasattr(module, name):  # callers in Python look it up there
            setattr(module, name, own)


def _nothing(name: str, result: str, refused: bool) -> Callable[..., Any]:
    """A function that returns 0 or None, or that must not be called."""

    def nothing(*_: Any) -> Any:
        if refused:
            raise NotImplementedError(f"{name} of CUDA is not replaced, see tests/cupy/host")
        return None if result in ("PyObject *", "void") else 0

    return nothing


def _or_end(own: Callable[..., Any], name: str, n: int) -> Callable[..., Any]:
    """The function, called with its first n arguments; an error ends the process."""

    def call(*arguments: Any) -> Any:
        try:
            return own(*arguments[:n])
        except BaseException:
            where = "".join(traceback.format_stack(limit=30))
            message = f"{where}CuPy on a processor: {name} fails\n{traceback.format_exc()}"
            os.write(_stderr, message.encode())
            os._exit(70)

    return call
