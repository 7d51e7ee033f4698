"""Which of the grader's modules a submission passes on its way from a folder to a page.

    python benchmarks/submission_path.py [ps06]

Five right submissions are graded and their pages written, while ``sys.setprofile`` notes every
module of ``grader`` in which a function is called, in the command's own process and in the process
with limits. A module is on the way of a submission if a function of it is called between the
moments when one student is done and when the next one is; then one is planned, one executed and
one recorded. The rest is passed once for a command: what must hold before, the workers' start, the
imports of exercises. Left out are the process in the sandbox, which
takes no such orders, ``grader.exercises``, and the methods that ``dataclass`` makes.
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
import os, sys, threading, time
told, FUNCTION = {}, 1  # inspect.CO_OPTIMIZED: no module, no class body
notes = open(os.path.join(FOLDER, str(os.getpid())), "a", buffering=1)
def note(frame, event, argument):
    code = frame.f_code
    if event == "call" and code.co_flags & FUNCTION and code.co_name != "__create_fn__":
        name = frame.f_globals.get("__name__") or ""
        now = time.monotonic()
        if name.startswith("grader.") and now > told.get(name, 0) + 0.02:
            told[name] = now
            notes.write(f"{now} {name}\\n")
sys.setprofile(note)
threading.setprofile(note)
"""


def main(assignment: str = "ps06") -> None:
    """Grade, count, print."""
    with tempfile.TemporaryDirectory(dir=_made(ROOT / "build")) as temporary:
        folder, notes = Path(temporary), _made(Path(temporary) / "notes")
        site = _made(folder / "site")
        (site / "sitecustomize.py").write_text(f"FOLDER = {str(notes)!r}\n{NOTE}")
        script = textwrap.dedent(
            f"""
            import time
            from pathlib import Path
            import nbformat
            from grader.authoring.build import solution_notebook
            from grader.authoring.fill import answers_of, fill
            from grader.authoring.release import release
            from grader.classroom.record import autograde, generate_feedback
            from grader.classroom.school_class import Class
            from grader.settings import load_settings
            settings = load_settings(Path({str(ROOT)!r}))
            folder = Path({str(folder)!r}) / "class"
            made = release({assignment!r}, settings.root, folder / "release")
            answers = answers_of(solution_notebook({assignment!r}, settings.root))
            for student in ("ada", "ben", "cem", "dan", "eve"):
                place = folder / "submitted" / student / {assignment!r}
                place.mkdir(parents=True)
                nbformat.write(fill(nbformat.read(made, 4), answers), place / made.name)
            group = Class(settings, folder, unsafe=True)
            for command in (autograde, generate_feedback):
                done = [time.monotonic()]
                command(group, {assignment!r}, lambda *_: done.append(time.monotonic()))
                print(done[0], done[1], done[2], time.monotonic())
            """
        )
        environment = {**os.environ, "PYTHONPATH": f"{site}:{ROOT}"}
        told = subprocess.run(
            [sys.executable, "-c", script],
            env=environment,
            cwd=ROOT,
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        ).stdout
        times = [tuple(map(float, line.split())) for line in told.splitlines()]
        called = [
            (float(line.split()[0]), line.split()[1])
            for file in notes.iterdir()
            for line in file.read_text().splitlines()
        ]
    for words, first, last in (("for one submission", 1, 2), ("for a command", 0, 3)):
        found = {
            name
            for time in times
            for moment, name in called
            if time[first] <= moment <= time[last] and not name.startswith("grader.exercises")
        }
        own = [n for n in found if n.startswith(("grader.grading", "grader.classroom"))]
        print(f"{words}: {len(found)} modules, {len(own)} of them in grading and classroom")
        print("\n".join(f"  {name}" for name in sorted(found)))


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


if __name__ == "__main__":
    main(*sys.argv[1:2])
