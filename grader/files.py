"""Which files of a folder are the course's own."""

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
