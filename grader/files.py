"""Which files of a folder are the course's own, and how a file is written at once."""

import os
import tempfile
from pathlib import Path


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


def write_whole(path: Path, content: bytes) -> None:
    """Write ``path`` at once: a reader sees the old file or the new one, never half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
