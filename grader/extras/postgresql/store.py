"""Can a gradebook on a PostgreSQL server be reached, is it nbgrader's, may it be written."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar

from nbgrader.api import Student
from sqlalchemy import URL, Connection, text

from grader.classroom.gradebook.store import EXAMPLE, InUse, Store
from grader.extras.postgresql.connection import (
    CONNECT_SECONDS,
    TABLES,
    connected,
    shown,
    tables,
    without_password,
)
from grader.extras.postgresql.dump import dump_gradebook, restore_gradebook
from grader.problems import Problem
from grader.settings import SettingsError

DRIVERS = ("postgresql", "postgresql+psycopg", "postgres")
ALEMBIC = "alembic_version"  # nbgrader's note of the schema's version
DUMP = "gradebook.dump"
PATIENCE = 1.0  # seconds
WRITER = 0x67726164  # the number of the advisory lock; any number would do


class PostgresqlStore(Store):
    """A database of its own on a server."""

    kind = "PostgreSQL"
    options: ClassVar = {
        "pool_pre_ping": True,
        # A statement that is prepared names types by number, and a restoration makes new ones.
        "connect_args": {"connect_timeout": CONNECT_SECONDS, "prepare_threshold": None},
    }
    longest_name = Student.__table__.c.id.type.length

    @staticmethod
    def address(url: URL, where: str, *, private: bool) -> str:
        """The URL without a password, of what somebody wrote in ``where``.

        The password goes into ``PGPASSWORD``, where PostgreSQL's library and programs look for it.
        So it is in no address, and in no message, log or list of processes that shows one.

        Parameters
        ----------
        private : whether a password may stand there

        Raises
        ------
        SettingsError
            It names no database or one of another kind, or a password stands where it may not.
        """
        expected = f"{where} must be like {EXAMPLE}"
        if url.drivername not in DRIVERS:
            raise SettingsError(f"{expected}; it begins with {url.drivername}://")
        if not url.database:
            raise SettingsError(f"{expected}; it names no database")
        if "@" in (url.host or ""):
            raise SettingsError(f"{expected}; write an @ in a password as %40")
        if password := url.password or url.query.get("password"):
            if not private:
                raise SettingsError(
                    f"{where} holds a password, which everybody sees who sees the file; give it in "
                    "PGPASSWORD or ~/.pgpass, or the whole address in COURSE_GRADEBOOK"
                )
            os.environ["PGPASSWORD"] = str(password)
        bare = without_password(url).set(drivername="postgresql+psycopg")
        return bare.render_as_string(hide_password=False)

    @property
    def place(self) -> str:
        return shown(self.url)

    def exists(self) -> bool:
        """Whether the database holds anything."""
        with connected(self.url) as connection:
            return bool(tables(connection))

    def require_sound(self) -> None:
        """Raise Problem unless it can be reached, and is empty or a gradebook to be read."""
        with connected(self.url) as connection:
            encoding = connection.scalar(text("SHOW server_encoding"))
            if encoding != "UTF8":
                raise Problem(
                    f"the database {self.place} keeps text as {encoding}, which cannot hold every "
                    "name; make one with: createdb --encoding=UTF8 --template=template0"
                )
            found = tables(connection)
            if found and not found >= TABLES:
                raise Problem(
                    f"the database {self.place} is not a gradebook of nbgrader's; make an empty "
                    "one (createdb) and name it in course.toml"
                )
            if others := sorted(found - TABLES - {ALEMBIC}):
                raise Problem(
                    f"the database {self.place} holds other tables too ({', '.join(others[:3])}); "
                    "give the gradebook a database of its own"
                )
            self._require_right(connection, "SELECT", sorted(found))

    def require_writable(self) -> None:
        """Raise Problem unless :meth:`require_sound` finds nothing, and marks can be written."""
        self.require_sound()
        with connected(self.url) as connection:
            if connection.scalar(text("SHOW transaction_read_only")) == "on":
                raise Problem(
                    f"the gradebook {self.place} cannot be written (the server only reads); name "
                    "the main server in course.toml, not a copy of it"
                )
            if found := sorted(tables(connection)):
                for right in ("INSERT", "UPDATE", "DELETE"):
                    self._require_right(connection, right, found)
            elif not connection.scalar(
                text("SELECT has_schema_privilege(current_schema(), 'CREATE')")
            ):
                user = connection.scalar(text("SELECT current_user"))
                raise Problem(
                    f"the gradebook {self.place} cannot be written (no right to make tables); make "
                    f"{user} the owner of the database (ALTER DATABASE … OWNER TO)"
                )

    def _require_right(self, connection: Connection, right: str, names: list[str]) -> None:
        asked = text(
            "SELECT has_table_privilege(quote_ident(current_schema()) || '.' || quote_ident(:name),"
            " :right)"
        )
        for name in names:
            if not connection.scalar(asked, {"name": name, "right": right}):
                what = "read" if right == "SELECT" else "written"
                raise Problem(
                    f"the gradebook {self.place} cannot be {what} (no right to {right} in the "
                    f"table {name}); use the user that made it, or ask its owner: GRANT {right}"
                )

    @contextmanager
    def only_writer(self, writer: str) -> Iterator[None]:
        """Hold the database's lock for writers, which ends with the connection.

        Parameters
        ----------
        writer : what others are told who find it taken
        """
        # A firewall may forget a connection on which nothing is said for an hour.
        with connected(self.url, application_name=writer[:63], keepalives_idle=60) as connection:
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
                    raise InUse(_holder(connection))
                time.sleep(0.1)
            yield

    def copy_to(self, folder: Path) -> Path:
        dump_gradebook(self.url, folder / DUMP)
        return folder / DUMP

    def bring_back(self, folder: Path) -> None:
        restore_gradebook(self.url, folder / DUMP)


def _holder(connection: Connection) -> str:
    name = connection.scalar(
        text(
            "SELECT application_name FROM pg_locks JOIN pg_stat_activity USING (pid)"
            f" WHERE locktype = 'advisory' AND objid = {WRITER} AND granted"
            " AND datname = current_database()"
        )
    )
    return str(name or "")
