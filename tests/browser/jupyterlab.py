"""A JupyterLab on this machine and a headless browser looking at it.

    with jupyterlab(folder) as url, browser(path) as chromium:
        page = open_notebook(chromium, url, "ps06.ipynb")
        run_all(page)

Every setting comes from a fresh temporary folder, so that a person's own JupyterLab, its
extensions and its running servers play no part. What a notebook keeps of guesses and points goes
there too.
"""

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

from docs.site.jupyter_environment import jupyter_environment

CHROMIUM_FLAGS = [
    "--no-sandbox",  # Chromium refuses its own sandbox to root; only our own pages are opened
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    # No calls home.
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

# No question about news and no look for newer versions, which would leave the machine.
SETTINGS = {
    "@jupyterlab/apputils-extension/notification": {"checkForUpdates": False, "fetchNews": "false"},
    # Cells out of sight are drawn as well: a whole notebook can be read and photographed.
    "@jupyterlab/notebook-extension/tracker": {"windowingMode": "none", "scrollPastEnd": False},
}


def patience() -> float:
    """How many seconds a browser may take: two minutes, and more where processes wait for cores."""
    return 120 * max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))


@contextlib.contextmanager
def jupyterlab(folder: Path, *, dark: bool = False) -> Iterator[str]:
    """Serve `folder` on a free loopback port; gives the address, stops the server at the end."""
    with tempfile.TemporaryDirectory(prefix="jupyterlab-") as scratch, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        log = Path(scratch, "log")
        command = [sys.executable, "-m", "jupyterlab", "--allow-root", "--no-browser"]
        command += [f"--port={port}", "--ServerApp.port_retries=0", "--ServerApp.ip=127.0.0.1"]
        command += ["--IdentityProvider.token=", f"--ServerApp.root_dir={folder}"]
        with log.open("w") as output:
            server = subprocess.Popen(
                command,
                cwd=folder,
                env=_fresh_environment(Path(scratch), dark),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            url = f"http://127.0.0.1:{port}"
            _wait_for(url, server, log, patience())
            yield url
        finally:
            server.send_signal(signal.SIGTERM)  # it ends its kernels first
            try:
                server.wait(15)
            except subprocess.TimeoutExpired:
                os.killpg(server.pid, signal.SIGKILL)
                server.wait()


def _fresh_environment(scratch: Path, dark: bool) -> dict[str, str]:
    settings = scratch / "settings"
    theme = {"theme": "JupyterLab Dark" if dark else "JupyterLab Light"}
    for name, content in {**SETTINGS, "@jupyterlab/apputils-extension/themes": theme}.items():
        file = settings / f"{name}.jupyterlab-settings"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(content))
    return jupyter_environment(scratch) | {
        "JUPYTERLAB_SETTINGS_DIR": str(settings),
        "JUPYTERLAB_WORKSPACES_DIR": str(scratch / "workspaces"),
        "XDG_DATA_HOME": str(scratch / "kept"),  # where grader.checking keeps its notes
    }


def _wait_for(url: str, server: subprocess.Popen[bytes], log: Path, limit: float) -> None:
    deadline = time.monotonic() + limit
    while time.monotonic() < deadline and server.poll() is None:
        try:
            urllib.request.urlopen(f"{url}/api").close()
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise RuntimeError(f"JupyterLab did not answer within {limit} s; its log:\n{log.read_text()}")


@contextlib.contextmanager
def browser(chromium_path: str) -> Iterator[Browser]:
    """Start the machine's own Chromium, headless; its pages wait as long as `patience` says."""

    def patient(new: Callable[..., Any]) -> Callable[..., Any]:
        def open_one(**options: Any) -> Any:
            opened = new(**options)
            opened.set_default_timeout(1000 * patience())
            return opened

        return open_one

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=chromium_path, headless=True, args=CHROMIUM_FLAGS
        )
        expect.set_options(timeout=1000 * patience())
        for name in ("new_page", "new_context"):
            setattr(chromium, name, patient(getattr(chromium, name)))
        try:
            yield chromium
        finally:
            chromium.close()


def open_notebook(chromium: Browser, url: str, path: str) -> Page:
    """Open a notebook as a student does and wait until its kernel is ready.

    What the browser's console reports as an error is collected in :func:`console_errors`.
    """
    page = chromium.new_page(viewport={"width": 1400, "height": 1000})
    errors = _ERRORS[page] = []

    def note(message: ConsoleMessage) -> None:
        if message.type == "error":
            errors.append(f"{message.text}  ({message.location.get('url', '')})")

    page.on("console", note)
    page.on("pageerror", lambda error: errors.append(f"uncaught: {error}"))
    # A workspace of its own: else the notebooks of earlier pages are opened again beside it.
    page.goto(f"{url}/lab/workspaces/{uuid.uuid4().hex}/tree/{path}")
    page.locator(".jp-NotebookPanel .jp-Cell").first.wait_for()
    _wait_for_idle(page)
    return page


_ERRORS: dict[Page, list[str]] = {}


def console_errors(page: Page) -> list[str]:
    """What the browser's console has reported as errors since the notebook was opened."""
    return list(_ERRORS[page])


def _wait_for_idle(page: Page) -> None:
    # The status bar says "Python 3 (ipykernel) | Idle"; before there is a kernel, it says
    # "No Kernel", and Run All Cells would do nothing without a word.
    status = page.locator("#jp-main-statusbar").get_by_text(
        re.compile(r"^(?!No Kernel).* \| Idle$")
    )
    status.wait_for()


def run_all(page: Page) -> None:
    """Menu Run, Run All Cells; returns when the last cell is done or one has failed."""
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    # A prompt is "[ ]:" before, "[*]:" while a cell waits or runs, "[7]:" afterwards. When a
    # cell fails, those after it go back to "[ ]:".
    page.wait_for_function(
        """() => {
            const prompts = [...document.querySelectorAll(".jp-CodeCell .jp-InputPrompt")]
                .map(prompt => prompt.textContent.trim());
            return prompts.some(text => /\\d/.test(text))
                && !prompts.some(text => text.includes("*"));
        }""",
    )
    _wait_for_idle(page)


def cells_not_run(page: Page) -> list[str]:
    """First lines of the code cells that have code and no number: an error came before them.

    A closed cell shows no number; its errors are seen in :func:`error_outputs`.
    """
    cells = page.locator(".jp-CodeCell:has(.cm-content)").evaluate_all(
        """cells => cells.map(cell => [
            cell.querySelector(".jp-InputPrompt").textContent,
            cell.querySelector(".cm-content").innerText.trim()])"""
    )
    return [
        code.splitlines()[0]
        for prompt, code in cells
        if code and not any(c.isdigit() for c in prompt)
    ]


def error_outputs(page: Page) -> list[str]:
    """Tracebacks and text on stderr among the outputs."""
    selector = (
        '.jp-OutputArea-output[data-mime-type="application/vnd.jupyter.error"],'
        '.jp-OutputArea-output[data-mime-type="application/vnd.jupyter.stderr"]'
    )
    return page.locator(selector).all_inner_texts()


def narrow(page: Page, width: int = 560) -> None:
    """Make the window as narrow as on a tablet, and fold the list of files away."""
    page.set_viewport_size({"width": width, "height": 1000})
    page.keyboard.press("Control+B")
    page.wait_for_timeout(500)


def photograph(page: Page, file: Path) -> list[Path]:
    """Save the whole notebook as pictures of readable size: file_01.png, file_02.png, …"""
    file.parent.mkdir(parents=True, exist_ok=True)
    for old in file.parent.glob(f"{file.stem}_[0-9][0-9]{file.suffix}"):
        old.unlink()
    size = page.viewport_size
    assert size
    page.set_viewport_size({"width": size["width"], "height": 2000})
    panel = page.locator(".jp-NotebookPanel-notebook .jp-WindowedPanel-outer").first
    height, whole = panel.evaluate("panel => [panel.clientHeight, panel.scrollHeight]")
    pictures = []
    for number in range(1, -(-whole // height) + 1):
        panel.evaluate("(panel, top) => { panel.scrollTop = top }", (number - 1) * height)
        page.wait_for_timeout(300)  # until it is drawn
        pictures.append(file.with_stem(f"{file.stem}_{number:02}"))
        panel.screenshot(path=pictures[-1])
    page.set_viewport_size(size)
    return pictures


def asked_for(troubles: list[str]) -> list[str]:
    """Of the troubles of `visit`, those that are neither the page itself nor inside of it."""
    return [t for t in troubles if not t.startswith("data:") and not t.endswith("/page.html")]
