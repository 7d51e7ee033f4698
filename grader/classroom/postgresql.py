"""A gradebook on a PostgreSQL server: can it be reached, is it nbgrader's, may it be written."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from nbgrader import api
from sqlalchemy import URL, Connection, NullPool, create_engine, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError

from grader.problems import Problem
from grader.settings import SettingsError

CONNECT_SECONDS = 5
DRIVERS = ("postgresql", "postgresql+psycopg", "postgres")
TABLES = frozenset(api.Base.metadata.tables)
ALEMBIC = "alembic_version"  # nbgrader's note of the schema's version
PATIENCE = 1.0  # seconds
WRITER = 0x67726164  # the number of the advisory lock; any number would do
PASSWORD = "give the right password in PGPASSWORD, in ~/.pgpass or within COURSE_GRADEBOOK"
ADVICE = {  # the first that fits what the server says
    "permission denied": "ask the server's administrator for the right to connect",
    "password authentication failed": PASSWORD,
    "no password supplied": PASSWORD,
    'database "': "make the database (createdb), or name one that is there",
    'role "': "make the user (createuser), or name one that is there",
}
NOT_THERE = "see that the server is running and that the address is right"


def is_postgresql(url: str) -> bool:
    return make_url(url).get_backend_name() == "postgresql"


def address(given: str, where: str) -> tuple[str, str]:
    """SQLAlchemy's URL without a password, and the password, of what somebody wrote in ``where``.

    Raises
    ------
    SettingsError
        It is not an address of a PostgreSQL database. The message does not repeat it, because a
        password may be in it.
    """
    expected = f"{where} must be like postgresql://user@host/database"
    try:
        url = make_url(given)
    except (ArgumentError, ValueError):
        raise SettingsError(f"{expected}; it cannot be read as an address") from None
    if url.drivername not in DRIVERS:
        raise SettingsError(f"{expected}; it begins with {url.drivername}://")
    if not url.database:
        raise SettingsError(f"{expected}; it names no database")
    if "@" in (url.host or ""):
        raise SettingsError(f"{expected}; write an @ in a password as %40")
    password = url.password or url.query.get("password") or ""
    bare = _without_password(url).set(drivername="postgresql+psycopg")
    return bare.render_as_string(hide_password=False), str(password)


def _without_password(url: URL) -> URL:
    query = {name: value for name, value in url.query.items() if name != "password"}
    return URL.create(url.drivername, url.username, None, url.host, url.port, url.database, query)


def shown(url: str) -> str:
    """The address as messages show it: no password, no options."""
    return make_url(libpq(url)).set(query={}).render_as_string(hide_password=False)


def libpq(url: str) -> str:
    """The address as PostgreSQL's own programs take it, without a password."""
    bare = _without_password(make_url(url)).set(drivername="postgresql")
    return bare.render_as_string(hide_password=False)


@contextmanager
def connected(url: str, **options: Any) -> Iterator[Connection]:
    """A connection, which ends with the block.

    Parameters
    ----------
    options : of PostgreSQL's library, such as ``application_name``

    Raises
    ------
    Problem
        There is none to be had: what the server or its library says, and what to do.
    """
    options = {"connect_timeout": CONNECT_SECONDS, **options}
    try:
        engine = create_engine(url, poolclass=NullPool, connect_args=options)
    except ImportError:
        raise Problem(
            f"the gradebook {shown(url)} needs the package psycopg, which is not installed; run: "
            "pip install 'psycopg[binary]'"
        ) from None
    try:
        connection = engine.connect()
    except DBAPIError as error:
        raise Problem(_unreachable(url, error)) from None
    with connection:
        yield connection


def _unreachable(url: str, error: DBAPIError) -> str:
    lines = str(error.orig).strip().splitlines() or [type(error.orig).__name__]
    # The server's own words come last in the line: "connection failed: … FATAL:  no such …".
    words = " ".join(lines[0].split())
    advice = next((told for word, told in ADVICE.items() if word in words), NOT_THERE)
    return f"the gradebook {shown(url)} cannot be reached ({words}); {advice}"


