"""Names that are imported when they are first used (PEP 562).

A package lists where its public names live; their modules are imported when a name is used, so that
``import course_lib`` is fast and loads nothing that is not needed.  The package repeats the names
as ordinary imports under ``if TYPE_CHECKING:``, where type checkers and editors read them; a test
compares the two lists.

A module must not have the name of something that its package exports: Python binds an imported
submodule to its package under the module's name, and would hide the export.
"""

import sys
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import Any


def lazily(
    package: str, exports: Mapping[str, Sequence[str]], subpackages: Sequence[str] = ()
) -> tuple[Callable[[str], Any], Callable[[], list[str]], list[str]]:
    """Make ``__getattr__``, ``__dir__`` and ``__all__`` for a package.

    Parameters
    ----------
    package : the package's ``__name__``
    exports : module, relative to the package -> the public names that live in it
    subpackages : packages and modules that are public themselves

    Raises
    ------
    ValueError
        If a module is called like an exported name, see above.
    """
    home = {name: module for module, names in exports.items() for name in names}
    for module in exports:
        if module.partition(".")[0] in home:
            raise ValueError(
                f"{package}: the module {module!r} has the name of an export; rename it"
            )
    public = sorted([*home, *subpackages])

    def getattr_(name: str) -> Any:
        if name in home:
            value = getattr(import_module(f"{package}.{home[name]}"), name)
            setattr(sys.modules[package], name, value)  # the next look-up finds it there
            return value
        if name in subpackages:
            return import_module(f"{package}.{name}")
        raise AttributeError(
            f"module {package!r} has no attribute {name!r}", name=name, obj=sys.modules[package]
        )

    def dir_() -> list[str]:
        return sorted({*vars(sys.modules[package]), *public})

    return getattr_, dir_, public
