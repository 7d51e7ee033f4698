"""The secret behind the cases that submissions are graded on."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from pathlib import Path


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


def seed(secret: bytes, *about: str) -> int:
    """The seed for one exercise of one submission: the same when it is graded again."""
    message = "\0".join(about).encode("utf-8", "surrogatepass")
    return int.from_bytes(hmac.digest(secret, message, hashlib.sha256)[:16], "big")


CLASS_WIDE = frozenset({"configuration"})  # exercises whose cases are the same for a whole class


def case_seed(secret: bytes, exercise: str, assignment: str, *submission: str) -> int:
    """The seed of an exercise's cases in one submission.

    It differs between submissions, so feedback on the last one does not help. Exercises of
    ``CLASS_WIDE`` are compared between students: their seed depends on the class alone.
    """
    if exercise in CLASS_WIDE:
        return seed(secret, assignment, exercise)
    return seed(secret, assignment, *submission, exercise)
