"""How nbgrader opens its gradebook: with few connections, cells in their order, and in one step."""

from __future__ import annotations

import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from itertools import count
from typing import Any
from uuid import uuid4

from nbgrader import api
from nbgrader.api import Gradebook
from nbgrader.api import SourceCell as KeptCell
from sqlalchemy import Connection, Engine, create_engine, event

from grader.classroom.gradebook.store import store_of
from grader.find_tools import find_tools


@contextmanager
def opened(url: str) -> Iterator[Gradebook]:
    """nbgrader's gradebook, without what SQLAlchemy has to say about nbgrader's statements."""
    find_tools()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with Gradebook(url) as gradebook:
            yield gradebook


_step: ContextVar[Connection | None] = ContextVar("_step", default=None)


@contextmanager
def one_step(url: str) -> Iterator[None]:
    """All that is written within the block is in the gradebook afterwards, or none of it.

    nbgrader commits each cell by itself. Within the block all its sessions share one connection
    with a transaction that is open already, which their commits leave open.
    """
    engine = _engine(url)
    with engine.connect() as connection:
        token = _step.set(connection)
        try:
            with connection.begin():
                yield
        finally:
            _step.reset(token)
    _dispose(engine)


def _shared(url: str, **options: Any) -> Engine | Connection:
    return _step.get() or _engine(url, **options)


@cache
def _engine(url: str, **options: Any) -> Engine:
    return create_engine(url, **{**options, **store_of(url).options})


def _close(gradebook: Any) -> None:
    gradebook.db.remove()
    if isinstance(gradebook.engine, Engine):
        _dispose(gradebook.engine)


def _dispose(engine: Engine) -> None:
    """Let go of a file; connections to a server are kept."""
    if engine.dialect.name == "sqlite":
        engine.dispose()


# nbgrader would make an engine anew each time it opens the gradebook, a dozen times for a
# submission. Each new one compiles every statement again. On a server, connecting takes three times
# as long as all that it then asks.
api.create_engine = _shared
api.Gradebook.close = _close

NUMBERED = "cell"
_numbers = count(time.time_ns())  # all cells of a notebook are noted by one process


@event.listens_for(KeptCell, "before_insert")
def _number(mapper: object, connection: object, cell: Any) -> None:
    """Give a cell an id that says when it was noted, which nbgrader does in a notebook's order.

    nbgrader's own ids are random and its tables have no other column to sort by. SQLite gives rows
    in the order of their making; PostgreSQL gives those last that were changed last.
    """
    cell.id = f"{NUMBERED}{next(_numbers):020}{uuid4().hex[:8]}"
