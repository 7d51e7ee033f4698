"""The server of the marking page: on this computer only, and for those who have the address.

The address holds a token that is drawn at each call. Other names of this computer than 127.0.0.1
and localhost are refused, so that no web page can reach it under a name of its own.
"""

from __future__ import annotations

import asyncio
import os
import re
import secrets
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from tornado.escape import json_decode
from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from tornado.web import Application, HTTPError, RequestHandler

from grader.extras.marking.desks import Desks
from grader.extras.marking.manual_marks import ManualMark, MarkChanged
from grader.extras.marking.page import page_of, policy
from grader.extras.marking.session import Session
from grader.problems import Problem

HERE = "127.0.0.1"
PREFIX = "JUPYTERHUB_SERVICE_PREFIX"  # where a hub serves this process's Jupyter server
LARGEST = 1 << 20  # bytes of a request


def serve(
    session: Session, started: Callable[[dict[str, str]], None], port: int = 0, host: str = ""
) -> None:
    """Serve the page until somebody ends the marking on it, or by Ctrl-C.

    Parameters
    ----------
    started : called with the address of each marker's page, by the markers' names
    port : 0 for one that is free
    host : another name under which a proxy asks for the page, as :func:`name_of_hub` gives it

    Raises
    ------
    Problem
        The port is taken.
    """
    with suppress(KeyboardInterrupt):  # all is saved that was given
        asyncio.run(_serve(session, started, port, host))


def name_of_hub(host: str) -> str:
    """A hub's name, perhaps with a port, as browsers send it; "" stays as it is.

    Raises
    ------
    Problem
        It is something else, such as an address.
    """
    if host and not re.fullmatch(r"[a-z0-9.-]+(:\d+)?", host.lower()):
        raise Problem(
            f"--host {host}: give the name alone, as between https:// and the next / in the hub's "
            "address, such as hub.uni.example"
        )
    return host.lower()


def behind_proxy(address: str, host: str) -> str:
    """The address at which jupyter-server-proxy shows the page."""
    port, path = address.removeprefix(f"http://{HERE}:").split("/", 1)
    return f"https://{host}{os.environ.get(PREFIX, '/')}proxy/{port}/{path}"


async def _serve(
    session: Session, started: Callable[[dict[str, str]], None], port: int, host: str
) -> None:
    tokens = {marker: secrets.token_urlsafe(24) for marker in session.markers or ("",)}
    ended = asyncio.Event()
    try:
        sockets = bind_sockets(port, HERE)
    except OSError as error:
        raise Problem(
            f"port {port} of this computer cannot be used ({error.strerror}); leave --port out, "
            "and a free one is taken"
        ) from None
    server = HTTPServer(application(session, tokens, ended, host), max_buffer_size=LARGEST)
    server.add_sockets(sockets)
    try:
        here = f"http://{HERE}:{sockets[0].getsockname()[1]}"
        started({marker: f"{here}/{token}/" for marker, token in tokens.items()})
        await ended.wait()
    finally:
        server.stop()
        await server.close_all_connections()


def application(
    session: Session, tokens: Mapping[str, str], ended: asyncio.Event, host: str
) -> Application:
    """What answers requests. Each address begins with the token of a marker."""
    made = Application(log_function=lambda handler: None)
    desks = Desks()
    addresses: list[Any] = []
    for marker, token in tokens.items():
        known = {"session": session, "marker": marker, "desks": desks}
        addresses += [
            (rf"/{token}/", First, known),
            (rf"/{token}/(\d{{1,4}})", Page, known),
            (rf"/{token}/points", Points, known),
            (rf"/{token}/comment", Text, known),
            (rf"/{token}/open", Open, known),
        ]
        if len(tokens) == 1:  # nobody ends the marking of others
            addresses.append((rf"/{token}/end", End, {"ended": ended}))
    names = (HERE, "localhost", *([host.partition(":")[0]] if host else []))
    made.add_handlers(f"(?:{'|'.join(map(re.escape, names))})", addresses)
    return made


