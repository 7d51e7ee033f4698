"""What brings packages into an environment of the tests: uv, which `.[dev]` has, else pip."""

import shutil
import sys
from pathlib import Path


def installer(python: Path | str) -> list[str]:
    """The command up to what is to be installed for ``python``."""
    beside = Path(sys.executable).with_name("uv")  # uv needs a tenth of pip's time
    if uv := shutil.which(beside) or shutil.which("uv"):
        return [uv, "pip", "install", "--quiet", "--python", str(python)]
    return [str(python), "-m", "pip", "install", "-qq", "--disable-pip-version-check"]
