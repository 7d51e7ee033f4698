"""A machine like Gradescope's, made of namespaces, and set up by the zip file.

Root in it is root, but bubblewrap and the course are not there, and Python lies where all users can
read it.
"""

import json
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from grader.extras.gradescope.bundle import write_bundle
from grader.settings import Settings
from tests.namespaces import namespaces

# Known of Gradescope's results.json (its "Autograder Specifications", read in November 2026).
OF_RESULTS = {"score": float, "output": str, "execution_time": int, "extra_data": dict}
OF_TEST = {"score": float, "max_score": float, "name": str, "output": str}
# In place of Python's: the virtual environment is there already, with all packages.
VENV = """#!/bin/sh
[ "$1 $2" = "-m venv" ] || exec /autograder/venv/bin/python "$@"
"""


def require_schema(results: dict[str, Any]) -> None:
    tests = results.get("tests", [])
    for given, kinds in [(results, OF_RESULTS), *((one, OF_TEST) for one in tests)]:
        assert given.keys() - {"tests"} <= kinds.keys()
        for name in given.keys() - {"tests"}:
            kind = (int, float) if kinds[name] is float else kinds[name]
            assert isinstance(given[name], kind), name
    assert "score" in results


class Machine:
    """One on which root has the rights that it has in a container of somebody else's."""

    def __init__(self, top: Path) -> None:
        self.top = top

    def command(self, *command: str) -> list[str]:
        python = f"python{sys.version_info.major}.{sys.version_info.minor}"
        packages = f"/autograder/venv/lib/{python}/site-packages"
        words = ["--unshare-pid", "--clearenv", "--proc", "/proc"]
        words += ["--ro-bind", "/dev/null", str(shutil.which("bwrap"))]
        words += ["--bind", str(self.top), "/autograder"]
        words += ["--ro-bind", sysconfig.get_path("purelib"), packages]
        words += ["--setenv", "PATH", "/autograder/bin:/usr/bin:/bin", "--setenv", "HOME", "/"]
        words += ["--setenv", "OPENBLAS_NUM_THREADS", "1", "--chdir", "/autograder", *command]
        return namespaces(*words)

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        words = self.command(*command)
        return subprocess.run(words, capture_output=True, text=True, timeout=300, check=False)

    def hand_in(self, **files: str) -> None:
        shutil.rmtree(self.top / "submission", ignore_errors=True)
        (self.top / "submission").mkdir()
        for name, text in files.items():
            (self.top / "submission" / f"{name}.ipynb").write_text(text, encoding="utf-8")
        (self.top / "results" / "results.json").unlink(missing_ok=True)

    def grade(self, **files: str) -> dict[str, Any]:
        """The results of a submission."""
        self.hand_in(**files)
        done = self.run("/autograder/run_autograder")
        assert done.returncode == 0, done.stdout + done.stderr
        results: dict[str, Any] = json.loads((self.top / "results" / "results.json").read_text())
        require_schema(results)
        return results


@contextmanager
def made_machine(settings: Settings, assignment: str) -> Iterator[Machine]:
    """One that is set up. Its packages are there already, so that nothing is fetched."""
    with tempfile.TemporaryDirectory() as folder:
        top = Path(folder)
        top.chmod(0o755)
        python = f"python{sys.version_info.major}.{sys.version_info.minor}"
        for name in ("source", "results", "bin", "venv/bin", f"venv/lib/{python}/site-packages"):
            (top / name).mkdir(parents=True)
        (top / "venv" / "pyvenv.cfg").write_text(f"home = {sys.base_prefix}/bin\n")
        (top / "venv" / "bin" / "python").symlink_to(f"{sys.base_prefix}/bin/{python}")
        alembic = "#!/autograder/venv/bin/python\nfrom alembic.config import main\nmain()\n"
        for path, text in [
            (top / "venv" / "bin" / "alembic", alembic),
            (top / "bin" / "python3", VENV),
        ]:
            path.write_text(text)
            path.chmod(0o755)
        write_bundle(settings, assignment, top / "autograder.zip")
        with zipfile.ZipFile(top / "autograder.zip") as archive:
            for entry in archive.infolist():
                Path(archive.extract(entry, top / "source")).chmod(entry.external_attr >> 16)
        shutil.copy(top / "source" / "run_autograder", top)
        made = Machine(top)
        done = made.run("bash", "/autograder/source/setup.sh")
        assert done.returncode == 0, done.stdout + done.stderr
        yield made
