"""A PostgreSQL gradebook in a file, and back, by PostgreSQL's own programs."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

from sqlalchemy import make_url, text
from sqlalchemy.exc import OperationalError

from grader.extras.postgresql.connection import TABLES, connected, libpq, shown, tables
from grader.problems import Problem

SECONDS = 300  # for a dump or a restoration; a thousand students with 15 problem sets take a few
# Where packages put programs that they do not put on PATH.
FOLDERS = (
    "/usr/lib/postgresql/*/bin",  # Debian, Ubuntu
    "/usr/pgsql-*/bin",  # Red Hat, Fedora
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
    "/Applications/Postgres.app/Contents/Versions/*/bin",
)


def dump_gradebook(url: str, file: Path) -> None:
    """Write the database as one moment has it, also while somebody works with it."""
    with connected(url) as connection:
        server = _server_version(connection)
    # Owner and rights are those of the server, not of the marks.
    options = ["--format=custom", "--no-owner", "--no-privileges", "--lock-wait-timeout=10s"]
    _run("pg_dump", server, url, [*options, f"--file={file}", f"--dbname={libpq(url)}"])


def restore_gradebook(url: str, file: Path) -> None:
    """Bring a dump into the database, in place of what is there: all of it or nothing.

    Raises
    ------
    Problem
        The file is damaged, somebody uses the gradebook, or the server refuses. Then the database
        is as it was.
    """
    with connected(url) as connection:
        server = _server_version(connection)
        if found := sorted(tables(connection) & TABLES):
            names = ", ".join(f'"{name}"' for name in found)
            try:
                connection.execute(text(f"LOCK TABLE {names} IN ACCESS EXCLUSIVE MODE NOWAIT"))
            except OperationalError:
                raise Problem(
                    f"the gradebook {shown(url)} is in use; close formgrader and whatever else "
                    "works with it, and run this again"
                ) from None
    # Read to its end first, into nothing: a damaged file is noticed before anything is changed.
    _run("pg_restore", server, url, [f"--file={os.devnull}", str(file)])
    options = ["--single-transaction", "--clean", "--if-exists", "--no-owner", "--no-privileges"]
    _run("pg_restore", server, url, [*options, f"--dbname={libpq(url)}", str(file)])


def _server_version(connection: object) -> int:
    dialect = connection.dialect  # type: ignore[attr-defined]
    return int(dialect.server_version_info[0])


def _run(name: str, server: int, url: str, arguments: list[str]) -> None:
    program = find_program(name, server)
    password = make_url(url).password
    environment = {**os.environ, **({"PGPASSWORD": password} if password else {})}
    command = [str(program), "--no-password", *arguments]
    try:
        done = subprocess.run(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=SECONDS,
            check=False,
            process_group=0,  # Ctrl-C is for the command, which knows when it may end this
        )
    except subprocess.TimeoutExpired:
        raise Problem(
            f"{name} was not done with {shown(url)} after {SECONDS} seconds and was ended; nothing "
            "was changed"
        ) from None
    if done.returncode:
        lines = done.stderr.strip().splitlines() or [f"exit code {done.returncode}"]
        words = next((line for line in lines if "error:" in line), lines[-1])
        raise Problem(f"{name} could not do it, nothing was changed: {words}")


def find_program(name: str, server: int) -> Path:
    """The program whose version is nearest to the server's, from this version on.

    Older ones refuse a newer server. Much newer ones write settings that an older server does not
    know.
    """
    found: dict[Path, int] = {}
    places = [Path(place) for place in filter(None, [shutil.which(name)])]
    for pattern in FOLDERS:
        places += Path("/").glob(f"{pattern[1:]}/{name}")
    for place in places:
        if version := _version(place):
            found[place] = version
    if not found:
        raise Problem(
            f"the program {name} is not there, which a gradebook on PostgreSQL needs for backup "
            "and restore; install the package postgresql-client"
        )
    if able := [place for place, version in found.items() if version >= server]:
        return min(able, key=lambda place: found[place])
    raise Problem(
        f"{name} {max(found.values())} is too old for the server, which is PostgreSQL {server}; "
        f"install the package postgresql-client-{server}"
    )


def _version(program: Path) -> int:
    try:
        done = subprocess.run(
            [str(program), "--version"], capture_output=True, text=True, check=False, timeout=10
        )
    except (OSError, subprocess.TimeoutExpired):
        return 0
    number = re.search(r"\) (\d+)", done.stdout)
    return int(number[1]) if number else 0
