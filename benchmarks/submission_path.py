"""Which of the grader's modules a submission passes on its way from a folder to a page.

    python benchmarks/submission_path.py [ps04]

After a first one, a right submission is graded and its page written, while ``sys.setprofile``
notes every module of ``grader`` in which a function is called, in the command's own process and in
the process with limits. Left out are the process in the sandbox, which takes no such orders,
``grader.exercises``, and the methods that ``dataclass`` makes while a module is imported.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import textwrap
from pathlib import Path

ROOT = Path(__file__).parents[1]
NOTE = """
import atexit, os, sys, threading
seen, FUNCTION = set(), 1  # inspect.CO_OPTIMIZED: no module, no class body
def note(frame, event, argument):
    code = frame.f_code
    if event == "call" and code.co_flags & FUNCTION and code.co_name != "__create_fn__":
        name = frame.f_globals.get("__name__") or ""
        if name.startswith("grader.") and not name.startswith("grader.exercises"):
            seen.add(name)
            if len(seen) != len(note.told):
                note.told = set(seen)
                with open(os.path.join(FOLDER, str(os.getpid())), "w") as file:
                    file.write("\\n".join(sorted(seen)))
note.told = set()
sys.setprofile(note)
threading.setprofile(note)
"""


def main(assignment: str = "ps04") -> None:
    """Grade, count, print."""
    with tempfile.TemporaryDirectory(dir=_made(ROOT / "build")) as temporary:
        folder, notes = Path(temporary), _made(Path(temporary) / "notes")
        site = _made(folder / "site")
        (site / "sitecustomize.py").write_text(f"FOLDER = {str(notes)!r}\n{NOTE}")
        script = textwrap.dedent(
            f"""
            from pathlib import Path
            import sitecustomize
            import nbformat
            from grader.authoring import answers_of, fill, release, solution_notebook
            from grader.classroom.record import autograde, generate_feedback
            from grader.classroom.school_class import Class
            from grader.settings import load_settings
            settings = load_settings(Path({str(ROOT)!r}))
            folder = Path({str(folder)!r}) / "class"
            made = release({assignment!r}, settings.root, folder / "release")
            answers = answers_of(solution_notebook({assignment!r}, settings.root))
            for student in ("ada", "ben"):
                place = folder / "submitted" / student / {assignment!r}
                place.mkdir(parents=True)
                nbformat.write(fill(nbformat.read(made, 4), answers), place / made.name)
                for file in Path({str(notes)!r}).iterdir():
                    file.unlink()
                sitecustomize.seen.clear()
                group = Class(settings, folder, unsafe=True)
                autograde(group, {assignment!r})
                generate_feedback(group, {assignment!r})
            """
        )
        environment = {**os.environ, "PYTHONPATH": f"{site}:{ROOT}"}
        subprocess.run([sys.executable, "-c", script], env=environment, cwd=ROOT, check=True)
        seen = {name for file in notes.iterdir() for name in file.read_text().split()}
    own = sorted(name for name in seen if name.startswith(("grader.grading", "grader.classroom")))
    print(f"{len(seen)} modules, {len(own)} of them in grading and classroom:")
    print("\n".join(f"  {name}" for name in sorted(seen)))


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


if __name__ == "__main__":
    main(*sys.argv[1:2])
