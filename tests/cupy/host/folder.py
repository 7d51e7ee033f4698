"""Where compiled kernels are kept from one run to the next: outside of the checkout."""

import hashlib
import shutil
import subprocess
import time
from functools import cache
from importlib import metadata
from pathlib import Path

from platformdirs import user_cache_path

HERE = Path(__file__).parent
ALL = user_cache_path("training-neural-networks") / "cupy-kernels"
KEPT = 14 * 24 * 3600  # seconds after which a folder that nobody used is removed


@cache
def folder() -> Path:
    """One folder for each version of CuPy, of g++ and of what compiles the kernels."""
    gcc = subprocess.run(["g++", "--version"], capture_output=True, check=True).stdout
    parts = [gcc, metadata.version("cupy-cuda12x").encode()]
    files = [HERE / "compiling.py", HERE / "libraries.py", *sorted((HERE / "cuda").rglob("*.*h"))]
    parts += [file.read_bytes() for file in files]
    chosen = ALL / hashlib.sha256(b"".join(parts)).hexdigest()[:16]
    chosen.mkdir(parents=True, exist_ok=True)
    chosen.touch()
    for other in ALL.iterdir():
        if other.stat().st_mtime < time.time() - KEPT:
            shutil.rmtree(other, ignore_errors=True)
    return chosen
