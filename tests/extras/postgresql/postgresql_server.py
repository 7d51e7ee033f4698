"""A PostgreSQL server of the tests' own, from the machine's programs, in a folder and on a port."""

import functools
import glob
import itertools
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import URL, NullPool, create_engine, text
from sqlalchemy.exc import OperationalError

PASSWORD = "p@ss/wörd:%41'#"  # to be quoted wherever it goes
START_SECONDS = 60


@functools.cache
def programs() -> Path | None:
    """The folder of ``initdb`` and ``postgres``, or None."""
    found = glob.glob("/usr/lib/postgresql/*/bin/initdb") + glob.glob("/usr/pgsql-*/bin/initdb")
    on_path = shutil.which("initdb")
    return Path([*sorted(found), *filter(None, [on_path])][-1]).parent if found or on_path else None


class Server:
    """A running server, with the superuser ``postgres`` and the user ``grader``."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._numbers = itertools.count()

    def url(self, database: str, user: str = "grader") -> str:
        """The address, without a password."""
        return f"postgresql+psycopg://{user}@127.0.0.1:{self.port}/{database}"

    def with_password(self, database: str, password: str = PASSWORD) -> str:
        return f"postgresql://grader:{quote(password, safe='')}@127.0.0.1:{self.port}/{database}"

    def new_database(self, options: str = "") -> str:
        """The name of an empty database that belongs to ``grader``."""
        name = f"class_{next(self._numbers)}"
        self.run(f"CREATE DATABASE {name} OWNER grader {options}")
        return name

    def run(self, statement: str, database: str = "postgres") -> None:
        """Run a statement as the superuser."""
        host = URL.create(
            "postgresql+psycopg", "postgres", PASSWORD, "127.0.0.1", self.port, database
        )
        engine = create_engine(host, poolclass=NullPool, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(statement))


@contextmanager
def running_server() -> Iterator[Server]:
    """Start a server, and end it with the block; it refuses root, and runs as ``nobody`` then."""
    place = programs()
    assert place is not None
    with tempfile.TemporaryDirectory(prefix="postgresql-") as temporary, socket.socket() as probe:
        folder, data = Path(temporary), Path(temporary) / "data"
        (folder / "password").write_text(PASSWORD, encoding="utf-8")
        options: dict[str, Any] = {"cwd": folder, "env": {"PATH": os.environ["PATH"]}}
        if os.getuid() == 0:
            nobody = pwd.getpwnam("nobody")
            options |= {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
            for path in (folder, folder / "password"):
                os.chown(path, nobody.pw_uid, nobody.pw_gid)
        make = ["--no-sync", "--no-locale", "--encoding=UTF8", "--username=postgres"]
        make += ["--auth=scram-sha-256", f"--pwfile={folder / 'password'}", f"--pgdata={data}"]
        made = subprocess.run(
            [str(place / "initdb"), *make], **options, capture_output=True, text=True, check=False
        )
        assert made.returncode == 0, made.stderr
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        settings = {"port": port, "listen_addresses": "127.0.0.1", "fsync": "off"}
        settings |= {"unix_socket_directories": folder, "shared_buffers": "16MB"}
        arguments = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        log = folder / "log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                [str(place / "postgres"), "-D", str(data), *arguments],
                **options,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        try:
            server = Server(port)
            _wait_for(server, process, log)
            quoted = PASSWORD.replace("'", "''").replace(":", "\\:")
            server.run(f"CREATE ROLE grader LOGIN PASSWORD '{quoted}'")
            yield server
        finally:
            process.send_signal(signal.SIGQUIT)  # at once: nothing of it is needed again
            process.wait(30)


def _wait_for(server: Server, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        try:
            server.run("SELECT 1")
            return
        except OperationalError:
            time.sleep(0.1)
    raise RuntimeError(f"the server did not start; its log:\n{log.read_text(errors='replace')}")