class Handler(RequestHandler):
    """What all answers have in common: they are kept by nobody and run nothing of others."""

    def set_default_headers(self) -> None:
        self.set_header("Content-Security-Policy", policy())
        self.set_header("Cache-Control", "no-store")
        self.set_header("Referrer-Policy", "no-referrer")
        self.set_header("X-Content-Type-Options", "nosniff")
        self.clear_header("Server")


class SessionHandler(Handler):
    """A request about what is marked."""

    def initialize(self, session: Session, marker: str, desks: Desks) -> None:
        self.session, self.marker, self.desks = session, marker, desks

    def asked(self, kinds: Mapping[str, tuple[type, ...]]) -> dict[str, Any]:
        """The request's values, of the right kinds."""
        json = self.request.headers.get("Content-Type", "").startswith("application/json")
        try:
            asked = json_decode(self.request.body) if json else None
        except ValueError:
            asked = None
        if isinstance(asked, dict) and all(
            type(asked.get(name)) in of for name, of in kinds.items()
        ):
            return asked
        raise Problem(f"expected as JSON: {', '.join(kinds)}, each of the right kind")


class First(SessionHandler):
    """Leads to the question to begin with."""

    def get(self) -> None:
        self.redirect(str(self.session.first + 1))


class Page(SessionHandler):
    """The page of a question; they are counted from 1."""

    def get(self, number: str) -> None:
        if not 1 <= int(number) <= len(self.session.questions):
            raise HTTPError(404)
        self.finish(page_of(self.session, int(number) - 1, self.marker))


class Open(SessionHandler):
    """A marker looks at an answer: says which ones others have open, and what has been marked."""

    def post(self) -> None:
        try:
            asked = self.asked({"question": (int,), "answer": (int,)})
            given = self.session.given(asked["question"])
        except (Problem, LookupError):
            raise HTTPError(422) from None
        others = self.desks.open(self.marker, asked["question"], asked["answer"])
        self.finish({"others": others, "now": [vars(one) for one in given]})


class Save(SessionHandler):
    """A change of what the gradebook holds; the answer says what it holds then."""

    def post(self) -> None:
        try:
            asked = self.asked(self.kinds)
            self._tell(200, self.save(asked["question"], asked["answer"], asked))
        except MarkChanged as other:
            self._tell(409, other.now, str(other))
        except Problem as problem:
            self._tell(422, None, str(problem))
        except LookupError:
            self._tell(422, None, "this page is out of date; load it again")

    def save(self, question: int, answer: int, asked: dict[str, Any]) -> ManualMark:
        raise NotImplementedError

    @property
    def kinds(self) -> dict[str, tuple[type, ...]]:
        return {"question": (int,), "answer": (int,), "value": self.values, "seen": self.values}

    values: tuple[type, ...] = ()

    def _tell(self, status: int, now: ManualMark | None, problem: str = "") -> None:
        self.set_status(status)
        self.finish({"now": vars(now) if now else None, "problem": problem})


class Points(Save):
    """Gives points, or takes them back (null)."""

    values = (float, int, type(None))

    def save(self, question: int, answer: int, asked: dict[str, Any]) -> ManualMark:
        seen = asked["seen"]
        return self.session.give_points(question, answer, asked["value"], seen, self.marker)


class Text(Save):
    """Writes a comment."""

    values = (str,)

    def save(self, question: int, answer: int, asked: dict[str, Any]) -> ManualMark:
        seen = asked["seen"]
        return self.session.write_comment(question, answer, asked["value"], seen, self.marker)


class End(Handler):
    """Ends the command."""

    def initialize(self, ended: asyncio.Event) -> None:
        self.ended = ended

    def post(self) -> None:
        self.set_status(204)
        self.finish()
        self.ended.set()
