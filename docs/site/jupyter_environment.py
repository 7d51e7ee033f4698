"""The environment in which Jupyter runs without a person's own settings, kernels and extensions."""

import os
from pathlib import Path


def jupyter_environment(scratch: Path) -> dict[str, str]:
    """As in this process, but what Jupyter reads and keeps lies in the folder ``scratch``."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("JUPYTER")}
    kept.pop("MPLBACKEND", None)  # notebooks draw inline
    return kept | {
        "IPYTHONDIR": str(scratch / "ipython"),
        "JUPYTER_CONFIG_DIR": str(scratch / "config"),
        "JUPYTER_DATA_DIR": str(scratch / "data"),
        "JUPYTER_RUNTIME_DIR": str(scratch / "runtime"),
    }
