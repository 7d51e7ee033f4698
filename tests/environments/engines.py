"""Firefox, and the engine of Safari, asked by the protocols that they bring with them.

with firefox() as page:
    page.goto("http://127.0.0.1:8000")
    page.evaluate("async seconds => …", 3)

Firefox speaks Marionette, WebKitGTK the WebDriver protocol of the W3C. Each is asked for two things
only: to open an address, and to run a script and wait for what it gives.
"""

import contextlib
import json
import os
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

START = 60.0  # seconds for a browser to answer
LONGEST = 3600  # seconds for a script, which has its own limit
# A page's own function, as a script whose last argument takes the answer.
SCRIPT = """
const [given, answer] = arguments;
Promise.resolve().then(() => ({0})(given)).then(
    value => answer({{value}}), error => answer({{error: `${{error}}`}}));
"""
MINI_BROWSER = "/usr/lib/*/webkit2gtk-4.*/MiniBrowser"


class ScriptError(Exception):
    """What a script threw in the page."""


class Session(Protocol):
    """What a protocol has to offer."""

    def goto(self, url: str) -> None: ...
    def execute(self, script: str, argument: object) -> dict[str, Any]: ...


class EnginePage:
    """The few methods of Playwright's page that tests/site/browser_only.py needs."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def goto(self, url: str) -> None:
        self._session.goto(url)

    def evaluate(self, function: str, argument: object = None, /) -> Any:
        """What a JavaScript function gives for an argument.

        Raises
        ------
        ScriptError
            It threw an error.
        """
        answered = self._session.execute(SCRIPT.format(function), argument)
        if "error" in answered:
            raise ScriptError(answered["error"])
        return answered.get("value")


def missing_firefox() -> str | None:
    return (
        None if firefox_program() else "there was no Firefox (Debian: apt-get install firefox-esr)"
    )


def missing_webkit() -> str | None:
    if shutil.which("WebKitWebDriver") and shutil.which("Xvfb") and _mini_browser():
        return None
    return "there was no WebKitGTK with a driver (Debian: apt-get install webkit2gtk-driver xvfb)"


@contextlib.contextmanager
def firefox() -> Iterator[EnginePage]:
    """A new Firefox that shows no window, with a new profile."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        port = _free_port()
        user = f'user_pref("marionette.port", {port});\n'
        (Path(folder) / "user.js").write_text(user, encoding="utf-8")
        command = [firefox_program() or "", "--headless", "--marionette", "--no-remote"]
        with (
            _running([*command, "--profile", folder], folder),
            _answering(port, greets=True) as channel,
        ):
            yield EnginePage(_Marionette(channel))


@contextlib.contextmanager
def webkit() -> Iterator[EnginePage]:
    """A new window of WebKitGTK's small browser, on a screen that nobody sees."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        reads, writes = os.pipe()
        screen = ["Xvfb", "-displayfd", str(writes), "-screen", "0", "1280x900x24"]
        with _running(screen, folder, pass_fds=(writes,)), os.fdopen(reads) as told:
            os.close(writes)
            display = f":{told.readline().strip()}"
            port = _free_port()
            driver = ["WebKitWebDriver", f"--port={port}"]
            with _running(driver, folder, DISPLAY=display, LIBGL_ALWAYS_SOFTWARE="1"):
                with _answering(port):
                    pass
                yield EnginePage(_WebDriver(f"http://127.0.0.1:{port}", _mini_browser() or ""))


class _Marionette:
    """Frames ``length:[0, number, command, parameters]``, answered by ``[1, number, error, x]``."""

    def __init__(self, channel: socket.socket) -> None:
        self._channel = channel
        self._file = channel.makefile("rb")
        self._number = 0
        self._received()  # it says which protocol it speaks
        self._ask("NewSession", {"capabilities": {"alwaysMatch": {}}})
        self._ask("SetTimeouts", {"script": 1000 * LONGEST, "pageLoad": 120_000})

    def goto(self, url: str) -> None:
        self._ask("Navigate", {"url": url})

    def execute(self, script: str, argument: object) -> dict[str, Any]:
        given = {"script": script, "args": [argument], "newSandbox": False, "sandbox": None}
        answered: dict[str, Any] = self._ask("ExecuteAsyncScript", given)["value"]
        return answered

    def _ask(self, command: str, parameters: dict[str, Any]) -> Any:
        self._number += 1
        frame = json.dumps([0, self._number, f"WebDriver:{command}", parameters]).encode()
        self._channel.sendall(b"%d:%b" % (len(frame), frame))
        _, _, error, answered = self._received()
        if error:
            raise ScriptError(f"{error['error']}: {error['message']}")
        return answered

    def _received(self) -> Any:
        length = b""
        while (byte := self._file.read(1)) != b":":
            if not byte:
                raise ScriptError("Firefox has ended")
            length += byte
        return json.loads(self._file.read(int(length)))


class _WebDriver:
    """https://www.w3.org/TR/webdriver2/ over HTTP."""

    def __init__(self, address: str, program: str) -> None:
        options = {"binary": program, "args": ["--automation"]}
        capabilities = {"alwaysMatch": {"webkitgtk:browserOptions": options}}
        self._address = address
        session = self._ask("/session", {"capabilities": capabilities})["sessionId"]
        self._address = f"{address}/session/{session}"
        self._ask("/timeouts", {"script": 1000 * LONGEST, "pageLoad": 120_000})

    def goto(self, url: str) -> None:
        self._ask("/url", {"url": url})

    def execute(self, script: str, argument: object) -> dict[str, Any]:
        answered: dict[str, Any] = self._ask(
            "/execute/async", {"script": script, "args": [argument]}
        )
        return answered

    def _ask(self, command: str, parameters: dict[str, Any]) -> Any:
        body, header = json.dumps(parameters).encode(), {"Content-Type": "application/json"}
        request = urllib.request.Request(self._address + command, body, header)
        try:
            with urllib.request.urlopen(request, timeout=LONGEST) as answered:
                return json.load(answered)["value"]
        except urllib.error.HTTPError as error:
            raise ScriptError(error.read().decode()[:500]) from None


@contextlib.contextmanager
def _running(
    command: list[str], home: str, *, pass_fds: tuple[int, ...] = (), **variables: str
) -> Iterator[None]:
    process = subprocess.Popen(
        command,
        env={**os.environ, "HOME": home, **variables},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        pass_fds=pass_fds,
        start_new_session=True,
    )
    try:
        yield
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, 9)
        process.wait()


@contextlib.contextmanager
def _answering(port: int, *, greets: bool = False) -> Iterator[socket.socket]:
    """A connection to what has just been started; with ``greets``, one that it has taken up."""
    until = time.monotonic() + START
    while True:
        with contextlib.suppress(OSError):
            channel = socket.create_connection(("127.0.0.1", port), timeout=START)
            if not greets or channel.recv(1, socket.MSG_PEEK):
                break
            channel.close()
        if time.monotonic() > until:
            raise ScriptError(f"the browser did not answer within {START:g} seconds")
        time.sleep(0.1)
    channel.settimeout(None)  # a script has its own limit
    with channel:
        yield channel


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def firefox_program() -> str | None:
    return shutil.which("firefox-esr") or shutil.which("firefox")


def _mini_browser() -> str | None:
    found = sorted(map(str, Path("/").glob(MINI_BROWSER[1:])))
    return found[-1] if found else None
