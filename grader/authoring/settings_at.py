"""The settings of the course in a folder, which may have no ``course.toml`` yet."""

from __future__ import annotations

from pathlib import Path

from grader.problems import AuthoringError
from grader.settings import FILE, Settings, SettingsError, load_settings


def settings_at(root: Path) -> Settings:
    """What ``course.toml`` in ``root`` says; the defaults where there is none."""
    try:
        return load_settings(root) if (root / FILE).exists() else Settings(root)
    except SettingsError as error:
        raise AuthoringError(str(error)) from None
