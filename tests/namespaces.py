"""A machine made of namespaces: only what is named is there, and root has root's rights in it."""

import os
import shutil
import sys
from collections.abc import Iterable
from pathlib import Path


def namespaces(*words: str, enter: Iterable[Path] = ()) -> list[str]:
    """The command line of bubblewrap, up to the command itself.

    Parameters
    ----------
    words : further options of bubblewrap
    enter : folders that are shown; all users can enter those above them, too
    """
    command = [str(shutil.which("bwrap")), "--die-with-parent", "--cap-add", "ALL"]
    for name in ("/bin", "/lib", "/lib64", "/sbin"):
        if os.path.islink(name):
            command += ["--symlink", os.readlink(name), name]
    command += ["--ro-bind", "/usr", "/usr", "--ro-bind", "/etc", "/etc", "--dev", "/dev"]
    command += ["--perms", "1777", "--tmpfs", "/tmp"]
    for shown in (Path(sys.base_prefix), *enter):
        for folder in [*reversed(shown.parents)][1:]:
            command += ["--dir", str(folder)]
        command += ["--ro-bind", str(shown), str(shown)]
    return [*command, *words]
