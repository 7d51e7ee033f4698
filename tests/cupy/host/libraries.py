"""Empty stand-ins of CUDA's libraries, so that CuPy's compiled modules can be loaded.

A module names the libraries and the functions that it needs. Each stand-in has these functions;
they do nothing, because what CuPy calls is replaced one level above (`c_functions`).
"""

import ctypes
import os
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

from tests.cupy.host.folder import folder

CUDA = re.compile(r"NEEDED.*\[(lib(?:cu|nv)\w*\.so[.\d]*)\]")
SYMBOL = re.compile(r" U ((?:cublas|cusolver|curand|cusparse|cufft|nvrtc|cu)\w*)(?:@+([\w.]+))?")


def install() -> None:
    """Load the stand-ins; make them in the first run."""
    made = folder() / f"libraries-{sys.version_info.minor}"
    if not made.exists():
        part = made.with_name(f"{made.name}.{os.getpid()}")
        part.mkdir()
        for library, symbols in _needed().items():
            _make(part / library, symbols)
        try:
            part.rename(made)
        except OSError:  # another process was faster
            assert made.exists()
    for library in sorted(made.glob("*.so*")):
        ctypes.CDLL(str(library), mode=ctypes.RTLD_GLOBAL)


def _needed() -> dict[str, set[str]]:
    """Library -> the functions that CuPy's modules need of it."""
    needed: dict[str, set[str]] = {}
    for package in ("cupy", "cupy_backends"):
        spec = find_spec(package)
        assert spec is not None and spec.origin is not None
        for module in Path(spec.origin).parent.rglob("*.so"):
            libraries = CUDA.findall(_output("readelf", "-dW", str(module)))
            if not libraries:
                continue
            symbols = SYMBOL.findall(_output("nm", "-D", "--undefined-only", str(module)))
            for library in libraries:
                own = {symbol for symbol, version in symbols if version in ("", library)}
                needed.setdefault(library, set()).update(own)
    return needed


def _make(target: Path, symbols: set[str]) -> None:
    """Write and compile one stand-in; its symbols have the library's name as their version."""
    source, versions = (Path(f"{target}{suffix}") for suffix in ("-source.c", "-versions"))
    source.write_text("".join(f"long {s}() {{ return 0; }}\n" for s in sorted(symbols)), "utf-8")
    versions.write_text(f"{target.name} {{ global: *; }};\n", "utf-8")
    options = ["-shared", "-fPIC", "-w", f"-Wl,-soname,{target.name}"]
    options += [f"-Wl,--version-script={versions}", "-x", "c", str(source), "-o", str(target)]
    subprocess.run(["g++", *options], check=True)
    source.unlink()
    versions.unlink()


def _output(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout
