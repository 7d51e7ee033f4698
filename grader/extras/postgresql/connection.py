"""A connection to a gradebook on a PostgreSQL server, and what to do where there is none."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from nbgrader import api
from sqlalchemy import URL, Connection, NullPool, create_engine, make_url, text
from sqlalchemy.exc import DBAPIError

from grader.problems import Problem

CONNECT_SECONDS = 5
TABLES = frozenset(api.Base.metadata.tables)
PASSWORD = "give the right password in PGPASSWORD, in ~/.pgpass or within COURSE_GRADEBOOK"
ADVICE = {  # the first that fits what the server says
    "permission denied": "ask the server's administrator for the right to connect",
    "password authentication failed": PASSWORD,
    "no password supplied": PASSWORD,
    'database "': "make the database (createdb), or name one that is there",
    'role "': "make the user (createuser), or name one that is there",
}
NOT_THERE = "see that the server is running and that the address is right"


def without_password(url: URL) -> URL:
    query = {name: value for name, value in url.query.items() if name != "password"}
    return URL.create(url.drivername, url.username, None, url.host, url.port, url.database, query)


def shown(url: str) -> str:
    """The address as messages show it: no password, no options."""
    return make_url(libpq(url)).set(query={}).render_as_string(hide_password=False)


def libpq(url: str) -> str:
    """The address as PostgreSQL's own programs take it, without a password."""
    bare = without_password(make_url(url)).set(drivername="postgresql")
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
    advice = next((advice for word, advice in ADVICE.items() if word in words), NOT_THERE)
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