def tables(connection: Connection) -> set[str]:
    """Names of the tables where nbgrader makes its own."""
    found = connection.scalars(
        text(  # information_schema would hide those on which the user has no right
            "SELECT relname::text FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace"
            " WHERE n.nspname = current_schema() AND relkind IN ('r', 'p')"
        )
    )
    return set(found)


def exists(url: str) -> bool:
    """Whether the database holds anything."""
    with connected(url) as connection:
        return bool(tables(connection))


def require_sound(url: str) -> None:
    """Raise Problem unless the database can be reached, and is empty or a gradebook to be read."""
    with connected(url) as connection:
        encoding = connection.scalar(text("SHOW server_encoding"))
        if encoding != "UTF8":
            raise Problem(
                f"the database {shown(url)} keeps text as {encoding}, which cannot hold every "
                "name; make one with: createdb --encoding=UTF8 --template=template0"
            )
        found = tables(connection)
        if found and not found >= TABLES:
            raise Problem(
                f"the database {shown(url)} is not a gradebook of nbgrader's; make an empty one "
                "(createdb) and name it in course.toml"
            )
        if others := sorted(found - TABLES - {ALEMBIC}):
            raise Problem(
                f"the database {shown(url)} holds other tables too ({', '.join(others[:3])}); give "
                "the gradebook a database of its own"
            )
        _require_right(connection, url, "SELECT", sorted(found))


def require_writable(url: str) -> None:
    """Raise Problem unless what :func:`require_sound` asks for holds, and marks can be written."""
    require_sound(url)
    with connected(url) as connection:
        if connection.scalar(text("SHOW transaction_read_only")) == "on":
            raise Problem(
                f"the gradebook {shown(url)} cannot be written (the server only reads); name the "
                "main server in course.toml, not a copy of it"
            )
        if found := sorted(tables(connection)):
            for right in ("INSERT", "UPDATE", "DELETE"):
                _require_right(connection, url, right, found)
        elif not connection.scalar(text("SELECT has_schema_privilege(current_schema(), 'CREATE')")):
            user = connection.scalar(text("SELECT current_user"))
            raise Problem(
                f"the gradebook {shown(url)} cannot be written (no right to make tables); make "
                f"{user} the owner of the database (ALTER DATABASE … OWNER TO)"
            )


def _require_right(connection: Connection, url: str, right: str, names: list[str]) -> None:
    asked = text(
        "SELECT has_table_privilege(quote_ident(current_schema()) || '.' || quote_ident(:name),"
        " :right)"
    )
    for name in names:
        if not connection.scalar(asked, {"name": name, "right": right}):
            raise Problem(
                f"the gradebook {shown(url)} cannot be {'read' if right == 'SELECT' else 'written'}"
                f" (no right to {right} in the table {name}); use the user that made it, or ask "
                f"its owner: GRANT {right}"
            )


@contextmanager
def only_writer(url: str, me: str) -> Iterator[None]:
    """Hold the database's lock for writers, which ends with the connection, however that ends.

    Parameters
    ----------
    me : what others are told who find it taken
    """
    # A firewall may forget a connection on which nothing is said for an hour.
    with connected(url, application_name=me[:63], keepalives_idle=60) as connection:
        connection = connection.execution_options(isolation_level="AUTOCOMMIT")
        connection.execute(
            text(
                "SELECT set_config(name, '0', false) FROM pg_settings"
                " WHERE name = 'idle_session_timeout'"
            )
        )
        # The server may notice a moment later that the command before has ended.
        until = time.monotonic() + PATIENCE
        while not connection.scalar(text(f"SELECT pg_try_advisory_lock({WRITER})")):
            if time.monotonic() > until:
                raise Taken(_holder(connection))
            time.sleep(0.1)
        yield


class Taken(Exception):
    """Somebody else writes; the text says who."""


def _holder(connection: Connection) -> str:
    name = connection.scalar(
        text(
            "SELECT application_name FROM pg_locks JOIN pg_stat_activity USING (pid)"
            f" WHERE locktype = 'advisory' AND objid = {WRITER} AND granted"
            " AND datname = current_database()"
        )
    )
    return str(name or "")
