"""What a package of the library offers."""

from types import ModuleType
from typing import Any


def exports(package: ModuleType) -> dict[str, Any]:
    """Public functions and classes that a package, or a module, of course_lib defines."""
    return {
        name: value
        for name, value in vars(package).items()
        if callable(value)
        and not name.startswith("_")
        and f"{value.__module__}.".startswith(f"{package.__name__}.")
    }
