"""CuPy in a folder of its own: ``python -m tests.cupy.environment`` makes build/cupy once.

The processes that compute with CuPy have this folder on their path (test_on_a_processor.py);
everything else comes from the project's own environment. CUDA is not installed.
"""

import shutil
import subprocess
import sys
from pathlib import Path

from tests.environments.installer import installer

FOLDER = Path(__file__).parents[2] / "build" / "cupy"
READY = FOLDER / "ready"  # written last

# Colab's GPU runtimes have a CuPy of this major version.
PINS = ["cupy-cuda12x==14.2.0", "cuda-pathfinder==1.9.0"]
# They compile CuPy's kernels, and stand-ins of CUDA's libraries.
PROGRAMS = ["g++", "nm", "readelf"]


def missing() -> str | None:
    """Why CuPy cannot be used on this machine's processor, or None."""
    if sys.platform != "linux":
        return f"it needs Linux, this is {sys.platform}"
    if absent := [name for name in PROGRAMS if shutil.which(name) is None]:
        return f"no {' and no '.join(absent)} on PATH"
    if not READY.exists() or READY.read_text("utf-8") != "\n".join(PINS):
        return "no build/cupy"
    return None


def make() -> None:
    """Install the wheels anew, without what they depend on: NumPy is there."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    packages = ["--no-deps", "--only-binary", ":all:", "--target", str(FOLDER), *PINS]
    command = [*installer(sys.executable), *packages]
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
    READY.write_text("\n".join(PINS), "utf-8")
    print(f"{FOLDER}: {', '.join(PINS)}")


if __name__ == "__main__":
    if missing():
        make()
    if reason := missing():
        sys.exit(f"CuPy cannot be used here: {reason}")
