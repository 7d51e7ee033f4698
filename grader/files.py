"""Where the course's own files are and what is in them, files by name, files written at once."""

import hashlib
import os
import secrets
import tarfile
from collections.abc import Iterable
from fnmatch import fnmatch
from functools import partial
from importlib.util import find_spec
from pathlib import Path

from grader import COURSE

PACKAGES = (*COURSE, "grader")


def visible_files(place: Path) -> list[Path]:
    """A file itself, or every file below a folder that is neither hidden nor compiled."""
    if place.is_file():
        return [place]
    return sorted(
        path
        for path in place.rglob("*")
        if path.is_file()
        and not any(p.startswith((".", "__pycache__")) for p in path.relative_to(place).parts)
    )


def package_folder(package: str) -> Path:
    """The folder of one of ``PACKAGES``."""
    found = find_spec(package)
    if found is None or found.origin is None:
        raise FileNotFoundError(f"{package} must be a package on disk")
    return Path(found.origin).resolve().parent


def file_of(module: str, folder: Path) -> Path:
    """Where a module's source is, given the folder of its outermost package; it may be missing."""
    path = folder.joinpath(*module.split(".")[1:])
    # The file first: of a package that has become a module, the folder may be left.
    file = path.with_suffix(".py")
    return file if file.is_file() or not path.is_dir() else path / "__init__.py"


def digest_of(paths: Iterable[Path]) -> str:
    """Changes with the name, size or content of any of these files."""
    digest = hashlib.sha256()
    for path in paths:
        digest.update(f"{path.name}\0{path.stat().st_size}\0".encode() + path.read_bytes())
    return digest.hexdigest()


def is_called(path: str, patterns: Iterable[str] | None) -> bool:
    """Whether a file's own name fits one of a shell's patterns, whatever its folder is called."""
    name = os.path.basename(path)
    return any(
        fnmatch(name, pattern) and name.startswith(".") <= pattern.startswith(".")
        for pattern in patterns or ()
    )


def unpack_tar(archive: tarfile.TarFile, target: Path) -> None:
    """Bring the plain files and folders of ``archive`` into ``target``, and nothing outside it.

    Python has filters for this from 3.11.4 on; Debian 12 has 3.11.2.

    Raises
    ------
    tarfile.TarError
        A name leads out of ``target``, or a member is a link or a device. Nothing was unpacked.
    """
    place = target.resolve()
    for member in (members := archive.getmembers()):
        inside = (place / member.name).resolve().is_relative_to(place)
        if not inside or not (member.isreg() or member.isdir()):
            raise tarfile.ExtractError(f"{member.name} is no plain file or folder inside")
    archive.extraction_filter = getattr(tarfile, "data_filter", None)
    archive.extractall(target, members)


def write_whole(path: Path, content: bytes) -> None:
    """Write ``path`` at once: a reader sees the old file or the new one, never half of it.

    Who may read it stays as it was; a new file is as the user's umask says.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    before = path.stat().st_mode & 0o777 if path.exists() else None
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    mode = 0o666 if before is None else before  # less the umask
    try:
        with open(temporary, "xb", opener=partial(os.open, mode=mode)) as file:
            file.write(content)
        if before is not None:
            os.chmod(temporary, before)
        os.replace(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
