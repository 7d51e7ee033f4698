"""Where the tests are that need a GPU, and PyTorch for those that compare with it."""

from pathlib import Path
from typing import Any

import pytest


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """With ``-m gpu`` read the tests in libraries/ only.

    They are the ones that have this mark, and they need nothing but pytest, array-api-compat and
    CuPy, while other files here do not load without hypothesis or array_api_strict.
    """
    here = Path(__file__).parent
    if config.getoption("markexpr") != "gpu" or collection_path.is_dir():
        return None
    return here in collection_path.parents and here / "libraries" not in collection_path.parents


@pytest.fixture
def torch() -> Any:
    torch = pytest.importorskip("torch")
    torch.set_num_threads(1)
    return torch
