"""The hub's environment: it is made anew when it has to be, and never lost."""

import subprocess
from pathlib import Path

import pytest

from tests.hub import environment


def test_it_is_made_anew_for_other_versions_and_stays_if_that_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("pyproject.toml", "constraints.txt"):
        (tmp_path / name).write_text(name)
    monkeypatch.setattr(environment, "ROOT", tmp_path)
    monkeypatch.setattr(environment, "FOLDER", tmp_path / "hub")
    monkeypatch.setattr(environment, "READY", tmp_path / "hub" / "ready")
    monkeypatch.setattr(
        environment, "run", lambda *command: (tmp_path / "hub").mkdir(exist_ok=True)
    )
    assert environment.missing()
    environment.make()
    assert environment.missing() is None
    (tmp_path / "hub" / "kept").touch()
    (tmp_path / "constraints.txt").write_text("other versions")
    assert environment.missing()

    def no_network(*command: str) -> None:
        raise subprocess.CalledProcessError(1, command)

    with monkeypatch.context() as patched:
        patched.setattr(environment, "run", no_network)
        with pytest.raises(subprocess.CalledProcessError):
            environment.make()
    assert (tmp_path / "hub" / "kept").exists()
    environment.make()
    assert environment.missing() is None and not (tmp_path / "hub" / "kept").exists()
