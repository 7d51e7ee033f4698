"""The seeds of the cases with which a submission is graded: secret, and the same each time."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from pathlib import Path

from nbformat import NotebookNode

from grader.checking.contract.registry import find
from grader.grading.process.fault import charged_to_grader
from grader.grading.submission.handed_in import Submission
from grader.grading.submission.results import Graded


def secret_of(classroom: Path) -> bytes:
    """The class's secret, made when it is first asked for; only its owner may read it."""
    path = classroom / ".secret"
    classroom.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        secret = path.read_bytes()
        if len(secret) < 32:
            raise ValueError(f"{path} is damaged (too short); remove it and grade again") from None
        return secret
    with os.fdopen(handle, "wb") as file:
        file.write(secrets.token_bytes(32))
    return path.read_bytes()


def case_seed(secret: bytes, exercise: str, assignment: str, *submission: str) -> int:
    """The seed of an exercise's cases in one submission: the same when it is graded again.

    It differs between submissions, so feedback on the last one does not help; that of a class-wide
    exercise depends on the class alone.
    """
    with charged_to_grader():
        class_wide = find(exercise).contest is not None
    parts = (assignment, *(() if class_wide else submission), exercise)
    message = "\0".join(parts).encode("utf-8", "surrogatepass")
    return int.from_bytes(hmac.digest(secret, message, hashlib.sha256)[:16], "big")


def seed_in(secret: bytes, exercise: str, about: Graded) -> int:
    """The seed of an exercise's cases in the submission that a result is about."""
    return case_seed(secret, exercise, about.assignment, about.student, about.notebook, about.work)


def digest_of_work(notebook: NotebookNode, submission: Submission) -> str:
    digest = hashlib.sha256("\0".join(cell.source for cell in notebook.cells).encode())
    for name, content in sorted(submission.files.items()):
        digest.update(f"\0{name}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()
