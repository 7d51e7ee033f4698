"""`library`: every test that asks for it runs with each of the other array libraries."""

from typing import Any

import pytest

from tests.course_lib.libraries.library import Library, find_library

ON_THE_GPU = [pytest.mark.gpu, pytest.mark.filterwarnings("ignore:::cupy")]


@pytest.fixture(params=["array_api_strict", pytest.param("cupy", marks=ON_THE_GPU)])
def library(request: Any) -> Library:
    return find_library(request.param)
